package bindery.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A connection on which everything that is waited for comes before an instant, however many octets
 * come until then. A socket's own read time-out begins anew with each octet, and TLS reads octets
 * where nobody else sees how long that takes.
 *
 * <p>One thread connects and reads; any thread may close it, which ends both.
 */
final class DeadlineSocket extends Socket {
  private long deadlineNanos;

  /** Not connected; making the connection may take that long, layers over it included. */
  DeadlineSocket(Duration timeout) {
    setTimeout(timeout);
  }

  /** What is read from now on has to come within that time, all of it. */
  void setTimeout(Duration timeout) {
    deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  /**
   * Connects.
   *
   * @throws SocketTimeoutException if that takes too long
   */
  void connect(InetSocketAddress address) throws IOException {
    connect(address, millisLeft());
  }

  private int millisLeft() throws SocketTimeoutException {
    long left = deadlineNanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("timed out");
    }
    return (int) Math.min(left / 1_000_000 + 1, Integer.MAX_VALUE);
  }

  /** Its reads throw {@link SocketTimeoutException} when the time is over. */
  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        setSoTimeout(millisLeft());
        return super.read();
      }

      @Override
      public int read(byte[] octets, int offset, int length) throws IOException {
        setSoTimeout(millisLeft());
        return super.read(octets, offset, length);
      }
    };
  }
}
