package bindery.model;

/**
 * Codes of the DHCPv6 options that leasequery knows (RFC 8415 24, IANA "DHCPv6 option codes").
 *
 * <p>Plain numbers, since a code that is not listed here is still an option.
 */
public final class OptionCode {
  /** Client Identifier: a DUID (RFC 8415 21.2). */
  public static final int CLIENT_ID = 1;

  /** Server Identifier: a DUID (RFC 8415 21.3). */
  public static final int SERVER_ID = 2;

  /** IA Address (RFC 8415 21.6). */
  public static final int IA_ADDRESS = 5;

  /** Option Request (RFC 8415 21.7). */
  public static final int OPTION_REQUEST = 6;

  /** Relay Message (RFC 8415 21.10). */
  public static final int RELAY_MESSAGE = 9;

  /** Status Code (RFC 8415 21.13). */
  public static final int STATUS_CODE = 13;

  /** Interface-Id (RFC 8415 21.18). */
  public static final int INTERFACE_ID = 18;

  /** IA Prefix (RFC 8415 21.22). */
  public static final int IA_PREFIX = 26;

  /** Relay Agent Remote-ID (RFC 4649 3). */
  public static final int REMOTE_ID = 37;

  /** Relay Agent Subscriber-ID (RFC 4580 2). */
  public static final int SUBSCRIBER_ID = 38;

  /** Leasequery Query (RFC 5007 4.1.2.1). */
  public static final int LQ_QUERY = 44;

  /** Client Data (RFC 5007 4.1.2.2). */
  public static final int CLIENT_DATA = 45;

  /** Client Last Transaction Time (RFC 5007 4.1.2.3). */
  public static final int CLT_TIME = 46;

  /** Relay Data (RFC 5007 4.1.2.4). */
  public static final int LQ_RELAY_DATA = 47;

  /** Client Link (RFC 5007 4.1.2.5); never sent over TCP. */
  public static final int LQ_CLIENT_LINK = 48;

  /** Relay-ID: a DUID (RFC 5460 5.4.1). */
  public static final int RELAY_ID = 53;

  /** Virtual Subnet Selection (RFC 6607 3.2). */
  public static final int VSS = 68;

  /** Client Link-Layer Address (RFC 6939 4). */
  public static final int CLIENT_LINKLAYER_ADDRESS = 79;

  /** Leasequery Base Time (RFC 7653 6.3.1). */
  public static final int LQ_BASE_TIME = 100;

  /** Leasequery Start Time (RFC 7653 6.3.2). */
  public static final int LQ_START_TIME = 101;

  /** Leasequery End Time (RFC 7653 6.3.3). */
  public static final int LQ_END_TIME = 102;

  /** Relay Source Port (RFC 8357 4.2). */
  public static final int RELAY_PORT = 135;

  private OptionCode() {}
}
