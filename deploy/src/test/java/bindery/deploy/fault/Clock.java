package bindery.deploy.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** A process's own wall clock, which a file puts forward or back while it runs (libfaketime). */
final class Clock {
  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final int DEPTH = 3;

  private Clock() {}

  /**
   * Has a process to be started go by a clock.
   *
   * @param file with how far it is off, such as {@code +5s}; read again once a second
   */
  static void attach(Map<String, String> environment, Path file) {
    environment.put("LD_PRELOAD", library().toString());
    environment.put("FAKETIME_TIMESTAMP_FILE", file.toString());
    environment.put("FAKETIME_CACHE_DURATION", "1");
    environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    // Waits by the monotonic clock would end at once otherwise, and every thread of the JVM spin.
    environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    environment.put("FAKETIME_DONT_RESET", "1");
    environment.put("NO_FAKE_STAT", "1");
    environment.put("FAKETIME_DISABLE_SHM", "1");
  }

  private static Path library() {
    try (Stream<Path> files =
        Files.find(LIBRARIES, DEPTH, (path, attributes) -> path.endsWith("libfaketime.so.1"))) {
      return files
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "libfaketime.so.1 is missing (apt-get install faketime)"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
