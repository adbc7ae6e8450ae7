package bindery.model;

/**
 * Where a server listens: a host and a port, as users write them.
 *
 * @param host a name, an IPv4 or an IPv6 address, the latter without brackets
 * @param port 1..65535
 */
public record HostPort(String host, int port) {
  private static final int PORT_MAX = 0xffff;
  private static final int NONE = 0;

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if the host is empty, holds spaces, brackets or slashes, or
   *     the port is out of range
   */
  public HostPort {
    if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || "[]/".indexOf(c) >= 0)) {
      throw new IllegalArgumentException("not a host: \"" + host + "\"");
    }
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("a port of " + port + " (expected 1.." + PORT_MAX + ")");
    }
  }

  /**
   * Reads {@code HOST:PORT} or {@code [IPV6]:PORT}. Asks no name server.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static HostPort parse(String text) {
    return read(text, NONE);
  }

  /**
   * Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]}, {@code [IPV6]:PORT} or a bare IPv6
   * address, which has no port. Asks no name server.
   *
   * @param defaultPort 1..65535, taken where the text names none
   * @throws IllegalArgumentException if the text is anything else
   */
  public static HostPort parse(String text, int defaultPort) {
    return read(text, defaultPort);
  }

  private static HostPort read(String text, int defaultPort) {
    int hostEnd = hostEnd(text);
    String host = text.substring(0, hostEnd);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    String rest = text.substring(hostEnd);
    try {
      return new HostPort(host, rest.isEmpty() ? defaultPort : port(rest));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a host and port: \""
              + text
              + "\" (expected "
              + (defaultPort == NONE ? "" : "HOST, ")
              + "HOST:PORT or [IPV6]:PORT, the port 1.."
              + PORT_MAX
              + ")",
          e);
    }
  }

  /** Where the host ends: behind its bracket, before the only colon, or at the end of the text. */
  private static int hostEnd(String text) {
    if (text.startsWith("[")) {
      return text.indexOf(']') + 1;
    }
    int colon = text.indexOf(':');
    return colon < 0 || text.indexOf(':', colon + 1) >= 0 ? text.length() : colon;
  }

  private static int port(String colonAndPort) {
    String digits = colonAndPort.substring(1);
    boolean isNumber = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (colonAndPort.charAt(0) != ':' || !isNumber || digits.length() > 5) {
      throw new IllegalArgumentException("no port in \"" + colonAndPort + "\"");
    }
    return Integer.parseInt(digits);
  }

  /** {@code HOST:PORT}, or {@code [IPV6]:PORT}. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
