package bindery.kea;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which file it is, whatever its name: a rename keeps it. The number of a file that is gone may be
 * given to another one, unless somebody still has it open.
 *
 * @param device of the file system
 * @param inode within it
 */
record FileIdentity(long device, long inode) {
  /**
   * Of the file that has that name now.
   *
   * @return empty if there is none
   * @throws IOException if that cannot be told
   */
  static Optional<FileIdentity> find(Path path) throws IOException {
    try {
      Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
      return Optional.of(
          new FileIdentity(number(attributes.get("dev")), number(attributes.get("ino"))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static long number(@Nullable Object attribute) {
    if (attribute instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalStateException("a file system without numbers of files");
  }

  @Override
  public String toString() {
    return "inode " + inode + " of device " + device;
  }
}
