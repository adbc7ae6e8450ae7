package bindery.wire;

/**
 * What a query searches by (RFC 5007 4.1.2.1, RFC 5460 5.3).
 *
 * <p>Open: a code without a name here is still a type, and keeps its number.
 *
 * @param code 0..255
 */
public record QueryType(int code) {
  /** QUERY_BY_ADDRESS (RFC 5007 4.1.2.1). */
  public static final QueryType BY_ADDRESS = new QueryType(1);

  /** QUERY_BY_CLIENTID (RFC 5007 4.1.2.1). */
  public static final QueryType BY_CLIENT_ID = new QueryType(2);

  /** QUERY_BY_RELAY_ID (RFC 5460 5.3.1). */
  public static final QueryType BY_RELAY_ID = new QueryType(3);

  /** QUERY_BY_LINK_ADDRESS (RFC 5460 5.3.2). */
  public static final QueryType BY_LINK_ADDRESS = new QueryType(4);

  /** QUERY_BY_REMOTE_ID (RFC 5460 5.3.3). */
  public static final QueryType BY_REMOTE_ID = new QueryType(5);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the code is outside 0..255
   */
  public QueryType {
    if (code < 0 || code > 0xff) {
      throw new IllegalArgumentException("a query type of " + code + " (expected 0..255)");
    }
  }

  /** Whether it is asked by bulk leasequery alone (RFC 5460 5.3), and never by UDP (U-02). */
  public boolean isBulk() {
    return code >= BY_RELAY_ID.code && code <= BY_REMOTE_ID.code;
  }

  /** Name and code, such as {@code QUERY_BY_RELAY_ID(3)}. */
  @Override
  public String toString() {
    return name() + "(" + code + ")";
  }

  private String name() {
    return switch (code) {
      case 1 -> "QUERY_BY_ADDRESS";
      case 2 -> "QUERY_BY_CLIENTID";
      case 3 -> "QUERY_BY_RELAY_ID";
      case 4 -> "QUERY_BY_LINK_ADDRESS";
      case 5 -> "QUERY_BY_REMOTE_ID";
      default -> "QUERY";
    };
  }
}
