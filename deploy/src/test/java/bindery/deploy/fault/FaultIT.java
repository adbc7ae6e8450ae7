package bindery.deploy.fault;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some faults in each build, the same ones; {@code deploy/fault} puts in as many as one likes. */
final class FaultIT {
  private static final int FAULTS = Integer.getInteger("fault.count", 15);
  private static final long SEED = Long.getLong("fault.seed", 20_261_128);
  // Each takes seconds, or a minute where a node is replaced.
  private static final long MINUTES_MAX = 15L + FAULTS / 2;

  @Test
  void faults_allAtOnce_breakNoPromise(@TempDir Path folder) throws Exception {
    Namespaces.run(
        FaultRun.class,
        MINUTES_MAX,
        folder.toString(),
        String.valueOf(SEED),
        String.valueOf(FAULTS));
  }
}
