package bindery.kea;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A lease file and what Kea's clean-up (LFC) may have left beside it, all open, in the order in
 * which Kea itself loads them: {@code .completed} if it exists, else {@code .2} then {@code .1};
 * then the file.
 *
 * <p>The clean-up renames these files at any moment. They are opened together and the folder is
 * looked at again, so that the open files are a set that stood there at one instant; renames after
 * that move names, not what is open.
 */
final class LeaseFileSet {
  private static final int TRIES_MAX = 5;

  private LeaseFileSet() {}

  /** One open file. */
  record Opened(Path path, InputStream in, long size) {}

  /**
   * Opens the set of that lease file. The caller closes each stream.
   *
   * @throws NoSuchFileException if there is no file of the set
   * @throws IOException if it is a folder, one cannot be opened, or they were renamed at every try
   */
  static List<Opened> open(Path base) throws IOException {
    for (int tried = 0; tried < TRIES_MAX; tried++) {
      List<Path> paths = list(base);
      if (Files.isDirectory(base)) {
        throw new IOException(base + ": a folder (expected a lease file)");
      }
      if (paths.isEmpty()) {
        throw new NoSuchFileException(base.toString(), null, "no such lease file");
      }
      List<Opened> opened = new ArrayList<>();
      boolean done = false;
      try {
        for (Path path : paths) {
          opened.add(new Opened(path, Files.newInputStream(path), Files.size(path)));
        }
        done = list(base).equals(paths);
      } catch (NoSuchFileException e) {
        done = false; // renamed between the listing and the opening
      } finally {
        if (!done) {
          for (Opened file : opened) {
            file.in().close();
          }
        }
      }
      if (done) {
        return opened;
      }
    }
    throw new IOException(base + ": its clean-up kept renaming the files; try again");
  }

  private static List<Path> list(Path base) {
    List<Path> paths = new ArrayList<>();
    Path completed = beside(base, ".completed");
    if (Files.exists(completed)) {
      paths.add(completed);
    } else {
      for (String suffix : List.of(".2", ".1")) {
        if (Files.exists(beside(base, suffix))) {
          paths.add(beside(base, suffix));
        }
      }
    }
    if (Files.exists(base)) {
      paths.add(base);
    }
    return paths;
  }

  private static Path beside(Path base, String suffix) {
    return base.resolveSibling(base.getFileName() + suffix);
  }
}
