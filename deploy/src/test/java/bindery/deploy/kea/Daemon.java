package bindery.deploy.kea;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program that is to run until it is told to end, and may be killed and started again. */
final class Daemon implements AutoCloseable {
  private static final long END_SECONDS_MAX = 30;
  private static final int TAIL_LINES = 25;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private @Nullable Process process;
  private int starts;

  /**
   * One that does not run yet.
   *
   * @param log where all that it says is appended
   */
  Daemon(String name, List<String> command, Map<String, String> environment, Path log) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = log;
  }

  String name() {
    return name;
  }

  /** Starts it, unless it runs. */
  void start() {
    if (isAlive()) {
      return;
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectErrorStream(true);
      builder.environment().putAll(environment);
      process = builder.start();
      starts++;
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Fails with the last that it said unless it runs. */
  void requireAlive() {
    if (!isAlive()) {
      throw new IllegalStateException(name + " has ended" + tail());
    }
  }

  /** How often it was started. */
  int starts() {
    return starts;
  }

  /** Kills it, as a power cut would. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
      await(process);
    }
  }

  /** Has it end, as its supervisor would; returns with what it ended. */
  int stop() {
    if (process == null) {
      return 0;
    }
    process.destroy();
    if (!await(process)) {
      kill();
      throw new IllegalStateException(name + " does not end when it is told to" + tail());
    }
    return process.exitValue();
  }

  private static boolean await(Process process) {
    try {
      return process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** All that it has said. */
  String log() {
    try {
      return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last that it said, but for the answers that it gave. */
  String tail() {
    List<String> lines = log().lines().filter(line -> !line.contains("audit")).toList();
    return "\n--- "
        + name
        + (isAlive() ? "" : " (not running)")
        + "\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  @Override
  public void close() {
    kill();
  }
}
