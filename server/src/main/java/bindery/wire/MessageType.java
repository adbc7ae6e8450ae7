package bindery.wire;

/**
 * The first octet of a DHCPv6 message (RFC 8415 7.3).
 *
 * <p>Open: a code without a name here is still a type, and keeps its number.
 *
 * @param code 0..255
 */
public record MessageType(int code) {
  /** Answer to STARTTLS (RFC 7653 9.1). */
  public static final MessageType REPLY = new MessageType(7);

  /** A message on its way through a relay (RFC 8415 9); over TCP only inside LQ_RELAY_DATA. */
  public static final MessageType RELAY_FORW = new MessageType(12);

  /** The way back of an answer to what came in a RELAY-FORW (RFC 8415 9). */
  public static final MessageType RELAY_REPL = new MessageType(13);

  /** A query (RFC 5007 4.1.1). */
  public static final MessageType LEASEQUERY = new MessageType(14);

  /** The first and perhaps only message of an answer (RFC 5007 4.1.1). */
  public static final MessageType LEASEQUERY_REPLY = new MessageType(15);

  /** The last message of an answer that held data (RFC 5460 5.2.2). */
  public static final MessageType LEASEQUERY_DONE = new MessageType(16);

  /** A further message of an answer (RFC 5460 5.2.1). */
  public static final MessageType LEASEQUERY_DATA = new MessageType(17);

  /** A query whose answer does not end (RFC 7653 6.2.1). */
  public static final MessageType ACTIVELEASEQUERY = new MessageType(22);

  /** The wish to go on under TLS (RFC 7653 6.2.2). */
  public static final MessageType STARTTLS = new MessageType(23);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the code is outside 0..255
   */
  public MessageType {
    if (code < 0 || code > 0xff) {
      throw new IllegalArgumentException("a message type of " + code + " (expected 0..255)");
    }
  }

  /** Name and code, such as {@code LEASEQUERY-REPLY(15)}. */
  @Override
  public String toString() {
    return name() + "(" + code + ")";
  }

  private String name() {
    return switch (code) {
      case 7 -> "REPLY";
      case 12 -> "RELAY-FORW";
      case 13 -> "RELAY-REPL";
      case 14 -> "LEASEQUERY";
      case 15 -> "LEASEQUERY-REPLY";
      case 16 -> "LEASEQUERY-DONE";
      case 17 -> "LEASEQUERY-DATA";
      case 22 -> "ACTIVELEASEQUERY";
      case 23 -> "STARTTLS";
      default -> "unknown";
    };
  }
}
