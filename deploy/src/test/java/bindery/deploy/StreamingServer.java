package bindery.deploy;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A leasequery server that tells any query so many leases, a message each, as fast as they are
 * taken; built on nothing but sockets.
 */
final class StreamingServer implements AutoCloseable {
  private static final byte[] SERVER_ID =
      HexFormat.of().parseHex("0002000e0002000000090cc084d303000912");
  private static final int WAIT_MILLIS = 60_000;

  private final ServerSocket listener;
  private final long leases;
  private final AtomicLong told = new AtomicLong();

  private StreamingServer(ServerSocket listener, long leases) {
    this.listener = listener;
    this.leases = leases;
  }

  static StreamingServer start(long leases) throws IOException {
    StreamingServer server =
        new StreamingServer(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), leases);
    Thread acceptor = new Thread(server::accept, "streaming-server");
    acceptor.setDaemon(true);
    acceptor.start();
    return server;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        socket.setSoTimeout(WAIT_MILLIS);
        serve(socket);
      } catch (IOException e) {
        // the requestor went, or the test is over
      }
    }
  }

  private void serve(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] query = new byte[in.readUnsignedShort()];
    in.readFully(query);
    int requestorSize = 4 + query[7]; // CLIENTID is the first option, and short
    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1_024);
    for (long i = 0; i < leases; i++) {
      byte[] data = clientData(i);
      ByteBuffer frame =
          ByteBuffer.allocate(6 + (i == 0 ? SERVER_ID.length + requestorSize : 0) + data.length);
      frame.putShort((short) (frame.capacity() - 2)).put((byte) (i == 0 ? 15 : 17));
      frame.put(query, 1, 3);
      if (i == 0) {
        frame.put(SERVER_ID).put(query, 4, requestorSize);
      }
      out.write(frame.put(data).array());
      told.incrementAndGet();
    }
    out.write(ByteBuffer.allocate(6).putShort((short) 4).put((byte) 16).put(query, 1, 3).array());
    out.flush();
    socket.shutdownOutput();
    while (in.read() >= 0) {
      // until the requestor is done
    }
  }

  /** One client, told of a second ago, with one delegated prefix. */
  private static byte[] clientData(long number) {
    return ByteBuffer.allocate(4 + 14 + 8 + 29)
        .putShort((short) 45)
        .putShort((short) 51)
        .putShort((short) 1)
        .putShort((short) 10)
        .putShort((short) 3)
        .putLong(number)
        .putShort((short) 46)
        .putShort((short) 4)
        .putInt(1)
        .putShort((short) 26)
        .putShort((short) 25)
        .putInt(3_600)
        .putInt(7_200)
        .put((byte) 64)
        .putLong(0x3fff_0000_0000_0000L + number)
        .putLong(0)
        .array();
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Messages written so far; what the requestor has not read of them fits its sockets' buffers. */
  long told() {
    return told.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
