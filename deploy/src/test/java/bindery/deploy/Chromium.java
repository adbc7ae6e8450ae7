package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real browser without a window. */
final class Chromium {
  private static final long SECONDS_MAX = 60;

  private final Path folder;

  /**
   * In that folder.
   *
   * @param folder for its profile
   */
  Chromium(Path folder) {
    this.folder = folder;
  }

  /** The document as it is once its script has run. */
  String document(String url) throws IOException, InterruptedException {
    return run(List.of("--dump-dom", url));
  }

  /** A picture of it. */
  void screenshot(String url, Path png, int width, int height, boolean isDark)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>();
    if (isDark) {
      options.add("--force-dark-mode");
      options.add("--blink-settings=preferredColorScheme=0");
    }
    options.add("--window-size=" + width + "," + height);
    options.add("--hide-scrollbars");
    options.add("--screenshot=" + png.toAbsolutePath());
    options.add(url);
    run(options);
    assertThat(Files.size(png)).isGreaterThan(10_000);
  }

  private String run(List<String> options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=4000"));
    command.addAll(options);
    Path out = Files.createTempFile(folder, "chromium", ".out");
    Path err = Files.createTempFile(folder, "chromium", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("hangs: " + command);
    }
    assertThat(process.exitValue()).as(() -> read(err)).isZero();
    assertThat(read(err)).doesNotContain("CONSOLE");
    return read(out);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
