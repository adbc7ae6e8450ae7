package bindery.kea;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The file that keeps a follower's position. Each save replaces it in one step, on disk before it
 * returns: after a crash there is the one before or the new one. What was not written here is never
 * overwritten: it is set aside as {@code FILE.aside}. One thread.
 */
final class PositionFile {
  private static final int BYTES_MAX = 64 << 10;

  private final Path file;
  private final SavedPosition.Owner owner;

  /** Of that follower. */
  PositionFile(Path file, SavedPosition.Owner owner) {
    this.file = file.toAbsolutePath();
    this.owner = owner;
  }

  /**
   * What was saved last.
   *
   * @return empty if nothing was
   * @throws KeaFormatException if it is damaged or another follower's; it is set aside then
   * @throws IOException if it cannot be read
   */
  Optional<SavedPosition> load() throws IOException, KeaFormatException {
    try {
      SavedPosition saved = SavedPosition.parse(text());
      if (!saved.owner().equals(owner)) {
        throw new KeaFormatException("of " + saved.owner() + " (expected " + owner + ")");
      }
      return Optional.of(saved);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (KeaFormatException e) {
      Path aside = file.resolveSibling(file.getFileName() + ".aside");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      throw new KeaFormatException(file + ": " + e.getMessage() + "; set aside as " + aside, e);
    }
  }

  private String text() throws IOException, KeaFormatException {
    if (Files.size(file) > BYTES_MAX) {
      throw new KeaFormatException("not a position (expected at most " + BYTES_MAX + " octets)");
    }
    try {
      return JsonText.ofUtf8(Files.readAllBytes(file));
    } catch (CharacterCodingException e) {
      throw new KeaFormatException("not a position (expected UTF-8)", e);
    }
  }

  /**
   * Replaces what was saved before.
   *
   * @throws IOException if it is not known to be on disk; what was saved before may still be there
   */
  void save(SavedPosition position) throws IOException {
    DurableText.write(file, position.text());
  }

  /**
   * Removes what was saved, so that the next start resyncs in full.
   *
   * @throws IOException if it is not known to be gone
   */
  void forget() throws IOException {
    DurableText.delete(file);
  }
}
