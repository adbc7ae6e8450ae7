package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.FinalizeUpgradeResponse;
import io.grpc.Status;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UpgradeFinalizeCommandTest {
  private final ScriptedNode node;

  UpgradeFinalizeCommandTest() throws IOException {
    node = ScriptedNode.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private CommandRun ask() {
    return CommandRun.of("upgrade", "finalize", "--server", node.address());
  }

  @Test
  void finalize_everyMemberKnowsTheNext_saysTheLevel() {
    node.sayUpgrade(
        FinalizeUpgradeResponse.newBuilder()
            .setNode("n1")
            .setLevel(2)
            .setLevelSupported(3)
            .setRaised(true)
            .build());

    CommandRun run = ask();

    assertThat(run.exit()).isZero();
    assertThat(run.err().strip())
        .isEqualTo("now at level 2; ask again for the next, up to level 3");
  }

  @Test
  void finalize_noHigherLevel_saysSoAndExits0() {
    node.sayUpgrade(
        FinalizeUpgradeResponse.newBuilder()
            .setNode("n1")
            .setLevel(1)
            .setLevelSupported(1)
            .build());

    CommandRun run = ask();

    assertThat(run.exit()).isZero();
    assertThat(run.err().strip())
        .isEqualTo("already at level 1, the highest the program of node n1 knows");
  }

  @Test
  void finalize_aMemberCannotFollow_exits5WithItsName() {
    node.refuseWith(
        Status.FAILED_PRECONDITION.withDescription(
            "the cluster stays at level 1: member n3 supports level 1 (expected 2 or above)"));

    CommandRun run = ask();

    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).contains("member n3 supports level 1");
  }

  @Test
  void finalize_nobodyThere_exits7() throws IOException {
    assertThat(
            CommandRun.of("upgrade", "finalize", "--server", FeedJsonCommandTest.closedPort())
                .exit())
        .isEqualTo(7);
  }
}
