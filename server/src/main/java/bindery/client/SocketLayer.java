package bindery.client;

import bindery.model.HostPort;
import java.io.IOException;
import java.net.Socket;

/** What lies between a connection and the messages on it, such as TLS. Any thread. */
public interface SocketLayer {
  /** Nothing. */
  SocketLayer NONE =
      new SocketLayer() {
        @Override
        public Socket over(Socket connected, HostPort server) {
          return connected;
        }

        @Override
        public String explain(IOException failure) {
          return String.valueOf(failure.getMessage());
        }
      };

  /**
   * Puts the layer over a connection.
   *
   * @param connected reading from it ends when the connect time-out is over; stays the caller's to
   *     close if this throws
   * @param server as it was named
   * @return what to read and write instead; closing it closes the connection
   * @throws IOException if the other end does not take part
   */
  Socket over(Socket connected, HostPort server) throws IOException;

  /** Why a connection with the layer failed, in a sentence. */
  String explain(IOException failure);
}
