package bindery.feeder;

/**
 * Where a node offers its API.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 1..65535
 */
public record ApiAddress(String host, int port) {
  /** The API's port where none is named. */
  public static final int PORT = 5470;

  /**
   * Checks host and port.
   *
   * @throws IllegalArgumentException if the host is empty or the port outside 1..65535
   */
  public ApiAddress {
    if (host.isEmpty()) {
      throw new IllegalArgumentException(
          "an API address without a host (expected HOST or HOST:PORT)");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port of " + port + " (expected 1..65535)");
    }
  }

  /**
   * Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]}, {@code [IPV6]:PORT} or a bare IPv6
   * address.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static ApiAddress parse(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
        throw notAnAddress(text);
      }
      return of(text, text.substring(1, end), text.substring(end + 1));
    }
    int colon = text.indexOf(':');
    if (colon != text.lastIndexOf(':')) {
      return new ApiAddress(text, PORT);
    }
    return colon < 0
        ? of(text, text, "")
        : of(text, text.substring(0, colon), text.substring(colon));
  }

  private static ApiAddress of(String text, String host, String colonAndPort) {
    if (colonAndPort.isEmpty()) {
      return new ApiAddress(host, PORT);
    }
    try {
      return new ApiAddress(host, Integer.parseInt(colonAndPort.substring(1)));
    } catch (NumberFormatException e) {
      throw (IllegalArgumentException) notAnAddress(text).initCause(e);
    }
  }

  private static IllegalArgumentException notAnAddress(String text) {
    return new IllegalArgumentException(
        "not an API address: \"" + text + "\" (expected for example n1.example.net:5470)");
  }

  /** {@code HOST:PORT}, an IPv6 host in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
