package bindery.deploy.kea;

import bindery.deploy.fault.Namespaces;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Kea has Bindery for its backup, while all that runs is killed and started again. */
final class KeaHaIT {
  @Test
  void backup_whileAllIsKilled_holdsWhatKeaHolds(@TempDir Path folder) throws Exception {
    Namespaces.run(HaRun.class, Extent.MINUTES_MAX, Extent.arguments(folder));
  }

  @Test
  void backupAndFollower_atOnce_holdWhatKeaHoldsAndLeaveEachOtherAlone(@TempDir Path folder)
      throws Exception {
    Namespaces.run(BothRun.class, Extent.MINUTES_MAX, Extent.arguments(folder));
  }
}
