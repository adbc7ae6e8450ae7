package bindery.kea;

import bindery.kea.LeaseRow.LeftOut;
import bindery.kea.LeaseRow.Malformed;
import bindery.kea.LeaseRow.Reason;
import bindery.kea.LeaseRow.Update;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of Kea's memfile lease file for DHCPv6, and of the files that its clean-up leaves beside
 * it, as exchanges in the order of the file.
 *
 * <p>Each row is an exchange of its own and none is flagged as a copy: the file is a journal, where
 * a later row of an address overrules the earlier ones and only the last tells how it stands, so
 * its rows are sent as what they are, events in order. Under one feeder the later sequence wins at
 * equal CLT, which is the rule of the file; and a live lease that another feeder has told of since
 * has a newer CLT, or an end that no put at equal CLT undoes. To send only the live ones, as
 * copies, the whole file would have to be held in memory first.
 *
 * <pre>{@code
 * File   := Header LF (Row LF)*           what follows the last LF is still being written: left out
 * Header := name ("," name)*              found by name, since versions differ
 * Row    := cell ("," cell)*              every comma parts; no quotes; escapes as in KeaText
 *
 * 2001:db8::1,00:03:00:01:00:11:22:33:44:55,7200,1788007200,1024,4500,0,1,128,0,0,,,0,,0,0,0
 * }</pre>
 *
 * Memory: one row. One thread; closed by who opened it.
 */
public final class LeaseFileReader implements Closeable {
  /** What editors put at the front of UTF-8, as the octets are read here. */
  private static final String MARK = "\u00ef\u00bb\u00bf";

  private final List<OpenFile> files;
  private final long bytesTotal;
  private int current;

  private LeaseFileReader(List<OpenFile> files, long bytesTotal) {
    this.files = files;
    this.bytesTotal = bytesTotal;
  }

  private record OpenFile(String name, LineReader lines, @Nullable Columns columns) {}

  /**
   * Opens a lease file with its set, and reads the headers.
   *
   * @throws IOException if there is none, or one cannot be read
   * @throws KeaFormatException if one has no header of a DHCPv6 lease file
   */
  public static LeaseFileReader open(Path base) throws IOException, KeaFormatException {
    List<OpenFile> files = new ArrayList<>();
    List<LeaseFileSet.Opened> set = LeaseFileSet.open(base);
    try {
      boolean anyHeader = false;
      for (LeaseFileSet.Opened opened : set) {
        LineReader lines = new LineReader(opened.in());
        Columns columns = header(opened.path().toString(), lines);
        anyHeader |= columns != null;
        files.add(new OpenFile(opened.path().toString(), lines, columns));
      }
      if (!anyHeader) {
        throw new KeaFormatException(base + ": no header line (expected address,duid,...)");
      }
      return new LeaseFileReader(files, set.stream().mapToLong(LeaseFileSet.Opened::size).sum());
    } catch (IOException | KeaFormatException | RuntimeException e) {
      for (LeaseFileSet.Opened opened : set) {
        opened.in().close();
      }
      throw e;
    }
  }

  // Null for a file that is still empty: Kea makes the new one before it writes its header.
  private static @Nullable Columns header(String name, LineReader lines)
      throws IOException, KeaFormatException {
    if (!lines.next() || !lines.isComplete()) {
      return null;
    }
    String header = new String(lines.octets(), StandardCharsets.ISO_8859_1);
    return Columns.ofHeader(
        name + ":1", header.startsWith(MARK) ? header.substring(MARK.length()) : header);
  }

  /**
   * The next row.
   *
   * @return null after the last
   */
  public @Nullable LeaseRow next() throws IOException {
    while (current < files.size()) {
      OpenFile file = files.get(current);
      Columns columns = file.columns();
      if (columns != null && file.lines().next()) {
        if (file.lines().isComplete()) {
          return row(file, columns);
        }
        current++;
        return new LeftOut(file.name(), file.lines().number(), Reason.UNFINISHED);
      }
      current++;
    }
    return null;
  }

  private static LeaseRow row(OpenFile file, Columns columns) {
    String name = file.name();
    long line = file.lines().number();
    if (file.lines().isTooLong()) {
      return new Malformed(
          name, line, "more than " + LineReader.LINE_BYTES_MAX + " octets in one row");
    }
    try {
      String text = new String(file.lines().octets(), StandardCharsets.ISO_8859_1);
      RowMeaning meaning = RowMeaning.of(columns.split(text));
      Optional<Reason> leftOut = meaning.leftOut();
      return leftOut.isPresent()
          ? new LeftOut(name, line, leftOut.get())
          : new Update(name, line, meaning.exchange());
    } catch (MalformedRowException e) {
      return new Malformed(name, line, String.valueOf(e.getMessage()));
    }
  }

  /** The files, in the order in which they are read. */
  public List<String> files() {
    return files.stream().map(OpenFile::name).toList();
  }

  /** How many octets were taken from the files so far. */
  public long bytesRead() {
    return files.stream().mapToLong(file -> file.lines().bytesRead()).sum();
  }

  /** How many octets the files had when they were opened; Kea may append meanwhile. */
  public long bytesTotal() {
    return bytesTotal;
  }

  @Override
  public void close() throws IOException {
    for (OpenFile file : files) {
      file.lines().close();
    }
  }
}
