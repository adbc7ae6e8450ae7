package bindery.kea;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * A cursor over the lines of a stream of octets, each ended by a line feed, in bounded memory. One
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
  private int at;
  private int end;
  private long number;
  private long bytesRead;
  private boolean complete;
  private boolean tooLong;

  /** Over that stream, which it closes. */
  public LineReader(InputStream in) {
    this.in = in;
  }

  /**
   * Moves to the next line. Blocks until there is a whole one.
   *
   * @return false if the stream has ended
   */
  public boolean next() throws IOException {
    line.reset();
    tooLong = false;
    complete = false;
    boolean any = false;
    while (!complete) {
      if (at == end && !fill()) {
        break;
      }
      any = true;
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      keep(from, at - from);
      if (at < end) {
        at++;
        complete = true;
      }
    }
    if (any) {
      number++;
    }
    return any;
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

  /** How many octets were taken from the stream so far. */
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
