package bindery.deploy.install;

import bindery.deploy.fault.Namespaces;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An operator's first hour and first upgrade: the package for Debian, and what docs/install.md and
 * docs/operate.md say.
 */
final class InstallLong {
  private static final Path PAGE = Path.of("..", "docs", "install.md");
  private static final Path OPERATE = Path.of("..", "docs", "operate.md");
  private static final long MINUTES_MAX = 10;

  @Test
  void page_doneWordForWord_isAClusterOnMutualTls_thatAnUpgradeLeavesWhole(@TempDir Path folder)
      throws Exception {
    Namespaces.run(
        InstallRun.class,
        MINUTES_MAX,
        folder.toString(),
        PAGE.toRealPath().toString(),
        OPERATE.toRealPath().toString(),
        System.getProperty("bindery.debs"));
  }
}
