package bindery.wire;

/**
 * How a query went (RFC 8415 21.13).
 *
 * <p>Open: a code without a name here is still a status, and keeps its number.
 *
 * @param code 0..65535
 */
public record StatusCode(int code) {
  /** All went well; the same as no status at all (RFC 8415 21.13). */
  public static final StatusCode SUCCESS = new StatusCode(0);

  /** A failure with no better code (RFC 8415 21.13). */
  public static final StatusCode UNSPEC_FAIL = new StatusCode(1);

  /** The query type is unknown, or not supported here (RFC 5007 4.1.3). */
  public static final StatusCode UNKNOWN_QUERY_TYPE = new StatusCode(7);

  /** The query is not valid (RFC 5007 4.1.3). */
  public static final StatusCode MALFORMED_QUERY = new StatusCode(8);

  /** The address or link asked for is not in the configuration (RFC 5007 4.1.3). */
  public static final StatusCode NOT_CONFIGURED = new StatusCode(9);

  /** This requestor may not ask this (RFC 5007 4.1.3). */
  public static final StatusCode NOT_ALLOWED = new StatusCode(10);

  /** The query could not be performed or had to stop; it may be tried later (RFC 5460 5.5). */
  public static final StatusCode QUERY_TERMINATED = new StatusCode(11);

  /** Catching up is impossible or was broken off (RFC 7653 11). */
  public static final StatusCode DATA_MISSING = new StatusCode(12);

  /** The end of catching up (RFC 7653 11). */
  public static final StatusCode CATCH_UP_COMPLETE = new StatusCode(13);

  /** This server does not offer active leasequery (RFC 7653 11). */
  public static final StatusCode NOT_SUPPORTED = new StatusCode(14);

  /** This server does not go on under TLS (RFC 7653 11). */
  public static final StatusCode TLS_CONNECTION_REFUSED = new StatusCode(15);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the code is outside 0..65535
   */
  public StatusCode {
    if (code < 0 || code > 0xffff) {
      throw new IllegalArgumentException("a status code of " + code + " (expected 0..65535)");
    }
  }

  /** Whether this is {@link #SUCCESS}. */
  public boolean isSuccess() {
    return code == 0;
  }

  /** Name and code, such as {@code NotConfigured(9)}. */
  @Override
  public String toString() {
    return name() + "(" + code + ")";
  }

  private String name() {
    return switch (code) {
      case 0 -> "Success";
      case 1 -> "UnspecFail";
      case 7 -> "UnknownQueryType";
      case 8 -> "MalformedQuery";
      case 9 -> "NotConfigured";
      case 10 -> "NotAllowed";
      case 11 -> "QueryTerminated";
      case 12 -> "DataMissing";
      case 13 -> "CatchUpComplete";
      case 14 -> "NotSupported";
      case 15 -> "TLSConnectionRefused";
      default -> "Status";
    };
  }
}
