package bindery.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Coverage-guided fuzzing by Jazzer, each target in a process of its own: some seconds in every run
 * of the tests, as long as one likes by {@code deploy/fuzz}.
 *
 * <p>{@code -Dfuzz.seconds=N} says how long a target runs, {@code -Dfuzz.corpus=DIR} where its
 * inputs are kept from run to run, a folder of the build if left out.
 */
final class FuzzTest {
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 8);
  private static final String CORPUS = System.getProperty("fuzz.corpus", "target/fuzz");
  private static final int START_SECONDS_MAX = 240;
  private static final int TAIL_CHARS = 4_000;

  @ParameterizedTest
  @MethodSource("bindery.fuzz.Target#all")
  void target_anyOctets_areReadOrRefusedByName(Target target) throws Exception {
    Path home = Path.of(CORPUS).toAbsolutePath().resolve(target.toString());
    Path corpus = Files.createDirectories(home.resolve("corpus"));
    for (int i = 0; i < target.seeds().size(); i++) {
      Files.write(corpus.resolve("seed-" + i), target.seeds().get(i));
    }
    Path log = home.resolve("log");
    Process jazzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=bindery.**",
                // Netty works with memory by itself, which this hook takes for a fault.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
                "--reproducer_path=" + home,
                "-artifact_prefix=" + home + "/",
                "-max_len=4096",
                "-rss_limit_mb=2048",
                "-print_final_stats=1",
                "-max_total_time=" + SECONDS,
                corpus.toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(jazzer.waitFor(SECONDS + START_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    } finally {
      jazzer.destroyForcibly();
    }
    String said = Files.readString(log, StandardCharsets.UTF_8);
    String tail = said.substring(Math.max(0, said.length() - TAIL_CHARS));
    assertThat(jazzer.exitValue()).as("%s, in %s:%n%s", target, home, tail).isZero();
    long inputs =
        said.lines()
            .filter(line -> line.startsWith("stat::number_of_executed_units:"))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':', 6) + 1).strip()))
            .sum();
    assertThat(inputs).as(tail).isPositive();
    System.out.println(target + ": " + inputs + " inputs in " + SECONDS + " s, nothing found");
  }

  // Surefire starts tests from a jar that only names the others.
  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }
}
