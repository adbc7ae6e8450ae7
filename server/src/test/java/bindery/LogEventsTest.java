package bindery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of log events beside the sources. */
final class LogEventsTest {
  private static final Path PAGE = Path.of("..", "docs", "logs.md");
  private static final Pattern CALL =
      Pattern.compile(
          "\\b(?:LOG|logger)\\s*\\.(warn|error)\\(((?:\"(?:[^\"\\\\]|\\\\.)*\"|[^;\"])*);");
  private static final Pattern EVENT = Pattern.compile("event=([a-z_-]*[a-z])(?![a-z_-]|\\{)");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z_-]+)` \\| (WARN|ERROR) \\| [^|]+ \\| [^|]+ \\|$");

  // Whose names are put together where they are logged: the class, and the names.
  private static final Map<String, Set<String>> COMPOSED =
      Map.of(
          "DiskWatch.java",
          Set.of("disk-slow", "disk-failing", "disk-low"),
          "Acceptor.java",
          Set.of("connections_exhausted", "requestor_exhausted", "last_slot_kept"),
          "FollowSession.java",
          Set.of("row_malformed"));

  /** The events of WARN and ERROR in the sources, each with the highest level it is logged at. */
  private static Map<String, String> logged() throws IOException {
    Map<String, String> events = new TreeMap<>();
    for (String module : List.of("store", "server")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String source = Files.readString(file);
          for (MatchResult call : CALL.matcher(source).results().toList()) {
            String level = call.group(1).equals("warn") ? "WARN" : "ERROR";
            List<String> names =
                EVENT.matcher(call.group(2)).results().map(found -> found.group(1)).toList();
            Set<String> composed = COMPOSED.get(file.getFileName().toString());
            assertThat(names.isEmpty() && composed == null)
                .as("%s: a call without event=: %s", file, call.group())
                .isFalse();
            names.forEach(name -> events.merge(name, level, LogEventsTest::higher));
            if (names.isEmpty()) {
              composed.forEach(name -> events.merge(name, level, LogEventsTest::higher));
              composed.forEach(
                  name ->
                      assertThat(source)
                          .contains(name.startsWith("disk-") ? name.substring(5) : name));
            }
          }
        }
      }
    }
    return events;
  }

  private static String higher(String one, String other) {
    return one.equals("ERROR") ? one : other;
  }

  @Test
  void page_listsEveryWarningAndErrorOfTheSourcesAndNoOther() throws IOException {
    Map<String, String> listed = new TreeMap<>();
    String page = Files.readString(PAGE);
    ROW.matcher(page).results().forEach(row -> listed.put(row.group(1), row.group(2)));

    assertThat(listed).hasSizeGreaterThan(90).isEqualTo(logged());
    assertThat(new TreeSet<>(listed.keySet()))
        .hasSize((int) page.lines().filter(line -> line.startsWith("| `")).count());
  }
}
