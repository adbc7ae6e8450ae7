package bindery.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command is given by the process it runs in.
 *
 * @param environment the environment's variables
 * @param in standard input; read only by commands that are told to
 * @param terminal whether standard error is a terminal, so that progress may be drawn there
 */
public record Invocation(Map<String, String> environment, InputStream in, boolean terminal) {
  /** Copies the variables. */
  public Invocation {
    environment = Map.copyOf(environment);
  }

  /** Of this process. */
  public static Invocation ofProcess() {
    return new Invocation(System.getenv(), System.in, isErrorTerminal());
  }

  // The JDK cannot tell for standard error alone; Linux does by what its descriptor points to.
  // Elsewhere no progress is drawn.
  private static boolean isErrorTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Where the user's programs keep state: {@code $XDG_STATE_HOME}, else {@code ~/.local/state}. */
  Path stateFolder() {
    return stateFolder(environment);
  }

  /** The same for any environment. */
  public static Path stateFolder(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isEmpty()
            ? Path.of(
                environment.getOrDefault("HOME", System.getProperty("user.home", ".")),
                ".local",
                "state")
            : Path.of(state);
    return base.resolve("bindery").toAbsolutePath();
  }
}
