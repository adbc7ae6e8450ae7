package bindery.raft;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A small file of text lines whose last line proves the others, so that one changed digit is not
 * taken for another truth.
 *
 * <pre>
 * File := (line LF)* "crc32c " 8 hexadecimal digits LF       of all octets before that line
 *
 * n1 8d3f0000000000000000000000000000
 * crc32c 5f0a93c1
 * </pre>
 */
final class CheckedText {
  private static final String LAST = "crc32c ";

  private CheckedText() {}

  /** Replaces a file by such lines: after a crash it holds the old ones or the new ones. */
  static void write(Path file, String lines) throws IOException {
    DurableFiles.write(file, lines + LAST + crc(lines) + "\n");
  }

  /**
   * The lines of a file without the last.
   *
   * @throws NoSuchFileException if there is none
   * @throws IOException if it cannot be read, or its last line does not prove the others; the
   *     message names it and says what to do
   */
  static String read(Path file) throws IOException {
    // Octet for octet: what is no text does not fit its last line either.
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    int last = text.lastIndexOf(LAST);
    String lines = last < 0 ? "" : text.substring(0, last);
    String utf8 = new String(lines.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    if (last < 0 || !text.substring(last).equals(LAST + crc(utf8) + "\n")) {
      throw new IOException(
          "corrupt "
              + file
              + ": its last line does not fit the others (expected "
              + LAST
              + "and their checksum, as this node wrote it)"
              + FolderMarker.REMEDY);
    }
    return utf8;
  }

  private static String crc(String lines) {
    CRC32C crc = new CRC32C();
    crc.update(lines.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
