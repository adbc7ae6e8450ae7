package bindery.cli;

import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import bindery.wire.QueryDecoder;
import bindery.wire.Vectors;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A leasequery server on loopback that answers the one query of one connection, then closes. */
final class AnsweringServer implements AutoCloseable {
  private static final int REPLY = 15;
  private static final int WAIT_MILLIS = 20_000;

  private final ServerSocket listener;
  private final CompletableFuture<LeaseQuery> asked;

  private AnsweringServer(
      ServerSocket listener, Function<LeaseQuery, List<MessageBuilder>> answer) {
    this.listener = listener;
    asked = CompletableFuture.supplyAsync(() -> serve(answer));
  }

  /** Starts one that answers with these messages. */
  static AnsweringServer start(Function<LeaseQuery, List<MessageBuilder>> answer)
      throws IOException {
    return new AnsweringServer(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), answer);
  }

  private LeaseQuery serve(Function<LeaseQuery, List<MessageBuilder>> answer) {
    try (Socket socket = listener.accept()) {
      socket.setSoTimeout(WAIT_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] message = new byte[in.readUnsignedShort()];
      in.readFully(message);
      LeaseQuery query = ((Incoming.Query) QueryDecoder.decode(message, Vectors.SERVER)).query();
      for (MessageBuilder part : answer.apply(query)) {
        socket.getOutputStream().write(part.frame());
      }
      socket.shutdownOutput();
      while (in.read() >= 0) {
        // until the requestor is gone too
      }
      return query;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A REPLY without data or status. */
  static MessageBuilder reply(LeaseQuery query) {
    return MessageBuilder.message(REPLY, query.transactionId())
        .serverId(Vectors.SERVER)
        .clientId(query.requestor());
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The query that was asked. */
  LeaseQuery asked() {
    return asked.orTimeout(WAIT_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS).join();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
