package bindery.deploy.install;

import bindery.deploy.fault.Namespaces;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's first hour: the package for Debian, and what docs/install.md says. */
final class InstallLong {
  private static final Path PAGE = Path.of("..", "docs", "install.md");
  private static final long MINUTES_MAX = 6;

  @Test
  void page_doneWordForWord_isAClusterOnMutualTls(@TempDir Path folder) throws Exception {
    Namespaces.run(
        InstallRun.class,
        MINUTES_MAX,
        folder.toString(),
        PAGE.toRealPath().toString(),
        System.getProperty("bindery.debs"));
  }
}
