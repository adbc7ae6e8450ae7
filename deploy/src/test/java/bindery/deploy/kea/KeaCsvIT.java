package bindery.deploy.kea;

import bindery.deploy.fault.Namespaces;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Kea's lease file is followed, while all that runs is killed and started again. */
final class KeaCsvIT {
  @Test
  void follower_whileAllIsKilledAndTheFileCleanedUp_holdsWhatKeaHolds(@TempDir Path folder)
      throws Exception {
    Namespaces.run(CsvRun.class, Extent.MINUTES_MAX, Extent.arguments(folder));
  }
}
