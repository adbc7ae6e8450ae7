package bindery.deploy.kea;

import bindery.deploy.fault.Namespaces;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's first hour with Kea: what docs/kea.md says, and nothing else. */
final class KeaPageIT {
  private static final Path PAGE = Path.of("..", "docs", "kea.md");

  @Test
  void page_doneWordForWord_hasEveryNodeTellWhatKeaHolds(@TempDir Path folder) throws Exception {
    Namespaces.run(
        PageRun.class, Extent.MINUTES_MAX, folder.toString(), PAGE.toRealPath().toString());
  }
}
