package bindery.node;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The end of a node's log, for those who look at its terminal only. */
final class LogTail {
  private static final int BYTES_MAX = 64 << 10;

  private LogTail() {}

  /**
   * The last line that tells of an error; empty if the last 64 KiB hold none, or cannot be read.
   *
   * @param from the octet at which to begin, such as the log's size when the node was started
   */
  static Optional<String> lastError(Path log, long from) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(Math.min(from, file.length()), file.length() - BYTES_MAX);
      byte[] tail = new byte[Math.toIntExact(file.length() - start)];
      file.seek(start);
      file.readFully(tail);
      List<String> errors =
          new String(tail, StandardCharsets.UTF_8)
              .lines()
              .filter(
                  line ->
                      line.startsWith("Error: ")
                          || line.contains(" ERROR ")
                          || line.contains("\"level\":\"ERROR\""))
              .toList();
      return errors.isEmpty() ? Optional.empty() : Optional.of(errors.get(errors.size() - 1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
