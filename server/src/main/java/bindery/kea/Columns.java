package bindery.kea;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the columns of a lease file stand, as its header line names them. A newer Kea adds columns
 * at the end; those that are not known here are left alone.
 */
final class Columns {
  private static final List<String> NEEDED =
      List.of(
          "address",
          "duid",
          "valid_lifetime",
          "expire",
          "subnet_id",
          "pref_lifetime",
          "lease_type",
          "iaid",
          "prefix_len");

  private final Map<String, Integer> places;
  private final int count;

  private Columns(Map<String, Integer> places, int count) {
    this.places = places;
    this.count = count;
  }

  /**
   * Reads a header line.
   *
   * @param place what to name in an error
   * @throws KeaFormatException if a needed column is missing, or one stands twice
   */
  static Columns ofHeader(String place, String header) throws KeaFormatException {
    List<String> names = List.of(header.split(",", -1));
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (places.put(names.get(i), i) != null) {
        throw new KeaFormatException(
            place + ": column " + names.get(i) + " stands twice in the header (expected once)");
      }
    }
    List<String> missing = new ArrayList<>(NEEDED);
    missing.removeAll(names);
    if (!missing.isEmpty()) {
      throw new KeaFormatException(
          place
              + ": not the header of a DHCPv6 lease file of Kea: no column "
              + String.join(", ", missing)
              + " (expected address,duid,valid_lifetime,expire,..., as in kea-leases6.csv)");
    }
    return new Columns(places, names.size());
  }

  /**
   * The cells of a row. Kea's format knows no quotes, so every comma parts two cells.
   *
   * @param line each char one octet
   * @throws MalformedRowException if there are not as many as in the header
   */
  Cells split(String line) throws MalformedRowException {
    String[] cells = line.split(",", -1);
    if (cells.length != count) {
      throw new MalformedRowException(
          cells.length + " columns (expected " + count + ", as in the header)");
    }
    return new Cells(this, List.of(cells));
  }

  /** The cells of one row, by the names of their columns. */
  record Cells(Columns columns, List<String> values) {
    /** A cell; empty if the file is of a version without that column. */
    Optional<String> find(String column) {
      return Optional.ofNullable(columns.places.get(column)).map(values::get);
    }

    /** A cell of a column that every version has. */
    String get(String column) {
      return find(column).orElseThrow();
    }

    /**
     * A whole number.
     *
     * @throws MalformedRowException if the cell holds anything else, or one outside the range
     */
    long number(String column, long min, long max) throws MalformedRowException {
      String text = get(column);
      try {
        long value = Long.parseLong(text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw new MalformedRowException(expected(column, text, min, max), e);
      }
      throw new MalformedRowException(expected(column, text, min, max));
    }

    /** The same for a column that older versions lack. */
    long number(String column, long min, long max, long ifAbsent) throws MalformedRowException {
      return columns.places.containsKey(column) ? number(column, min, max) : ifAbsent;
    }

    private static String expected(String column, String text, long min, long max) {
      String shown = text.length() <= 40 ? text : text.substring(0, 40) + "...";
      return column + " is \"" + shown + "\" (expected a number of " + min + ".." + max + ")";
    }
  }
}
