package bindery.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's configuration comes from, so that it can be read again.
 *
 * @param flags texts by option key
 * @param environment the process's environment
 * @param file the configuration file; null if there is none
 */
record ConfigSource(
    Map<String, String> flags, Map<String, String> environment, @Nullable Path file) {
  /** Copies the maps. */
  ConfigSource {
    flags = Map.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /**
   * Reads and checks all options.
   *
   * @throws ConfigException with every problem together
   */
  NodeConfig load() throws ConfigException {
    return NodeConfig.load(flags, environment, file);
  }

  /** Whether there was a file and is none now. */
  boolean isGone() {
    return file != null && !Files.exists(file);
  }

  /** What changes when the file does; empty if there is no file, or none at this moment. */
  Optional<String> mark() {
    try {
      return file == null
          ? Optional.empty()
          : Optional.of(Files.getLastModifiedTime(file) + " " + Files.size(file));
    } catch (IOException e) {
      return Optional.empty(); // being replaced, perhaps
    }
  }
}
