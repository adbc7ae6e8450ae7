package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.ItemResult;
import bindery.v1.ItemResult.Outcome;
import bindery.v1.RejectReason;
import io.grpc.Status;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FeedJsonCommandTest {
  private final ScriptedNode node;

  FeedJsonCommandTest() throws IOException {
    node = ScriptedNode.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** A put of the {@code n}th address by the {@code n}th client. */
  private static String put(int n) {
    return ("{\"op\":\"put\",\"client\":\"0003000102005e20%04x\",\"address\":\"2001:db8:a::%x\","
            + "\"iaid\":1,\"preferred\":3600,\"valid\":7200,\"cltt\":1764000000}\n")
        .formatted(n, n);
  }

  private CommandRun feed(String input) {
    return CommandRun.with(Map.of(), input, "feed", "json", "-", "--server", node.address());
  }

  @Test
  void feed_soundLines_areAcceptedAndCounted() {
    CommandRun run = feed(put(1) + "\n" + put(2));

    assertThat(run.exit()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("read 2 lines, accepted 2, stale 0, rejected 0")
        .contains("lines/s");
    assertThat(node.exchanges).hasSize(2).noneMatch(exchange -> exchange.getCopy());
  }

  @Test
  void feed_lastLineWithoutItsEnd_isFedTooSinceTheInputIsOver() {
    CommandRun run = feed(put(1).strip());

    assertThat(run.exit()).isZero();
    assertThat(node.exchanges).hasSize(1);
  }

  @Test
  void feed_badLine_isNamedByNumberAndSkipped() {
    CommandRun run = feed(put(1) + "{\"op\":\"putt\"}\n" + put(3));

    assertThat(run.exit()).isEqualTo(8);
    assertThat(run.err())
        .contains("-:2: op: \"putt\" (expected put, end or seen)")
        .contains("read 3 lines, accepted 2, stale 0, rejected 1");
    assertThat(node.exchanges).hasSize(2);
  }

  @Test
  void feed_rejectedByTheCluster_isNamedByItsLines() {
    node.judgeBy(
        exchange ->
            Optional.of(
                ItemResult.newBuilder()
                    .setOutcome(Outcome.REJECTED)
                    .setReason(RejectReason.UNKNOWN_LINK)
                    .setMessage("no link x")
                    .build()));

    CommandRun run = feed(put(1) + put(1).replace("a::1", "a::2"));

    assertThat(run.exit()).isEqualTo(8);
    assertThat(run.err())
        .contains("-:1-2: no link x [UNKNOWN_LINK]")
        .contains("accepted 0, stale 0, rejected 2");
  }

  @Test
  void feed_staleLeases_areCountedAndNoFault() {
    node.judgeBy(
        exchange ->
            Optional.of(
                ItemResult.newBuilder().setOutcome(Outcome.STALE).addStaleLeases(1).build()));

    CommandRun run = feed(put(1) + put(1).replace("a::1", "a::2"));

    assertThat(run.exit()).isZero();
    assertThat(run.err()).contains("read 2 lines, accepted 1, stale 1, rejected 0");
  }

  @Test
  void feed_manyBadLines_areToldUpToALimitAndCounted() {
    CommandRun run = feed("x\n".repeat(250));

    assertThat(run.exit()).isEqualTo(8);
    assertThat(run.err().lines().filter(line -> line.startsWith("-:"))).hasSize(100);
    assertThat(run.err()).contains("further rejects are counted only").contains("rejected 250");
  }

  @Test
  void feed_eachTime_isAFeederOfItsOwnWithANewEpoch() {
    long before = System.currentTimeMillis();

    feed(put(1));

    assertThat(node.opens).hasSize(1);
    assertThat(node.opens.get(0).getSource()).isEqualTo("json");
    assertThat(node.opens.get(0).getFeeder()).isEqualTo("json");
    assertThat(node.opens.get(0).getEpoch()).isGreaterThanOrEqualTo(before);
  }

  @Test
  void options_leftOut_comeFromTheEnvironmentAndFlagsWin() {
    Map<String, String> environment =
        Map.of("BINDERY_SOURCE", "east", "BINDERY_FEEDER", "f1", "BINDERY_SERVER", node.address());

    CommandRun run = CommandRun.with(environment, put(1), "feed", "json", "-", "--feeder", "f2");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(node.opens.get(0).getSource()).isEqualTo("east");
    assertThat(node.opens.get(0).getFeeder()).isEqualTo("f2");
  }

  @Test
  void help_ofACommand_namesEnvironmentTwins() {
    assertThat(CommandRun.of("feed", "json", "--help").out())
        .contains("[BINDERY_SERVER]")
        .contains("[BINDERY_SOURCE]")
        .contains("relay_source");
    assertThat(CommandRun.of("query", "relay", "--help").out()).contains("[BINDERY_QUERY_SERVER]");
  }

  @Test
  void variable_thatNoOptionTakes_isWarnedOf() {
    Map<String, String> environment =
        Map.of(
            "BINDERY_SORCE", "east",
            "BINDERY_JAVA_OPTS", "-Xmx1g",
            "BINDERY_QUERY_SERVER", "[::1]:547",
            "BINDERY_SERVER", node.address());

    CommandRun run = CommandRun.with(environment, put(1), "feed", "json", "-");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err().lines().filter(line -> line.startsWith("Warning")))
        .singleElement()
        .asString()
        .contains("BINDERY_SORCE is not known", "the nearest known one is BINDERY_SOURCE");
  }

  @Test
  void feed_firstServerGone_triesTheNext() throws IOException {
    CommandRun run =
        CommandRun.with(
            Map.of(),
            put(1),
            "feed",
            "json",
            "-",
            "--server",
            closedPort(),
            "--server",
            node.address());

    assertThat(run.exit()).as(run.err()).isZero();
  }

  @Test
  void feed_noServer_exits7() throws IOException {
    CommandRun run =
        CommandRun.with(
            Map.of(), put(1), "feed", "json", "-", "--server", closedPort(), "--timeout", "300ms");

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err())
        .contains("Error: ")
        .contains("no progress")
        .contains("Connection refused")
        .doesNotContain("\tat ");
  }

  @Test
  void feed_serverNeverAnswers_endsWithTheTimeGiven() {
    node.fallSilent();
    CommandRun run =
        CommandRun.with(
            Map.of(),
            put(1),
            "feed",
            "json",
            "-",
            "--server",
            node.address(),
            "--timeout",
            "300ms");

    assertThat(run.exit()).isEqualTo(7);
    // Below the ten seconds that a server may take by itself.
    assertThat(run.err())
        .containsPattern("no progress for 300 ms; last .*no session after \\d{3,4} ms");
  }

  @Test
  void feed_fenced_exits5AndSaysWhatToDo() {
    node.refuseWith(Status.FAILED_PRECONDITION.withDescription("epoch 7 is held"));

    CommandRun run = feed(put(1));

    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).contains("epoch 7 is held").contains("--feeder");
  }

  @Test
  void feed_file_isReadAndNamed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("updates.json"), put(1) + "nonsense\n");

    CommandRun run = CommandRun.of("feed", "json", file.toString(), "--server", node.address());

    assertThat(run.exit()).isEqualTo(8);
    assertThat(run.err()).contains(file + ":2: not JSON");
  }

  @Test
  void feed_fileThatIsNotThere_exits1AndNamesIt() {
    CommandRun run = CommandRun.of("feed", "json", "/nowhere/x.json", "--server", node.address());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("no such file: /nowhere/x.json");
  }

  @Test
  void feed_folder_exits1AndNamesIt(@TempDir Path folder) {
    for (String form : List.of("json", "kea-csv")) {
      CommandRun run = CommandRun.of("feed", form, folder.toString(), "--server", node.address());

      assertThat(run.exit()).as(form).isEqualTo(1);
      assertThat(run.err()).as(form).contains(folder + ": a folder");
    }
  }

  @Test
  void feed_badArguments_areUsageErrorsThatSayWhatWasExpected() {
    assertThat(CommandRun.of("feed", "json").exit()).isEqualTo(2);
    CommandRun name = CommandRun.of("feed", "json", "-", "--source", "a b");
    assertThat(name.exit()).isEqualTo(2);
    assertThat(name.err()).contains("--source").contains("expected 1..64");
    CommandRun server = CommandRun.of("feed", "json", "-", "--server", "x:99999");
    assertThat(server.exit()).isEqualTo(2);
    assertThat(server.err()).contains("the port 1..65535");
    assertThat(CommandRun.of("feed", "json", "-", "--timeout", "5").err()).contains("30s");
  }

  static String closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void feedSync_soundLines_standBetweenBeginAndEnd() {
    CommandRun run =
        CommandRun.with(
            Map.of(), put(1) + put(2), "feed", "json", "-", "--sync", "--server", node.address());

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(node.items).hasSize(4);
    assertThat(node.items.get(0).hasBeginSync()).isTrue();
    assertThat(node.items.get(3).getEndSync().getIncomplete()).isFalse();
    assertThat(node.items.get(3).hasEndSync()).isTrue();
    assertThat(run.err())
        .contains("read 2 lines, accepted 2, stale 0, rejected 0")
        .contains("bindery source list");
  }

  @Test
  void feedSync_aLineIsRejected_letsNothingGo() {
    CommandRun run =
        CommandRun.with(
            Map.of(), put(1) + "{}\n", "feed", "json", "-", "--sync", "--server", node.address());

    assertThat(run.exit()).isEqualTo(8);
    assertThat(node.items.get(2).getEndSync().getIncomplete()).isTrue();
    assertThat(run.err()).contains("nothing is let go of, since not every line could be fed");
  }

  @Test
  void feedSync_endIsRejected_isNoSuccess() {
    node.rejectEnds();
    CommandRun run =
        CommandRun.with(
            Map.of(), put(1), "feed", "json", "-", "--sync", "--server", node.address());

    assertThat(run.exit()).isEqualTo(8);
    assertThat(run.err()).contains("NO_SYNC_OPEN").doesNotContain("what was not named");
  }

  // The input is sound then: nobody is to be sent looking for a bad line in it.
  @Test
  void feedSync_connectionFails_blamesNoLine() throws IOException {
    CommandRun run =
        CommandRun.with(
            Map.of(),
            put(1),
            "feed",
            "json",
            "-",
            "--sync",
            "--timeout",
            "1s",
            "--server",
            closedPort());

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err())
        .contains("the end of the resync is not acknowledged")
        .doesNotContain("mend the input");
  }
}
