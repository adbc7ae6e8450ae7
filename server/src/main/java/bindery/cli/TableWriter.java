package bindery.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Rows in aligned columns. The widths follow the first rows, so that a table of any length takes
 * little memory; a later cell that is wider pushes its own row apart. Without a row nothing is
 * written, the headings neither.
 *
 * <p>On a terminal no line is longer than that is wide: the one column that may be shortened loses
 * the middle of its cells, and what still does not fit goes on, indented, in a line of its own.
 */
final class TableWriter implements AutoCloseable {
  private static final int ROWS_MEASURED = 200;
  private static final int SHORTENED_MIN = 11;
  private static final int NONE = -1;
  private static final String GAP = "  ";
  private static final String INDENT = "    ";
  private static final String ELLIPSIS = "..";

  private final PrintWriter out;
  private final int columns;
  private final int shortened;
  private final List<Line> measured = new ArrayList<>();
  private final int[] widths;
  private boolean started;
  private boolean isNarrowed;

  /**
   * A line to come.
   *
   * @param cells of a row, or what stands beneath one
   */
  private record Line(boolean isRow, List<String> cells) {}

  /** To that writer, which stays open; lines are as long as they are. */
  TableWriter(PrintWriter out, List<String> headings) {
    this(out, headings, OptionalInt.empty(), NONE);
  }

  /**
   * To that writer, which stays open.
   *
   * @param columns how wide the terminal is; empty if there is none
   * @param shortened the column whose cells may lose their middle
   */
  TableWriter(PrintWriter out, List<String> headings, OptionalInt columns, int shortened) {
    this.out = out;
    this.columns = columns.orElse(Integer.MAX_VALUE);
    this.shortened = shortened;
    widths = new int[headings.size()];
    row(headings);
  }

  /** Writes a row; as many cells as there are headings. */
  void row(List<String> cells) {
    if (!started) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], cells.get(i).length());
      }
    }
    put(new Line(true, List.copyOf(cells)));
  }

  /** Writes words beneath the last row, indented. */
  void beneath(List<String> words) {
    put(new Line(false, List.copyOf(words)));
  }

  private void put(Line line) {
    if (started) {
      print(line);
      return;
    }
    measured.add(line);
    if (measured.size() > ROWS_MEASURED) {
      start();
    }
  }

  private void start() {
    started = true;
    if (shortened != NONE) {
      int tooWide = GAP.length() * (widths.length - 1) - columns;
      for (int width : widths) {
        tooWide += width;
      }
      int fitted = fitted(widths[shortened], tooWide);
      isNarrowed = fitted < widths[shortened];
      widths[shortened] = fitted;
    }
    measured.forEach(this::print);
    measured.clear();
  }

  private static int fitted(int width, int tooWide) {
    return tooWide <= 0 ? width : Math.max(Math.min(width, SHORTENED_MIN), width - tooWide);
  }

  private void print(Line line) {
    if (!line.isRow()) {
      printFolded(INDENT, line.cells());
      return;
    }
    List<String> cells = new ArrayList<>(line.cells());
    if (isNarrowed) {
      cells.set(shortened, shortened(cells.get(shortened), widths[shortened]));
    }
    String text = padded(cells);
    if (text.length() > columns && shortened != NONE) {
      String cell = cells.get(shortened);
      cells.set(shortened, shortened(cell, fitted(cell.length(), text.length() - columns)));
      text = joined(cells);
    }
    if (text.length() <= columns) {
      out.println(text);
    } else {
      printFolded("", cells);
    }
  }

  /**
   * The start and the end of a cell that is too wide: what differs most often stands at the end.
   */
  static String shortened(String cell, int width) {
    if (cell.length() <= width) {
      return cell;
    }
    int start = (width - ELLIPSIS.length()) / 3;
    int end = width - ELLIPSIS.length() - start;
    return cell.substring(0, start) + ELLIPSIS + cell.substring(cell.length() - end);
  }

  private String padded(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i));
      if (i + 1 < cells.size()) {
        line.append(" ".repeat(Math.max(0, widths[i] - cells.get(i).length()))).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }

  private static String joined(List<String> cells) {
    return String.join(GAP, cells).stripTrailing();
  }

  private void printFolded(String indent, List<String> cells) {
    StringBuilder line = new StringBuilder(indent);
    boolean isEmpty = true;
    for (String cell : cells) {
      String rest = cell;
      if (!isEmpty && line.length() + GAP.length() + rest.length() > columns) {
        out.println(line);
        line = new StringBuilder(INDENT).append(indent);
        isEmpty = true;
      }
      line.append(isEmpty ? "" : GAP);
      isEmpty = false;
      // One word that is wider than the terminal, which may be narrower than the indent.
      while (!rest.isEmpty() && line.length() + rest.length() > columns) {
        int fits = Math.max(1, columns - line.length());
        out.println(line + rest.substring(0, fits));
        line = new StringBuilder(INDENT).append(indent);
        rest = rest.substring(fits);
      }
      line.append(rest);
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
