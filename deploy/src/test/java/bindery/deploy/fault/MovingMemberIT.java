package bindery.deploy.fault;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members known by names that come late, and that lead elsewhere after a move. */
final class MovingMemberIT {
  private static final long MINUTES_MAX = 10;

  @Test
  void members_byNamesThatChangeTheirAddress_areFollowed(@TempDir Path folder) throws Exception {
    Namespaces.run(MovingMemberRun.class, MINUTES_MAX, folder.toString());
  }
}
