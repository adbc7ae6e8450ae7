package bindery.node;

import java.util.ArrayList;
import java.util.List;

/**
 * The commented sample configuration, written from the declared options, so that it cannot lack
 * one. Every value in it is commented out, and is the default, or an example where there is none.
 */
final class SampleFile {
  private static final int WIDTH = 100;

  private SampleFile() {}

  /** The text of the file. */
  static String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        # Configuration of a Bindery node. Every option is here, commented out, with its default, or
        # with an example where it says so.
        # An option may also be given as a flag (--leasequery-data-timeout 30s) or in the environment
        # (BINDERY_LEASEQUERY_DATA_TIMEOUT=30s); the flag wins over the environment, that over this file.
        # Durations: 500ms, 30s, 5m, 24h, 7d. Sizes: 64KiB, 512MiB, 1GiB.
        # Check a file without starting: bindery node --check --config FILE
        """);
    String section = "";
    for (Setting<?> setting : Settings.ALL) {
      int dot = setting.key().indexOf('.');
      String prefix = dot < 0 ? "" : setting.key().substring(0, dot);
      String name = setting.key().substring(dot + 1);
      String indent = dot < 0 ? "" : "  ";
      out.append('\n');
      if (!prefix.isEmpty() && !prefix.equals(section)) {
        out.append(prefix).append(":\n");
      }
      section = prefix;
      wrap(setting.help(), WIDTH - indent.length() - 2)
          .forEach(line -> out.append(indent).append("# ").append(line).append('\n'));
      if (setting.defaultText() == null) {
        out.append(indent).append("# No default; an example:\n");
      }
      out.append(indent)
          .append('#')
          .append(name)
          .append(": ")
          .append(quoted(setting.example()))
          .append('\n');
    }
    return out.toString();
  }

  private static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : List.of(text.split(" ", -1))) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** A value that YAML would read as something else than text stands in quotes. */
  private static String quoted(String example) {
    boolean structured =
        example.startsWith("{") || (example.startsWith("[") && example.endsWith("]"));
    return !structured && example.indexOf(':') >= 0 ? '"' + example + '"' : example;
  }
}
