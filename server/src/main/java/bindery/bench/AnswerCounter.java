package bindery.bench;

import bindery.model.HostPort;
import bindery.wire.Frame;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageType;
import bindery.wire.QueryEncoder;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A requestor that asks one query on a connection of its own and looks at nothing of the answer but
 * where messages begin, so that what it measures is the server: it costs little more than the
 * kernel's copy.
 *
 * <p>Waits without a time-out, as the server ends an answer that takes too long. One thread. Its
 * one buffer is reused from query to query.
 */
final class AnswerCounter {
  private static final int BUFFER_BYTES = 1 << 20;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long messages;
  private long octets;
  private int lastSize;

  /**
   * What came.
   *
   * @param bindings messages with client data
   * @param octets of all messages, with their sizes in front
   * @param seconds from before the connection was made to the last message
   * @param firstOctetSeconds from when the query was sent to the first octet
   * @param isComplete whether it ended with DONE that tells of no fault
   */
  record Count(
      long bindings, long octets, double seconds, double firstOctetSeconds, boolean isComplete) {}

  /**
   * Asks and counts.
   *
   * @throws IOException if the server cannot be reached, or closes without DONE
   */
  Count ask(HostPort server, LeaseQuery query) throws IOException {
    messages = 0;
    octets = 0;
    buffer.clear();
    long started = System.nanoTime();
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(server.host(), server.port()))) {
      ByteBuffer frame = ByteBuffer.wrap(QueryEncoder.encode(query));
      long sent = System.nanoTime();
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
      channel.shutdownOutput(); // so that an answer without DONE ends too
      long first = 0;
      do {
        if (channel.read(buffer) < 0) {
          throw new EOFException(
              server
                  + " closed without DONE, behind "
                  + messages
                  + " messages (is it fed by bindery bench feed with as many --clients? bindery"
                  + " query says why it answers nothing)");
        }
        first = first == 0 ? System.nanoTime() : first;
      } while (!count());
      double seconds = (System.nanoTime() - started) / 1e9;
      // The server closes too, and has a place for another connection then.
      while (channel.read(buffer) >= 0) {
        buffer.clear();
      }
      return new Count(
          messages - 1, octets, seconds, (first - sent) / 1e9, lastSize == Frame.HEADER_SIZE);
    }
  }

  // Steps over whole messages; true behind the last one.
  private boolean count() {
    int at = 0;
    int end = buffer.position();
    boolean isOver = false;
    while (!isOver && end - at >= Frame.PREFIX_SIZE + Frame.HEADER_SIZE) {
      int size = buffer.getShort(at) & 0xffff;
      if (end - at < Frame.PREFIX_SIZE + size) {
        break;
      }
      int type = buffer.get(at + Frame.PREFIX_SIZE) & 0xff;
      lastSize = size;
      messages++;
      at += Frame.PREFIX_SIZE + size;
      isOver = type == MessageType.LEASEQUERY_DONE.code();
    }
    octets += at;
    buffer.limit(end).position(at);
    buffer.compact();
    return isOver;
  }
}
