package bindery.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program as unpacked from its tar into a folder of the test's. */
public final class PackagedProgram {
  /** How long any one command of a test may take before it counts as hanging. */
  private static final long COMMAND_SECONDS_MAX = 240;

  private final Path home;
  private final Path folder;

  private PackagedProgram(Path home, Path folder) {
    this.home = home;
    this.folder = folder;
  }

  /** Unpacks the tar that the build made. */
  public static PackagedProgram unpack(Path folder) throws IOException, InterruptedException {
    return unpack(folder, "bindery");
  }

  /** Unpacks it beside others, under another name. */
  static PackagedProgram unpack(Path folder, String name) throws IOException, InterruptedException {
    Path home = Files.createDirectories(folder.resolve(name));
    String tar = System.getProperty("bindery.package");
    Process process =
        new ProcessBuilder("tar", "-xzf", tar, "-C", home.toString(), "--strip-components=1")
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("could not unpack " + tar);
    }
    return new PackagedProgram(home, folder);
  }

  /** The folder it was unpacked into. */
  Path home() {
    return home;
  }

  /** The folder of its command, as an operator puts it on the path. */
  public Path commands() {
    return home.resolve("bin");
  }

  /** Where its jars are. */
  Path lib() {
    return home.resolve("lib");
  }

  /** What a command did. */
  public record Outcome(int exit, String out, String err) {
    /** The lines of its standard output. */
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Runs {@code bindery ARGUMENTS} to its end. */
  public Outcome run(String... arguments) {
    return runWith("", arguments);
  }

  /** Runs {@code bindery ARGUMENTS} to its end with the given standard input. */
  Outcome runWith(String input, String... arguments) {
    try {
      Path in = Files.createTempFile(folder, "in", "");
      Path out = Files.createTempFile(folder, "out", "");
      Path err = Files.createTempFile(folder, "err", "");
      Files.writeString(in, input);
      Process process =
          new ProcessBuilder(command(arguments))
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "hangs: bindery " + String.join(" ", arguments) + "\n" + Files.readString(err));
      }
      return new Outcome(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Runs it to its end; fails unless that is 0. */
  Outcome ok(String... arguments) {
    Outcome outcome = run(arguments);
    if (outcome.exit() != 0) {
      throw new AssertionError(
          "bindery " + String.join(" ", arguments) + ": " + outcome.exit() + ", " + outcome.err());
    }
    return outcome;
  }

  /** Starts {@code bindery ARGUMENTS}, its output appended to a file. */
  Process start(Path log, List<String> environment, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command(arguments))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    for (String pair : environment) {
      int equals = pair.indexOf('=');
      builder.environment().put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return builder.start();
  }

  /** Starts {@code bindery ARGUMENTS} that reads from the test, its output appended to a file. */
  Process startReading(Path log, String... arguments) throws IOException {
    return new ProcessBuilder(command(arguments))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectErrorStream(true)
        .start();
  }

  /** The words that start {@code bindery ARGUMENTS}. */
  public List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve("bindery").toString());
    command.addAll(List.of(arguments));
    return command;
  }
}
