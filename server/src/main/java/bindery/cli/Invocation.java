package bindery.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command is given by the process it runs in.
 *
 * @param environment the environment's variables
 * @param in standard input; read only by commands that are told to
 * @param out standard output, for octets that are no text; what is text goes by the command line's
 *     own writer
 * @param terminal whether standard error is a terminal, so that progress may be drawn there
 * @param columns how wide the terminal is that standard output is; empty if it is none
 */
public record Invocation(
    Map<String, String> environment,
    InputStream in,
    OutputStream out,
    boolean terminal,
    OptionalInt columns) {
  private static final Pattern STTY_SIZE = Pattern.compile("\\d+ (\\d+)\\s*");
  private static final int COLUMNS_DEFAULT = 80;
  private static final int STTY_SECONDS_MAX = 2;

  /** Copies the variables. */
  public Invocation {
    environment = Map.copyOf(environment);
  }

  /** One whose output is no terminal and takes no octets. */
  public Invocation(Map<String, String> environment, InputStream in, boolean terminal) {
    this(environment, in, OutputStream.nullOutputStream(), terminal, OptionalInt.empty());
  }

  /**
   * Of this process.
   *
   * @param out its standard output
   */
  public static Invocation ofProcess(OutputStream out) {
    return new Invocation(
        System.getenv(), System.in, out, isTerminal(terminalOf(2)), columnsOf(terminalOf(1)));
  }

  // The JDK cannot tell for one descriptor alone; Linux does by what it points to. Elsewhere no
  // progress is drawn, and a table is as wide as it is.
  private static String terminalOf(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static boolean isTerminal(String target) {
    return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
  }

  // Nor can the JDK tell how wide a terminal is; `stty` can, which is where terminals are.
  private static OptionalInt columnsOf(String target) {
    if (!isTerminal(target)) {
      return OptionalInt.empty();
    }
    try {
      Process stty = new ProcessBuilder("stty", "-F", target, "size").start();
      if (!stty.waitFor(STTY_SECONDS_MAX, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return OptionalInt.of(COLUMNS_DEFAULT);
      }
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher size = STTY_SIZE.matcher(said);
      int columns = size.matches() ? Integer.parseInt(size.group(1)) : 0;
      return OptionalInt.of(columns > 0 ? columns : COLUMNS_DEFAULT);
    } catch (IOException e) {
      return OptionalInt.of(COLUMNS_DEFAULT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.of(COLUMNS_DEFAULT);
    }
  }

  /** Where files go that are gone when a command ends: {@code $TMPDIR}, else the system's place. */
  Path temporaryFolder() {
    String named = environment.getOrDefault("TMPDIR", "");
    return Path.of(named.isEmpty() ? System.getProperty("java.io.tmpdir") : named);
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
