package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.SetSettingsRequest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsSetCommandTest {
  @Test
  void set_whatIsNamed_isAskedForAlone() throws IOException {
    try (ScriptedNode node = ScriptedNode.start()) {
      CommandRun run =
          CommandRun.of(
              "settings",
              "set",
              "--sweep-limit",
              "2.5%",
              "--retain-ended",
              "48h",
              "--server",
              node.address());

      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(run.err()).contains("set from revision 100 on");
      assertThat(node.settings)
          .containsExactly(
              SetSettingsRequest.newBuilder()
                  .setSweepLimitPermille(25)
                  .setRetainEndedSeconds(172_800)
                  .build());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set",
        "set --sweep-limit 10",
        "set --sweep-limit 1e1%",
        "set --retain-ended 1500ms",
        ""
      })
  void set_nothingOrNonsense_isAUsageError(String arguments) {
    CommandRun run = CommandRun.of(("settings " + arguments).strip().split(" "));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith("Error: ");
  }
}
