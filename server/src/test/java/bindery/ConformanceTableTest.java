package bindery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The pages of what is held by which standard, of what is promised, and of what the engines would
 * break: complete, and nothing in them that is not there.
 */
final class ConformanceTableTest {
  private static final Pattern ROW =
      Pattern.compile("\\| ([A-Z]-\\d\\d) \\| (.+) \\| (.+) \\| (.+) \\|");
  private static final Pattern PROMISE = Pattern.compile("\\| (P-\\d\\d): .+ \\| .+ \\| (.+) \\|");
  private static final Pattern SHOWN_BY = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))\\b");

  private static final Map<String, String> ROWS = new LinkedHashMap<>();
  private static final Map<String, String> TESTS = new HashMap<>();

  @BeforeAll
  static void read() throws IOException {
    Path top = Path.of("..");
    for (String page : List.of("conformance.md", "traps.md")) {
      for (String line : Files.readAllLines(top.resolve("docs").resolve(page))) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
          assertThat(ROWS.put(row.group(1), row.group(4))).as("%s twice", row.group(1)).isNull();
        }
      }
    }
    for (String line : Files.readAllLines(top.resolve("docs").resolve("promises.md"))) {
      Matcher row = PROMISE.matcher(line);
      if (row.matches()) {
        assertThat(ROWS.put(row.group(1), row.group(2))).as("%s twice", row.group(1)).isNull();
      }
    }
    for (String module : List.of("store", "server", "deploy")) {
      try (Stream<Path> files = Files.walk(top.resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString();
          TESTS.put(name.substring(0, name.length() - 5), Files.readString(file));
        }
      }
    }
  }

  private static Stream<String> ids(String kind, int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(n -> String.format("%s-%02d", kind, n));
  }

  @Test
  void everyRequirement_standsOnce() {
    List<String> all =
        Stream.of(
                ids("S", 1, 17),
                ids("S", 20, 74),
                ids("S", 80, 83),
                ids("V", 1, 29),
                ids("R", 1, 25),
                ids("T", 1, 25),
                ids("D", 1, 16),
                ids("U", 1, 17),
                ids("P", 1, 20),
                ids("E", 1, 33),
                ids("E", 40, 51))
            .flatMap(stream -> stream)
            .toList();

    assertThat(new TreeSet<>(ROWS.keySet())).containsExactlyElementsOf(new TreeSet<>(all));
  }

  @Test
  void everyTestNamed_isThere() {
    ROWS.forEach(
        (id, shownBy) -> {
          Matcher test = SHOWN_BY.matcher(shownBy);
          int named = 0;
          while (test.find()) {
            named++;
            assertThat(TESTS).as(id).containsKey(test.group(1));
            if (test.group(2) != null) {
              assertThat(TESTS.get(test.group(1))).as(id).contains("void " + test.group(2) + "(");
            }
          }
          assertThat(named > 0 || shownBy.equals("-")).as("%s: %s", id, shownBy).isTrue();
        });
  }

  @Test
  void everyTestNamedOnAnyPage_isThere() throws IOException {
    try (Stream<Path> pages = Files.list(Path.of("..", "docs"))) {
      for (Path page : pages.toList()) {
        TEST.matcher(Files.readString(page))
            .results()
            .forEach(test -> assertThat(TESTS).as(page.toString()).containsKey(test.group(1)));
      }
    }
  }
}
