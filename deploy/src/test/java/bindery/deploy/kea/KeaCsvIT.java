package bindery.deploy.kea;

import bindery.deploy.fault.Namespaces;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Kea's lease file is fed, and every node tells what Kea itself says in the end. */
final class KeaCsvIT {
  private static final long MINUTES_MAX = 10;

  @Test
  void kea_fedOnce_everyNodeTellsWhatItSays(@TempDir Path folder) throws Exception {
    Namespaces.run(ImportRun.class, MINUTES_MAX, folder.toString());
  }
}
