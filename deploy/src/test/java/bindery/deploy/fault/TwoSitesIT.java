package bindery.deploy.fault;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes at one site and one at another, and no way from one to the other. */
final class TwoSitesIT {
  private static final long MINUTES_MAX = 10;

  @Test
  void answers_ofEitherSite_areAsPromised(@TempDir Path folder) throws Exception {
    Namespaces.run(TwoSitesRun.class, MINUTES_MAX, folder.toString());
  }
}
