package bindery.cli;

import bindery.client.ExchangeObserver;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * What goes over connections as a capture that Wireshark and tshark open: a packet for each
 * message, at the moment at which this program sent or read it.
 *
 * <p>The program sees messages, not packets: handshakes, acknowledgements, sequence numbers,
 * checksums and ends of connections are written as TCP would have them.
 *
 * <pre>{@code
 * File   := d4c3b2a1 0200 0400 00000000 00000000 00000400 65000000 Packet*     (LINKTYPE_RAW)
 * Packet := seconds(4) microseconds(4) size(4) size(4) IP-packet               (little-endian)
 * }</pre>
 *
 * <p>Any thread; memory is one buffer. Closing it flushes, and leaves the stream open.
 */
final class CaptureFile implements AutoCloseable {
  private static final int MAGIC = 0xa1b2c3d4;
  private static final int SIZE_MAX = 262_144;
  private static final int LINKTYPE_RAW = 101;
  private static final int BUFFER_SIZE = 64 * 1_024;

  private final OutputStream out;
  private final Clock clock;

  /**
   * Begins the file.
   *
   * @throws BindingWriter.ReaderGoneException if it cannot be written
   */
  CaptureFile(OutputStream target, Clock clock) {
    this.out = new BufferedOutputStream(target, BUFFER_SIZE);
    this.clock = clock;
    write(
        ByteBuffer.allocate(24)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC)
            .putShort((short) 2)
            .putShort((short) 4)
            .putInt(0)
            .putInt(0)
            .putInt(SIZE_MAX)
            .putInt(LINKTYPE_RAW)
            .array());
  }

  /** Takes what goes over one connection after another. */
  ExchangeObserver connection() {
    return new ExchangeObserver() {
      // Not final: which connection it is; one before the first is made.
      private TcpPackets packets =
          new TcpPackets(new InetSocketAddress(0), new InetSocketAddress(0));

      @Override
      public void opened(InetSocketAddress local, InetSocketAddress remote) {
        packets = new TcpPackets(local, remote);
        packets.handshake().forEach(CaptureFile.this::packet);
      }

      @Override
      public void sent(byte[] octets) {
        packets.sent(octets, 0, octets.length).forEach(CaptureFile.this::packet);
      }

      @Override
      public void received(byte[] octets, int offset, int length) {
        packets.received(octets, offset, length).forEach(CaptureFile.this::packet);
      }

      @Override
      public void closed() {
        packets.end().forEach(CaptureFile.this::packet);
      }
    };
  }

  private synchronized void packet(byte[] packet) {
    long millis = clock.millis();
    write(
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) (millis / 1_000))
            .putInt((int) TimeUnit.MILLISECONDS.toMicros(millis % 1_000))
            .putInt(packet.length)
            .putInt(packet.length)
            .array());
    write(packet);
  }

  // Standard output remembers why it could not be written, and the command tells that.
  private void write(byte[] octets) {
    try {
      out.write(octets);
    } catch (IOException e) {
      throw new BindingWriter.ReaderGoneException();
    }
  }

  @Override
  public synchronized void close() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new BindingWriter.ReaderGoneException();
    }
  }
}
