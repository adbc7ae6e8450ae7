package bindery.kea;

import bindery.kea.LeaseRow.LeftOut;
import bindery.kea.LeaseRow.Malformed;
import bindery.kea.LeaseRow.Reason;
import bindery.kea.LeaseRow.Update;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One open lease file, row by row, through one descriptor, whatever becomes of its name. What
 * follows its last line feed is still being written: it waits. Memory: one row. One thread; closed
 * by who opened it.
 */
final class LeaseFile implements Closeable {
  private static final int TRIES_MAX = 5;
  private static final int CHUNK_BYTES = 64 << 10;

  /** What editors put at the front of UTF-8, as the octets are read here. */
  private static final String MARK = "\u00ef\u00bb\u00bf";

  private final String name;
  private final FileChannel channel;
  private final FileIdentity identity;
  private LineReader lines;
  private long readBefore; // where the reading began
  private long sizeChecked;
  private @Nullable Columns columns; // from the header on
  private @Nullable FilePosition position; // from the first row on

  private LeaseFile(Path path, FileChannel channel, FileIdentity identity) {
    name = path.toString();
    this.channel = channel;
    this.identity = identity;
    lines = new LineReader(Channels.newInputStream(channel));
  }

  /**
   * Opens the file that has that name.
   *
   * @throws NoSuchFileException if there is none
   * @throws IOException if it cannot be opened, or was renamed at every try
   */
  static LeaseFile open(Path path) throws IOException {
    for (int tried = 0; tried < TRIES_MAX; tried++) {
      Optional<FileIdentity> before = FileIdentity.find(path);
      if (before.isEmpty()) {
        throw new NoSuchFileException(path.toString(), null, "no such lease file");
      }
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      boolean done = false;
      try {
        // A descriptor cannot be asked which file it is, but its name can, before and after.
        done = FileIdentity.find(path).equals(before);
      } finally {
        if (!done) {
          channel.close();
        }
      }
      if (done) {
        return new LeaseFile(path, channel, before.get());
      }
    }
    throw new IOException(path + ": was renamed again and again while it was opened; try again");
  }

  /** The name under which it was opened. */
  String name() {
    return name;
  }

  /** Which file it is. */
  FileIdentity identity() {
    return identity;
  }

  /** How many octets it has now. */
  long size() throws IOException {
    return channel.size();
  }

  /** How many octets were taken from it so far. */
  long bytesRead() {
    return lines.bytesRead();
  }

  /** How many octets lie before what follows the last row that was read. */
  long offset() {
    return lines.offset();
  }

  /** Where the last row that was read ends; empty if there was none. */
  Optional<FilePosition> position() {
    return Optional.ofNullable(position);
  }

  /**
   * Reads the header, if it is there and was not read yet.
   *
   * @return whether it was read; not so in a file that is still empty, since Kea makes a new one
   *     before it writes the header
   * @throws KeaFormatException if it is none of a DHCPv6 lease file
   */
  boolean readHeader() throws IOException, KeaFormatException {
    if (columns == null && lines.nextWhole()) {
      String header = new String(lines.octets(), StandardCharsets.ISO_8859_1);
      columns =
          Columns.ofHeader(
              name + ":1", header.startsWith(MARK) ? header.substring(MARK.length()) : header);
    }
    return columns != null;
  }

  /**
   * The next whole row.
   *
   * @return null if there is none now
   * @throws KeaFormatException if the file has no header of a DHCPv6 lease file
   */
  @Nullable LeaseRow next() throws IOException, KeaFormatException {
    if (!readHeader() || !lines.nextWhole()) {
      return null;
    }
    position =
        new FilePosition(
            identity, lines.offset(), lines.number(), lines.lineBytes(), lines.lineCrc());
    return row();
  }

  /** What stands behind the last line feed, if nothing will be added to it any more. */
  Optional<LeaseRow> unfinished() {
    return columns != null && lines.hasPart()
        ? Optional.of(new LeftOut(name, lines.number() + 1, Reason.UNFINISHED))
        : Optional.empty();
  }

  private LeaseRow row() {
    long line = lines.number();
    if (lines.isTooLong()) {
      return new Malformed(
          name, line, "more than " + LineReader.LINE_BYTES_MAX + " octets in one row");
    }
    try {
      String text = new String(lines.octets(), StandardCharsets.ISO_8859_1);
      RowMeaning meaning = RowMeaning.of(known().split(text));
      Optional<Reason> leftOut = meaning.leftOut();
      return leftOut.isPresent()
          ? new LeftOut(name, line, leftOut.get())
          : new Update(name, line, meaning.exchange());
    } catch (MalformedRowException e) {
      return new Malformed(name, line, String.valueOf(e.getMessage()));
    }
  }

  private Columns known() {
    if (columns == null) {
      throw new IllegalStateException(name + ": a row before the header");
    }
    return columns;
  }

  /**
   * Goes on behind a row that was read before, perhaps by another process.
   *
   * @return false if there is no such row at that place
   * @throws KeaFormatException if the file has no header of a DHCPv6 lease file
   */
  boolean goOnFrom(FilePosition from) throws IOException, KeaFormatException {
    if (!readHeader() || !holds(from)) {
      return false;
    }
    channel.position(from.offset());
    readBefore = from.offset();
    lines = new LineReader(Channels.newInputStream(channel), from.offset(), from.line());
    position = from;
    return true;
  }

  /** Whether the row that ends there is the one that was read. */
  private boolean holds(FilePosition place) throws IOException {
    CRC32 crc = new CRC32();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    long at = place.offset() - place.rowBytes();
    while (at < place.offset()) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, place.offset() - at));
      if (channel.read(chunk, at) <= 0) {
        return false;
      }
      at += chunk.position();
      crc.update(chunk.flip());
    }
    return (int) crc.getValue() == place.rowCrc();
  }

  /**
   * What speaks against its being the file that was read so far, and only longer; empty if nothing
   * does.
   */
  Optional<String> fault() throws IOException {
    long size = channel.size();
    long read = readBefore + lines.bytesRead();
    if (size < read) {
      return Optional.of(
          name + " has " + size + " octets (expected at least the " + read + " that were read)");
    }
    FilePosition last = position;
    if (size != sizeChecked && last != null) {
      if (!holds(last)) {
        return Optional.of(
            name + ": line " + last.line() + " is another than was read (expected rows to stay)");
      }
      sizeChecked = size;
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
