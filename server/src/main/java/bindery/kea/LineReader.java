package bindery.kea;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/**
 * A cursor over the lines of a stream of octets, each ended by a line feed, in bounded memory. The
 * stream may be of a file that grows: it is asked again at each call, though it had ended. One
 * thread.
 */
public final class LineReader implements Closeable {
  /**
   * The most octets of a line that are kept. A row or an update with the longest relay data that
   * DHCPv6 can carry, 64 KiB written in hexadecimal, is a fifth of this.
   */
  public static final int LINE_BYTES_MAX = 1 << 20;

  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final CRC32 crc = new CRC32();
  private int at;
  private int end;
  private long number;
  private long bytesRead;
  private long offset;
  private long lineBytes;
  private boolean hasPart;
  private boolean complete;
  private boolean tooLong;

  /** Over that stream, which it closes. */
  public LineReader(InputStream in) {
    this(in, 0, 0);
  }

  /**
   * Over the rest of a stream.
   *
   * @param offset how many octets lie before it
   * @param number how many lines lie before it
   */
  LineReader(InputStream in, long offset, long number) {
    this.in = in;
    this.offset = offset;
    this.number = number;
  }

  /**
   * Moves to the next line. Blocks until there is a whole one.
   *
   * @return false if the stream has ended
   */
  public boolean next() throws IOException {
    if (nextWhole()) {
      return true;
    }
    if (!hasPart) {
      return false;
    }
    hasPart = false;
    number++;
    return true;
  }

  /**
   * Moves to the next line if all of it is there. What there is of one that is in pieces is kept,
   * and the next call goes on with it.
   */
  boolean nextWhole() throws IOException {
    if (!hasPart) {
      line.reset();
      crc.reset();
      lineBytes = 0;
      tooLong = false;
    }
    complete = false;
    while (!complete) {
      if (at == end && !fill()) {
        return false;
      }
      hasPart = true;
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      keep(from, at - from);
      if (at < end) {
        at++;
        complete = true;
      }
      crc.update(buffer, from, at - from);
      lineBytes += at - from;
    }
    hasPart = false;
    offset += lineBytes;
    number++;
    return true;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer));
    bytesRead += end;
    return end > 0;
  }

  private void keep(int from, int length) {
    if (line.size() + length > LINE_BYTES_MAX) {
      tooLong = true;
      line.reset();
    }
    if (!tooLong) {
      line.write(buffer, from, length);
    }
  }

  /** The number of the line, from 1. */
  public long number() {
    return number;
  }

  /** The octets of the line without its end; none if it is too long. */
  public byte[] octets() {
    return line.toByteArray();
  }

  /** Whether the line was ended by a line feed; only the last line of a stream may not be. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether the line has more than {@link #LINE_BYTES_MAX} octets, and was not kept. */
  public boolean isTooLong() {
    return tooLong;
  }

  /** How many octets lie before what follows the last whole line. */
  long offset() {
    return offset;
  }

  /** How many octets the last whole line has, its line feed among them. */
  long lineBytes() {
    return lineBytes;
  }

  /** The CRC-32 of these. */
  int lineCrc() {
    return (int) crc.getValue();
  }

  /** Whether there is something of a line that is not whole. */
  boolean hasPart() {
    return hasPart;
  }

  /** How many octets were taken from the stream so far. */
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
