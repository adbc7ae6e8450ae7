package bindery.client;

import bindery.model.HostPort;
import bindery.model.Ipv6Address;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes connections to servers, each address within the connect time-out, layers included.
 *
 * @param opening is shown each socket before it is connected; closing it, on any thread, ends that
 */
record Connector(ClientOptions options, Consumer<Socket> opening) {
  /** Octets that may be sent while the server reads none. */
  static final int SEND_BUFFER_SIZE = 192 * 1_024;

  /**
   * A connection that was made.
   *
   * @param server whom to
   * @param socket whose reads are bounded
   * @param layered the same with what lies over it
   * @param in what is read through both
   */
  record Connection(HostPort server, DeadlineSocket socket, Socket layered, InputStream in) {}

  /**
   * Connects to the first server that can be reached, trying each address of each in turn.
   *
   * @param servers at least one, in order of preference
   * @throws UnreachableException if none can be reached
   */
  Connection connect(List<HostPort> servers) throws UnreachableException {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("no server to connect to (expected at least one)");
    }
    List<String> failures = new ArrayList<>();
    for (HostPort server : servers) {
      try {
        for (InetAddress address : InetAddress.getAllByName(server.host())) {
          try {
            return connect(server, address);
          } catch (IOException e) {
            failures.add(server + at(server, address) + ": " + options.layer().explain(e));
          }
        }
      } catch (UnknownHostException e) {
        failures.add(
            server
                + (server.host().indexOf('%') < 0
                    ? ": unknown host"
                    : ": no such interface, or it has no address of that scope"));
      }
    }
    throw new UnreachableException("cannot connect to " + String.join("; ", failures));
  }

  /** Which of a name's addresses it is; nothing where the server is named by its address. */
  private static String at(HostPort server, InetAddress address) {
    boolean isAddress = server.host().indexOf(':') >= 0 || server.host().matches("[0-9.]+");
    if (isAddress) {
      return "";
    }
    return " at "
        + (address instanceof Inet6Address
            ? Ipv6Address.of(address.getAddress())
            : address.getHostAddress());
  }

  private Connection connect(HostPort server, InetAddress address) throws IOException {
    DeadlineSocket socket = new DeadlineSocket(options.connectTimeout());
    try {
      opening.accept(socket);
      socket.setTcpNoDelay(true);
      socket.setSendBufferSize(SEND_BUFFER_SIZE);
      socket.connect(new InetSocketAddress(address, server.port()));
      Socket layered = options.layer().over(socket, server);
      return new Connection(server, socket, layered, layered.getInputStream());
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
