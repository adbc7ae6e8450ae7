package bindery.kea;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lease files of a test's own, and what the reader makes of them. */
final class Rows {
  /** The header that schema 5.0 writes. */
  static final String HEADER =
      "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,"
          + "fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id";

  /** The user context of a lease granted over one relay, as written. */
  static final String CONTEXT =
      "{ \"ISC\": { \"relay-info\": [ { \"hop\": 0&#x2c \"link\": \"2001:db8:100::1\"&#x2c"
          + " \"options\": \"0x0012000D78652D302F302F332E313030310025000B00007ED9706F72742D3137"
          + "0035000A0003000102005E100001\"&#x2c \"peer\": \"fe80::211:22ff:fe33:4455\"&#x2c"
          + " \"relay-id\": \"0003000102005E100001\"&#x2c"
          + " \"remote-id\": \"00007ED9706F72742D3137\" } ] } }";

  private Rows() {}

  /** A row for a delegated /56; the named cells differ from the usual ones. */
  static String prefix(Cell... cells) {
    return row("2001:db8:cafe:4200::", 2, 56, cells);
  }

  /** A row for an address. */
  static String address(Cell... cells) {
    return row("2001:db8:100::1:2a", 0, 128, cells);
  }

  /** A cell that is not as usual. */
  record Cell(String column, String text) {}

  static Cell cell(String column, Object text) {
    return new Cell(column, text.toString());
  }

  private static String row(String address, int type, int length, Cell... cells) {
    List<String> names = List.of(HEADER.split(",", -1));
    List<String> row =
        new ArrayList<>(
            List.of(
                address,
                "00:03:00:01:00:11:22:33:44:55",
                "7200",
                "1788007200",
                "1024",
                "4500",
                String.valueOf(type),
                "1",
                String.valueOf(length),
                "0",
                "0",
                "",
                "",
                "0",
                "",
                "0",
                "0",
                "0"));
    for (Cell cell : cells) {
      row.set(names.indexOf(cell.column()), cell.text());
    }
    return String.join(",", row);
  }

  /** Writes a lease file with the usual header. */
  static Path write(Path file, String... rows) {
    return writeText(file, HEADER + "\n" + String.join("", lines(rows)));
  }

  private static List<String> lines(String... rows) {
    return List.of(rows).stream().map(row -> row + "\n").toList();
  }

  /** Writes a lease file as it stands. */
  static Path writeText(Path file, String text) {
    try {
      return Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a file with its set to the end. */
  static List<LeaseRow> read(Path file) throws IOException, KeaFormatException {
    List<LeaseRow> rows = new ArrayList<>();
    try (LeaseFileReader reader = LeaseFileReader.open(file)) {
      LeaseRow row = reader.next();
      while (row != null) {
        rows.add(row);
        row = reader.next();
      }
    }
    return rows;
  }
}
