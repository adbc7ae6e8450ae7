package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class CommandsTest {
  @Test
  void root_help_namesTheExitCodesOnStandardOutput() {
    CommandRun run = CommandRun.of("--help");

    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("Usage: bindery").contains("7 unreachable");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void root_version_isTold() {
    assertThat(CommandRun.of("--version").out()).startsWith("bindery ");
  }

  @Test
  void root_noCommand_isAUsageErrorWithAnExample() {
    CommandRun run = CommandRun.of();

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no command given").contains("bindery status");
  }

  @Test
  void root_unknownOption_isAUsageErrorWithoutAStackTrace() {
    CommandRun run = CommandRun.with(Map.of(), "", "--nonsense");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("--nonsense").doesNotContain("\tat ");
  }
}
