package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus's own opinion of the alert rules, and what they say of series made up for them. */
final class AlertRulesIT {
  private static String promtool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void rules_ofThePackage_areSoundToPromtool(@TempDir Path folder) throws Exception {
    PackagedProgram program = PackagedProgram.unpack(folder);

    String rules = program.home().resolve("etc/prometheus/alerts.yaml").toString();
    assertThat(promtool("check", "rules", rules)).containsPattern("SUCCESS: \\d+ rules found");
  }

  @Test
  void rules_onSeriesOfFaults_fireAsTheyShould() throws Exception {
    String series = Path.of("src", "test", "resources", "alerts.test.yaml").toString();
    assertThat(promtool("test", "rules", series)).contains("SUCCESS");
  }
}
