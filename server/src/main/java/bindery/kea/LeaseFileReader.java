package bindery.kea;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
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
  private final List<LeaseFile> files;
  private final long bytesTotal;
  private int current;

  private LeaseFileReader(List<LeaseFile> files, long bytesTotal) {
    this.files = files;
    this.bytesTotal = bytesTotal;
  }

  /**
   * Opens a lease file with its set, and reads the headers.
   *
   * @throws IOException if there is none, or one cannot be read
   * @throws KeaFormatException if one has no header of a DHCPv6 lease file
   */
  public static LeaseFileReader open(Path base) throws IOException, KeaFormatException {
    List<LeaseFile> set = LeaseFileSet.open(base);
    try {
      boolean anyHeader = false;
      long bytesTotal = 0;
      for (LeaseFile file : set) {
        bytesTotal += file.size();
        anyHeader |= file.readHeader();
      }
      if (!anyHeader) {
        throw new KeaFormatException(base + ": no header line (expected address,duid,...)");
      }
      return new LeaseFileReader(set, bytesTotal);
    } catch (IOException | KeaFormatException | RuntimeException e) {
      LeaseFileSet.close(set);
      throw e;
    }
  }

  /**
   * The next row.
   *
   * @return null after the last
   * @throws IOException if a file cannot be read on, or came by a header that is none
   */
  public @Nullable LeaseRow next() throws IOException {
    while (current < files.size()) {
      LeaseFile file = files.get(current);
      LeaseRow row = row(file);
      if (row != null) {
        return row;
      }
      current++;
      Optional<LeaseRow> unfinished = file.unfinished();
      if (unfinished.isPresent()) {
        return unfinished.get();
      }
    }
    return null;
  }

  private static @Nullable LeaseRow row(LeaseFile file) throws IOException {
    try {
      return file.next();
    } catch (KeaFormatException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The files, in the order in which they are read. */
  public List<String> files() {
    return files.stream().map(LeaseFile::name).toList();
  }

  /** How many octets were taken from the files so far. */
  public long bytesRead() {
    return files.stream().mapToLong(LeaseFile::bytesRead).sum();
  }

  /** How many octets the files had when they were opened; Kea may append meanwhile. */
  public long bytesTotal() {
    return bytesTotal;
  }

  @Override
  public void close() throws IOException {
    LeaseFileSet.close(files);
  }
}
