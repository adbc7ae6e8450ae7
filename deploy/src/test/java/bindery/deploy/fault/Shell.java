package bindery.deploy.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the system that a run needs, each to its end within a minute. */
public final class Shell {
  private static final long SECONDS_MAX = 60;

  private Shell() {}

  /** Runs a command given as words divided by single spaces; fails unless it ends with 0. */
  public static void run(String words) {
    run(List.of(words.split(" ")));
  }

  public static void run(List<String> command) {
    String text = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("hangs: " + text);
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(text + ": " + said.strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + text, e);
    }
  }
}
