package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.CheckStatus;
import bindery.v1.ProveResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HealthCommandTest {
  private final ScriptedNode first;
  private final ScriptedNode second;

  HealthCommandTest() throws IOException {
    first = ScriptedNode.start();
    second = ScriptedNode.start();
  }

  private static ProveResponse.Builder proof(String node) {
    return ProveResponse.newBuilder()
        .setNode(node)
        .setRevision(100)
        .setCommitMicros(2_340)
        .setReadMicros(150)
        .addAllMembers(List.of("n1", "n2"))
        .addChecks(check("quorum", CheckStatus.Verdict.OK, "n1 leads"));
  }

  private static CheckStatus check(String name, CheckStatus.Verdict verdict, String text) {
    return CheckStatus.newBuilder().setName(name).setVerdict(verdict).setText(text).build();
  }

  @BeforeEach
  void beWell() {
    first.sayProof(proof("n1").build());
    second.sayProof(proof("n2").build());
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  private CommandRun ask(String... more) {
    String[] arguments = new String[2 + more.length];
    arguments[0] = "health";
    arguments[1] = "--server=" + first.address() + "," + second.address();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void health_allProve_exits0WithALineForEach() {
    CommandRun run = ask();

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().replaceAll(" +", " "))
        .startsWith("NODE SERVER HEALTH REVISION COMMIT READ\n")
        .contains("n1 " + first.address() + " healthy 100 2.3ms 0.2ms\n")
        .contains("n2 " + second.address() + " healthy 100 2.3ms 0.2ms\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void health_oneCannotCommit_exits3WithItsWord() {
    second.sayProof(
        ProveResponse.newBuilder().setNode("n2").setFault("cannot commit: no majority").build());

    CommandRun run = ask();

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err())
        .contains("Error: " + second.address() + ": node n2: cannot commit: no majority");
    assertThat(run.out()).contains("unhealthy").contains("healthy    100");
  }

  @Test
  void health_aCheckFailedThoughItCommits_exits3() {
    second.sayProof(
        proof("n2")
            .addChecks(check("apply-lag", CheckStatus.Verdict.FAILED, "6000 entries"))
            .build());

    CommandRun run = ask();

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("node n2: apply-lag: 6000 entries");
  }

  @Test
  void health_whatIsOnlyToBeSeenTo_isAWarning() {
    second.sayProof(
        proof("n2").addChecks(check("feed", CheckStatus.Verdict.WARNING, "kea is silent")).build());

    CommandRun run = ask();

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err())
        .isEqualTo("Warning: " + second.address() + ": node n2: feed: kea is silent\n");
  }

  @Test
  void health_oneUnreachable_exits3AndShowsTheOthers() throws IOException {
    CommandRun run = ask("--server", FeedJsonCommandTest.closedPort());

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).contains("n1 ").contains("n2 ").contains("unreachable");
    assertThat(run.err()).contains("Error: ").contains("no connection");
  }

  @Test
  void health_aMemberNotNamed_isWarnedOf() {
    CommandRun run = CommandRun.of("health", "--server", first.address());

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err())
        .isEqualTo("Warning: not asked: n2 (name each member's API with --server)\n");
  }

  @Test
  void health_asJson_isAnObjectForEachServer() {
    assertThat(ask("-o", "json").lines())
        .hasSize(2)
        .first()
        .asString()
        .contains("\"healthy\":true")
        .contains("\"revision\":100")
        .contains("{\"name\":\"quorum\",\"verdict\":\"ok\",\"text\":\"n1 leads\"}");
  }
}
