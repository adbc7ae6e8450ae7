package bindery.deploy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A requestor that is built on nothing but sockets: it writes a query and keeps the frames. */
final class RawRequestor {
  static final int REPLY = 15;
  static final int DONE = 16;
  static final int DATA = 17;

  private static final byte[] OWN_DUID = HexFormat.of().parseHex("0003000102005e10000a");
  private static final int TIMEOUT_MILLIS = 120_000;
  private static final AtomicInteger TRANSACTION = new AtomicInteger(0x0e0a00);

  private RawRequestor() {}

  /** An answer as it came: the frames, each with its two octets of size, in order. */
  static final class Answer {
    private final byte[] query;
    private final List<byte[]> frames;

    private Answer(byte[] query, List<byte[]> frames) {
      this.query = query;
      this.frames = frames;
    }

    /** The frame that was sent. */
    byte[] query() {
      return query;
    }

    List<byte[]> frames() {
      return frames;
    }

    /** The CLIENT_DATA of each message that has one. */
    List<WireData> data() {
      List<WireData> data = new ArrayList<>();
      for (byte[] frame : frames) {
        for (WireOption option : WireOption.parse(frame, 6, frame.length)) {
          if (option.code() == 45) {
            data.add(WireData.parse(option.data()));
          }
        }
      }
      return data;
    }

    /** The status code of the REPLY; 0 if it has none. */
    int status() {
      return status(frames.get(0));
    }

    /** The status code that the answer ended with; 0 if it has none, so is whole. */
    int endStatus() {
      return status(frames.get(frames.size() - 1));
    }

    private static int status(byte[] frame) {
      for (WireOption option : WireOption.parse(frame, 6, frame.length)) {
        if (option.code() == 13) {
          return ByteBuffer.wrap(option.data()).getShort();
        }
      }
      return 0;
    }
  }

  /** By relay-ID; {@code link} of 16 octets, all zero for none. */
  static byte[] byRelay(byte[] relay, byte[] link, boolean relayData) {
    return query(3, link, option(53, relay), relayData);
  }

  static byte[] byLink(byte[] link, boolean relayData) {
    return query(4, link, new byte[0], relayData);
  }

  static byte[] byRemote(byte[] remote, byte[] link, boolean relayData) {
    return query(5, link, option(37, remote), relayData);
  }

  static byte[] byClient(byte[] client, byte[] link, boolean relayData) {
    return query(2, link, option(1, client), relayData);
  }

  static byte[] byAddress(byte[] address, byte[] link, boolean relayData) {
    byte[] body = new byte[24];
    System.arraycopy(address, 0, body, 0, 16);
    return query(1, link, option(5, body), relayData);
  }

  private static byte[] query(int type, byte[] link, byte[] key, boolean relayData) {
    byte[] wanted = relayData ? option(6, new byte[] {0, 47}) : new byte[0];
    byte[] body = new byte[17 + key.length + wanted.length];
    body[0] = (byte) type;
    System.arraycopy(link, 0, body, 1, 16);
    System.arraycopy(key, 0, body, 17, key.length);
    System.arraycopy(wanted, 0, body, 17 + key.length, wanted.length);
    byte[] client = option(1, OWN_DUID);
    byte[] query = option(44, body);
    ByteBuffer frame = ByteBuffer.allocate(6 + client.length + query.length);
    frame.putShort((short) (frame.capacity() - 2));
    frame.putInt(14 << 24 | (TRANSACTION.incrementAndGet() & 0xffffff));
    frame.put(client).put(query);
    return frame.array();
  }

  private static byte[] option(int code, byte[] data) {
    return ByteBuffer.allocate(4 + data.length)
        .putShort((short) code)
        .putShort((short) data.length)
        .put(data)
        .array();
  }

  /** Asks one query on a connection of its own and reads to the end of the answer. */
  static Answer ask(int port, byte[] query) throws IOException {
    return ask(port, query, 0, () -> {});
  }

  /**
   * Asks, and after {@code pauseAfter} frames does something before reading on.
   *
   * @param pauseAfter 0 for never
   */
  static Answer ask(int port, byte[] query, int pauseAfter, Runnable meanwhile) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(64 << 10);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(query);
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      List<byte[]> frames = new ArrayList<>();
      do {
        frames.add(readFrame(in));
        if (frames.size() == pauseAfter) {
          meanwhile.run();
        }
      } while (!isLast(frames));
      return new Answer(query, frames);
    }
  }

  private static byte[] readFrame(DataInputStream in) throws IOException {
    int size = in.readUnsignedShort();
    if (size < 4) {
      throw new EOFException("a frame of " + size + " octets");
    }
    byte[] frame = new byte[2 + size];
    frame[0] = (byte) (size >>> 8);
    frame[1] = (byte) size;
    in.readFully(frame, 2, size);
    return frame;
  }

  /** RFC 5460 6.3.1: a REPLY without CLIENT_DATA, or a DONE. */
  private static boolean isLast(List<byte[]> frames) {
    byte[] frame = frames.get(frames.size() - 1);
    return frame[2] == DONE
        || (frame[2] == REPLY
            && WireOption.parse(frame, 6, frame.length).stream().noneMatch(o -> o.code() == 45));
  }
}
