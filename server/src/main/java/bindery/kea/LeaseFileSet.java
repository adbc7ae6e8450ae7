package bindery.kea;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  private record Member(Path path, FileIdentity identity) {}

  /**
   * Opens the set of that lease file. The caller closes each.
   *
   * @throws NoSuchFileException if there is no file of the set
   * @throws IOException if it is a folder, one cannot be opened, or they were renamed at every try
   */
  static List<LeaseFile> open(Path base) throws IOException {
    for (int tried = 0; tried < TRIES_MAX; tried++) {
      List<Member> members = list(base);
      if (Files.isDirectory(base)) {
        throw new IOException(base + ": a folder (expected a lease file)");
      }
      if (members.isEmpty()) {
        throw new NoSuchFileException(base.toString(), null, "no such lease file");
      }
      List<LeaseFile> opened = new ArrayList<>();
      boolean done = false;
      try {
        for (Member member : members) {
          opened.add(LeaseFile.open(member.path()));
        }
        // By identity: after a whole clean-up there are other files under the same names.
        done =
            list(base).equals(members)
                && opened.stream()
                    .map(LeaseFile::identity)
                    .toList()
                    .equals(members.stream().map(Member::identity).toList());
      } catch (NoSuchFileException e) {
        done = false; // renamed between the listing and the opening
      } finally {
        if (!done) {
          close(opened);
        }
      }
      if (done) {
        return opened;
      }
    }
    throw new IOException(base + ": its clean-up kept renaming the files; try again");
  }

  /** Closes all of them. */
  static void close(Iterable<LeaseFile> files) throws IOException {
    for (LeaseFile file : files) {
      file.close();
    }
  }

  private static List<Member> list(Path base) throws IOException {
    List<Member> members = new ArrayList<>();
    if (!add(beside(base, ".completed"), members)) {
      add(beside(base, ".2"), members);
      add(beside(base, ".1"), members);
    }
    add(base, members);
    return members;
  }

  private static boolean add(Path path, List<Member> members) throws IOException {
    Optional<FileIdentity> identity = FileIdentity.find(path);
    identity.ifPresent(found -> members.add(new Member(path, found)));
    return identity.isPresent();
  }

  /** The path of that file's companion with the suffix, such as {@code .1}. */
  static Path beside(Path base, String suffix) {
    return base.resolveSibling(base.getFileName() + suffix);
  }
}
