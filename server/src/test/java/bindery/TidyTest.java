package bindery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a reader of the sources may count on, kept by a test instead of by memory. */
final class TidyTest {
  private static final Path TOP = Path.of("..");
  private static final int LINES_MAX = 400;
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
  // Spelled in pieces, so that this file does not find itself.
  private static final Pattern LEFT_OPEN = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");

  private static List<Path> files(String ending) {
    List<Path> found = new ArrayList<>();
    for (String top : List.of("proto", "store", "server", "deploy")) {
      try (Stream<Path> walk = Files.walk(TOP.resolve(top))) {
        walk.filter(path -> path.toString().endsWith(ending))
            .filter(path -> !path.toString().contains("/target/"))
            .forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void javaFiles_all_areShortEnoughToRead() {
    assertThat(files(".java")).isNotEmpty();
    assertThat(files(".java").stream().filter(f -> read(f).lines().count() > LINES_MAX)).isEmpty();
  }

  @Test
  void sources_all_leaveNothingOpen() {
    for (String ending : List.of(".java", ".proto", ".md", ".py", ".sh")) {
      assertThat(files(ending).stream().filter(f -> LEFT_OPEN.matcher(read(f)).find())).isEmpty();
    }
  }

  @Test
  void classNames_all_sayWhatTheThingIs() {
    Pattern empty = Pattern.compile(".*(Util|Utils|Helper|Manager|Impl|Common)\\.java");
    assertThat(files(".java").stream().filter(f -> empty.matcher(f.toString()).matches()))
        .isEmpty();
  }

  @Test
  void packages_ofTheProgram_sayWhatTheyHold() {
    assertThat(
            files(".java").stream()
                .filter(f -> f.toString().contains("/src/main/"))
                .map(f -> f.resolveSibling("package-info.java"))
                .distinct()
                .filter(f -> !Files.exists(f)))
        .isEmpty();
  }

  @Test
  void tests_all_waitOnConditionsAndRun() {
    Pattern banned = Pattern.compile("Thread\\.sl" + "eep\\(|@Dis" + "abled");
    assertThat(
            files(".java").stream()
                .filter(f -> f.toString().contains("/src/test/"))
                .filter(f -> banned.matcher(read(f)).find()))
        .isEmpty();
  }

  @Test
  void links_ofThePages_lead() {
    List<Path> pages = new ArrayList<>(files(".md"));
    for (String page : List.of("README.md", "ARCHITECTURE.md", "CHANGELOG.md")) {
      pages.add(TOP.resolve(page));
    }
    List<String> dead = new ArrayList<>();
    for (Path page : pages) {
      Matcher matcher = LINK.matcher(read(page));
      while (matcher.find()) {
        if (!Files.exists(page.resolveSibling(matcher.group(1)))) {
          dead.add(page + " -> " + matcher.group(1));
        }
      }
    }
    assertThat(dead).isEmpty();
  }
}
