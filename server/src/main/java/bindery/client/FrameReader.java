package bindery.client;

import bindery.wire.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Cuts the octets of a socket into messages, many for each read.
 *
 * <p>One thread only. Its one buffer holds at least the largest message.
 */
final class FrameReader {
  private static final int BUFFER_SIZE = 256 * 1_024;

  private final DeadlineSocket socket;
  private final InputStream in;
  private final Duration timeout;
  private final ExchangeObserver observer;
  private final byte[] buffer = new byte[BUFFER_SIZE];
  // Not final: the octets read and not yet stepped over are start..end; the message is in front.
  private int start;
  private int end;
  private int length;

  /**
   * Reads from now on.
   *
   * @param connection used by nobody else to read
   * @param timeout how long the next whole message may take
   * @param observer is shown each message as it came
   */
  FrameReader(Connector.Connection connection, Duration timeout, ExchangeObserver observer) {
    this.socket = connection.socket();
    this.in = connection.in();
    this.timeout = timeout;
    this.observer = observer;
  }

  /**
   * Steps to the next message, waiting for it if need be.
   *
   * @return false if the server has closed its end behind a whole message
   * @throws SocketTimeoutException if the message is not whole when the time is over, also if
   *     single octets kept coming
   * @throws EOFException if the server has closed its end inside a message
   * @throws ProtocolException if message-size is below 4
   * @throws IOException if the connection is broken
   */
  boolean next() throws IOException {
    if (hasWholeMessage()) {
      return true;
    }
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    socket.setTimeout(timeout);
    while (!hasWholeMessage()) {
      int count = in.read(buffer, end, buffer.length - end);
      if (count < 0) {
        if (end == 0) {
          return false;
        }
        observer.received(buffer, 0, end);
        throw new EOFException("closed inside a message, behind " + end + " octets of it");
      }
      end += count;
    }
    return true;
  }

  /** Looks at what is buffered and, if that is a whole message, steps over it. */
  private boolean hasWholeMessage() throws ProtocolException {
    if (end - start < Frame.PREFIX_SIZE) {
      return false;
    }
    int size = (buffer[start] & 0xff) << 8 | (buffer[start + 1] & 0xff);
    if (size < Frame.MESSAGE_SIZE_MIN) {
      throw new ProtocolException("a message-size of " + size + " (expected 4..65535)");
    }
    if (end - start < Frame.PREFIX_SIZE + size) {
      return false;
    }
    observer.received(buffer, start, Frame.PREFIX_SIZE + size);
    length = size;
    start += Frame.PREFIX_SIZE + size;
    return true;
  }

  /** The buffer that holds the message stepped to. */
  byte[] octets() {
    return buffer;
  }

  /** Where the message starts in the buffer, behind its message-size. */
  int offset() {
    return start - length;
  }

  /** Octets of the message, 4..65535. */
  int length() {
    return length;
  }

  /** The message's type. */
  int type() {
    return buffer[offset()] & 0xff;
  }

  /** The message's transaction-id. */
  int transactionId() {
    int at = offset();
    return (buffer[at + 1] & 0xff) << 16 | (buffer[at + 2] & 0xff) << 8 | (buffer[at + 3] & 0xff);
  }
}
