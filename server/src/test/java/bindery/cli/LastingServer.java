package bindery.cli;

import bindery.model.Bytes;
import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import bindery.wire.QueryDecoder;
import bindery.wire.Vectors;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A leasequery server on loopback that answers every query of every connection. */
final class LastingServer implements AutoCloseable {
  private static final int WAIT_MILLIS = 20_000;

  private final ServerSocket listener;
  private final Function<LeaseQuery, List<MessageBuilder>> answer;
  private final int answersPerConnection;
  private final List<LeaseQuery> asked = new CopyOnWriteArrayList<>();
  private final List<Bytes> messages = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  private LastingServer(
      ServerSocket listener,
      int answersPerConnection,
      Function<LeaseQuery, List<MessageBuilder>> answer) {
    this.listener = listener;
    this.answersPerConnection = answersPerConnection;
    this.answer = answer;
  }

  /** Starts one. */
  static LastingServer start(Function<LeaseQuery, List<MessageBuilder>> answer) throws IOException {
    return start(Integer.MAX_VALUE, answer);
  }

  /** Starts one that closes each connection behind so many answers. */
  static LastingServer start(
      int answersPerConnection, Function<LeaseQuery, List<MessageBuilder>> answer)
      throws IOException {
    LastingServer server =
        new LastingServer(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            answersPerConnection,
            answer);
    Thread acceptor = new Thread(server::accept, "lasting-server");
    acceptor.setDaemon(true);
    acceptor.start();
    return server;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        Thread thread = new Thread(() -> serve(socket), "lasting-server-connection");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket accepted) {
    try (Socket socket = accepted) {
      socket.setSoTimeout(WAIT_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (int i = 0; i < answersPerConnection; i++) {
        byte[] message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        messages.add(Bytes.of(message));
        for (MessageBuilder part : answer(QueryDecoder.decode(message, Vectors.SERVER))) {
          socket.getOutputStream().write(part.frame());
        }
      }
      socket.shutdownOutput();
      while (in.read() >= 0) {
        // until the requestor has seen the end, so that no answer is lost by a reset
      }
    } catch (EOFException e) {
      // the requestor is done
    } catch (IOException e) {
      // the requestor is gone; its test sees what it made of that
    }
  }

  /** What a node would refuse, such as a VPN, is answered as empty here. */
  private List<MessageBuilder> answer(Incoming incoming) {
    if (incoming instanceof Incoming.Query readable) {
      asked.add(readable.query());
      return answer.apply(readable.query());
    }
    Incoming.Refused refused = (Incoming.Refused) incoming;
    return List.of(
        MessageBuilder.message(15, refused.transactionId())
            .serverId(Vectors.SERVER)
            .clientId(refused.requestor()));
  }

  /** All messages so far. */
  List<Bytes> messages() {
    return messages;
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The queries so far, in the order in which they came. */
  List<LeaseQuery> asked() {
    return asked;
  }

  /** How many connections were made. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
