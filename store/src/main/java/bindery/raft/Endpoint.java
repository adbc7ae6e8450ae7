package bindery.raft;

import java.net.InetSocketAddress;

/** Reads "host:port" as the node's options spell it, an IPv6 host in brackets. */
final class Endpoint {
  private Endpoint() {}

  /**
   * Not resolved yet.
   *
   * @throws IllegalArgumentException if there is no host or no port in 1..65535
   */
  static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw refused(text);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (host.isEmpty() || port < 1 || port > 65_535) {
        throw refused(text);
      }
      return InetSocketAddress.createUnresolved(host, port);
    } catch (NumberFormatException e) {
      throw refused(text);
    }
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "not an endpoint: \"" + text + "\" (expected HOST:PORT, an IPv6 host in brackets)");
  }
}
