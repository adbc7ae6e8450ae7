package bindery.client;

import static bindery.wire.MessageBuilder.message;

import bindery.model.Duid;
import bindery.model.HostPort;
import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import bindery.wire.QueryDecoder;
import bindery.wire.Vectors;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server on loopback that does as its scripts say: one for each connection, one after another.
 */
final class FakeServer implements AutoCloseable {
  static final Duid CLIENT = Duid.parse("000300010200000000ff");

  private static final int WAIT_SECONDS = 20;

  /** What the server does once a requestor has connected. */
  @FunctionalInterface
  interface Script {
    void serve(Session session) throws IOException;
  }

  private final ServerSocket listener;
  private final CompletableFuture<Void> served;

  private FakeServer(ServerSocket listener, List<Script> scripts) {
    this.listener = listener;
    this.served =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (Script script : scripts) {
                  try (Socket socket = listener.accept()) {
                    socket.setSoTimeout(WAIT_SECONDS * 1_000);
                    script.serve(new Session(socket));
                  }
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  static FakeServer on(String address, Script script) throws IOException {
    return new FakeServer(new ServerSocket(0, 10, InetAddress.getByName(address)), List.of(script));
  }

  static FakeServer start(Script... scripts) throws IOException {
    return new FakeServer(
        new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), List.of(scripts));
  }

  HostPort address() {
    return new HostPort(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
  }

  List<HostPort> addresses() {
    return List.of(address());
  }

  /** Waits for the end of the script; fails if it failed. */
  void await() throws InterruptedException, ExecutionException, TimeoutException {
    served.get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  /** One connection as the server sees it. */
  static final class Session {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    Session(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    LeaseQuery readQuery() throws IOException {
      byte[] message = new byte[in.readUnsignedShort()];
      in.readFully(message);
      return ((Incoming.Query) QueryDecoder.decode(message, Vectors.SERVER)).query();
    }

    /** Whether the requestor has closed its sending end and sent nothing more before. */
    boolean isAtEnd() throws IOException {
      return in.read() < 0;
    }

    /** Whether nothing comes within a fifth of a second. */
    boolean isSilent() throws IOException {
      socket.setSoTimeout(200);
      try {
        in.readByte();
        return false;
      } catch (SocketTimeoutException e) {
        return true;
      } finally {
        socket.setSoTimeout(WAIT_SECONDS * 1_000);
      }
    }

    /** Returns when the requestor is gone. */
    void awaitEnd() throws IOException {
      try {
        while (!isAtEnd()) {
          // what still comes is of no interest
        }
      } catch (EOFException | SocketException e) {
        // gone by reset: as good an end as any
      }
    }

    void send(MessageBuilder... messages) throws IOException {
      for (MessageBuilder message : messages) {
        out.write(message.frame());
      }
    }

    void sendRaw(byte[] octets) throws IOException {
      out.write(octets);
    }

    void sendOctetByOctet(byte[] octets) throws IOException {
      socket.setTcpNoDelay(true);
      for (byte octet : octets) {
        out.write(octet);
      }
    }
  }

  /** A REPLY without data or status. */
  static MessageBuilder reply(LeaseQuery query) {
    return message(15, query.transactionId()).serverId(Vectors.SERVER).clientId(query.requestor());
  }

  /** A REPLY with one address. */
  static MessageBuilder reply(LeaseQuery query, String address) {
    return reply(query).clientData(CLIENT, 7, address);
  }

  /** A DATA with one address. */
  static MessageBuilder data(LeaseQuery query, String address) {
    return message(17, query.transactionId()).clientData(CLIENT, 7, address);
  }

  /** A DONE. */
  static MessageBuilder done(LeaseQuery query) {
    return message(16, query.transactionId());
  }
}
