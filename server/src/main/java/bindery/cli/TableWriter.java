package bindery.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows in aligned columns. The widths follow the first rows, so that a table of any length takes
 * little memory; a later cell that is wider pushes its own row apart. Without a row nothing is
 * written, the headings neither.
 */
final class TableWriter implements AutoCloseable {
  private static final int ROWS_MEASURED = 200;
  private static final String GAP = "  ";

  private final PrintWriter out;
  private final List<List<String>> measured = new ArrayList<>();
  private final int[] widths;
  private boolean started;

  /** To that writer, which stays open. */
  TableWriter(PrintWriter out, List<String> headings) {
    this.out = out;
    widths = new int[headings.size()];
    row(headings);
  }

  /** Writes a row; as many cells as there are headings. */
  void row(List<String> cells) {
    if (started) {
      print(cells);
      return;
    }
    measured.add(List.copyOf(cells));
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
    }
    if (measured.size() > ROWS_MEASURED) {
      start();
    }
  }

  private void start() {
    started = true;
    measured.forEach(this::print);
    measured.clear();
  }

  private void print(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i));
      if (i + 1 < cells.size()) {
        line.append(" ".repeat(Math.max(0, widths[i] - cells.get(i).length()))).append(GAP);
      }
    }
    out.println(line.toString().stripTrailing());
  }

  /** Writes what is still held. */
  @Override
  public void close() {
    if (!started && measured.size() > 1) {
      start();
    }
    out.flush();
  }
}
