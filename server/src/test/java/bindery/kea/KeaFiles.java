package bindery.kea;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** A lease file and its set as Kea writes them, step by step. */
final class KeaFiles {
  final Path base;

  private KeaFiles(Path base) {
    this.base = base;
  }

  /** Makes the file with its header. */
  static KeaFiles create(Path folder) {
    KeaFiles files = new KeaFiles(folder.resolve("kea-leases6.csv"));
    files.createBase();
    return files;
  }

  /** The row of a grant of an address to a client of the same number. */
  static String put(int number, long cltt) {
    return String.format(
        "2001:db8:1::%x,00:03:00:01:00:00:00:00:%02x:%02x,7200,%d,1,3600,0,1,128,0,0,,,0,,0,0,0",
        number, number >> 8, number & 0xff, cltt + 7200);
  }

  /** The row of its end. */
  static String end(int number, long cltt) {
    return String.format(
        "2001:db8:1::%x,00:03:00:01:00:00:00:00:%02x:%02x,0,%d,1,0,0,1,128,0,0,,,0,,0,0,0",
        number, number >> 8, number & 0xff, cltt);
  }

  Path beside(String suffix) {
    return base.resolveSibling(base.getFileName() + suffix);
  }

  /** Appends text, which may be a part of a row. */
  void write(String text) {
    try {
      Files.writeString(base, text, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends rows. */
  void append(String... rows) {
    for (String row : rows) {
      write(row + "\n");
    }
  }

  /** The first step of a clean-up: the file gets its other name, and none has the first. */
  void rename() {
    move(base, beside(".1"));
  }

  /** The second: a new file. */
  void createBase() {
    Rows.writeText(base, Rows.HEADER + "\n");
  }

  /** Both. */
  void rotate() {
    rename();
    createBase();
  }

  /** What the clean-up's own process does then. */
  void merge() {
    try {
      Map<String, String> last = new LinkedHashMap<>();
      for (Path input : new Path[] {beside(".2"), beside(".1")}) {
        if (Files.exists(input)) {
          Files.readAllLines(input, StandardCharsets.ISO_8859_1).stream()
              .skip(1)
              .filter(row -> row.split(",", -1).length == 18) // Kea too passes over others
              .forEach(row -> last.put(row.substring(0, row.indexOf(',')), row));
        }
      }
      last.values().removeIf(row -> row.split(",", -1)[2].equals("0"));
      Rows.write(beside(".output"), last.values().toArray(new String[0]));
      move(beside(".output"), beside(".completed"));
      Files.deleteIfExists(beside(".1"));
      Files.deleteIfExists(beside(".2"));
      move(beside(".completed"), beside(".2"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A whole clean-up. */
  void cleanUp() {
    rotate();
    merge();
  }

  static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
