package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first command of the README, on the package that the build has just made. */
final class QuickstartIT {
  private static final int MINUTES_MAX = 5;

  @Test
  void once_onThePackage_showsThatAllNodesAnswerAlike(@TempDir Path folder) throws Exception {
    Path quickstart = Path.of(System.getProperty("bindery.sample")).resolveSibling("quickstart");
    Path said = folder.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(quickstart.toString(), "--once")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("BINDERY_QUICKSTART_PACKAGE", System.getProperty("bindery.package"));
    builder
        .environment()
        .put("BINDERY_QUICKSTART_BASE_PORT", String.valueOf(DevRun.freeBasePort()));
    Process process = builder.start();
    if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
      process.destroy(); // it stops its nodes
      throw new AssertionError("hangs: " + Files.readString(said, StandardCharsets.UTF_8));
    }

    String text = Files.readString(said, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    assertThat(text)
        .contains("== by relay-ID", "== by link", "== by remote-ID")
        .endsWith("All three nodes answer alike.\n");
  }
}
