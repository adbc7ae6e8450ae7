package bindery.deploy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some faults in each build; {@code deploy/fault} has as many as one likes. Needs root, for
 * namespaces and mounts of its own, which are gone when it ends.
 */
final class FaultIT {
  private static final long MINUTES_MAX = Long.getLong("fault.minutes", 15);

  @Test
  void faults_allAtOnce_breakNoPromise(@TempDir Path folder) throws Exception {
    long seed = Long.getLong("fault.seed", System.nanoTime());
    int faults = Integer.getInteger("fault.count", 15);
    Process process =
        new ProcessBuilder(
                "unshare",
                "--net",
                "--mount",
                "--mount-proc",
                "--pid",
                "--fork",
                "--kill-child",
                "--propagation",
                "private",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dbindery.package=" + System.getProperty("bindery.package"),
                FaultRun.class.getName(),
                folder.toString(),
                String.valueOf(seed),
                String.valueOf(faults))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).as("seed %d hangs", seed).isTrue();
    assertThat(process.exitValue()).as("seed %d: what it broke stands above", seed).isZero();
  }
}
