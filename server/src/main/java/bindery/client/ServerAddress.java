package bindery.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Where a server listens: a host and a port, as users write them.
 *
 * @param host a name, an IPv4 or an IPv6 address, the latter without brackets
 * @param port 1..65535
 */
public record ServerAddress(String host, int port) {
  /** The TCP port of bulk leasequery (RFC 5460 5.6). */
  public static final int LEASEQUERY_PORT = 547;

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if the host is empty, holds spaces, brackets or slashes, or
   *     the port is out of range
   */
  public ServerAddress {
    if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || "[]/".indexOf(c) >= 0)) {
      throw new IllegalArgumentException("not a host: \"" + host + "\"");
    }
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("a port of " + port + " (expected 1..65535)");
    }
  }

  /**
   * Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]}, {@code [IPV6]:PORT} or a bare IPv6
   * address, which has no port. Asks no name server.
   *
   * @param defaultPort taken where the text names none
   * @throws IllegalArgumentException if the text is anything else
   */
  public static ServerAddress parse(String text, int defaultPort) {
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      if (close < 0 || text.indexOf(':') > close) {
        throw notAnAddress(text);
      }
      String rest = text.substring(close + 1);
      if (!rest.isEmpty() && !rest.startsWith(":")) {
        throw notAnAddress(text);
      }
      int port = rest.isEmpty() ? defaultPort : parsePort(text, rest.substring(1));
      return of(text, text.substring(1, close), port);
    }
    int colon = text.indexOf(':');
    if (colon < 0 || text.indexOf(':', colon + 1) >= 0) { // a name, or a bare IPv6 address
      return of(text, text, defaultPort);
    }
    return of(text, text.substring(0, colon), parsePort(text, text.substring(colon + 1)));
  }

  private static ServerAddress of(String text, String host, int port) {
    try {
      return new ServerAddress(host, port);
    } catch (IllegalArgumentException e) {
      throw (IllegalArgumentException) notAnAddress(text).initCause(e);
    }
  }

  private static int parsePort(String text, String port) {
    if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw notAnAddress(text);
    }
    return Integer.parseInt(port);
  }

  private static IllegalArgumentException notAnAddress(String text) {
    return new IllegalArgumentException(
        "not a server: \""
            + text
            + "\" (expected HOST, HOST:PORT or [IPV6]:PORT, with a port of 1..65535)");
  }

  /**
   * Every IP address of the host, in the order they are to be tried.
   *
   * @throws UnknownHostException if the host has none
   */
  public List<InetAddress> resolve() throws UnknownHostException {
    return List.of(InetAddress.getAllByName(host));
  }

  /** {@code HOST:PORT}, or {@code [IPV6]:PORT}. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
