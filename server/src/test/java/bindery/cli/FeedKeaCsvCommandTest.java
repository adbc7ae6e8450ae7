package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FeedKeaCsvCommandTest {
  private static final String HEADER =
      "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,"
          + "fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id\n";
  private static final String ROW =
      "2001:db8::1,00:03:00:01:00:11:22:33:44:55,7200,1788007200,1024,4500,0,1,128,0,0,,,0,,0,0,0\n";

  private final ScriptedNode node;
  private final Path file;

  FeedKeaCsvCommandTest(@TempDir Path folder) throws IOException {
    node = ScriptedNode.start();
    file = folder.resolve("leases.csv");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private CommandRun feed(Path leases) {
    return CommandRun.of("feed", "kea-csv", leases.toString(), "--server", node.address());
  }

  @Test
  void feed_theSample_acceptsEveryRow() {
    CommandRun run = feed(Path.of("../deploy/sample/kea-leases6.csv"));

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).contains("read 9578 lines, accepted 9578, stale 0, rejected 0");
    assertThat(node.exchanges.size()).isEqualTo(9_578);
    assertThat(node.opens.get(0).getSource()).isEqualTo("kea");
    assertThat(node.opens.get(0).getFeeder()).isEqualTo("kea-csv");
  }

  @Test
  void feed_badRowsAndOthersLeftOut_areToldByFileAndLine() throws IOException {
    Files.writeString(
        file,
        HEADER
            + ROW
            + "broken\n"
            + ROW.replace(",4500,0,", ",4500,1,")
            + ROW.replace(",0,,0", ",4,,0"));

    CommandRun run = feed(file);

    assertThat(run.exit()).isEqualTo(8);
    assertThat(run.err())
        .contains(file + ":3: 1 columns (expected 18")
        .contains(
            "read 4 lines, accepted 1, stale 0, rejected 1, left out IA_TA 1, left out registered 1");
    assertThat(node.exchanges).hasSize(1);
  }

  @Test
  void feed_lastRowUnfinished_isNamed() throws IOException {
    Files.writeString(file, HEADER + ROW + ROW.strip());

    CommandRun run = feed(file);

    assertThat(run.err())
        .contains(file + ":3: not finished (no newline), left out")
        .contains("left out unfinished row 1");
    assertThat(node.exchanges).hasSize(1);
  }

  @Test
  void feed_optionOfFollowingAlone_isAUsageError() {
    CommandRun run =
        CommandRun.of("feed", "kea-csv", file.toString(), "--position", "p", "--server", "n1");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("--position says how to follow (expected --follow with it)");
  }

  @Test
  void follow_intervalTooLong_isAUsageError() {
    CommandRun run =
        CommandRun.of("feed", "kea-csv", file.toString(), "--follow", "--interval", "2s");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("an interval of 2000ms (expected 1ms..500ms)");
  }

  @Test
  void follow_fenced_exits5AndSaysWhatToDo() throws IOException {
    Files.writeString(file, HEADER + ROW);
    node.refuseWith(Status.FAILED_PRECONDITION.withDescription("held epoch 9"));

    CommandRun run =
        CommandRun.of("feed", "kea-csv", file.toString(), "--follow", "--server", node.address());

    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err())
        .contains("no --position: every start resyncs in full")
        .contains("held epoch 9 (another program feeds as source kea, feeder kea-csv");
  }

  @Test
  void follow_whatIsNoLeaseFile_exits1() throws IOException {
    Files.writeString(file, "what,ever\n");

    CommandRun run =
        CommandRun.of("feed", "kea-csv", file.toString(), "--follow", "--server", node.address());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains(file + ":1").contains("no column address");
  }

  @Test
  void feed_noLeaseFile_exits1BeforeAnySession() throws IOException {
    Files.writeString(file, "what,ever\n");

    CommandRun run = feed(file);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains(file + ":1").contains("no column address");
    assertThat(node.opens).isEmpty();
    assertThat(feed(file.resolveSibling("none.csv")).err()).contains("none.csv");
  }
}
