package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/configure.md is what the options say of themselves. Written anew by {@code mvn
 * test -pl server -am -Dtest=ConfigurePageTest -Dpages.write=true
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class ConfigurePageTest {
  private static final Path PAGE = Path.of("..", "docs", "configure.md");
  private static final String BEGIN = "| option | value | default | what it is |\n";

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static String table() {
    StringBuilder table = new StringBuilder(BEGIN).append("|---|---|---|---|\n");
    for (Setting<?> setting : Settings.ALL) {
      String fallback =
          setting.defaultText() == null
              ? "none; e.g. `" + setting.example() + "`"
              : "`" + setting.defaultText() + "`";
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  setting.key(),
                  cell(setting.kind().expected()),
                  cell(fallback),
                  cell(setting.help())));
    }
    return table.toString();
  }

  @Test
  void page_table_hasEveryOptionAsTheProgramHasIt() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf("\n\n", begin) + 1;
    assertThat(begin).as("docs/configure.md has no line " + BEGIN).isNotNegative();
    assertThat(end).as("docs/configure.md ends with its table").isPositive();
    String fresh = page.substring(0, begin) + table() + page.substring(end);
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, fresh);
    }
    assertThat(page).as("docs/configure.md; write it anew as this test says").isEqualTo(fresh);
  }
}
