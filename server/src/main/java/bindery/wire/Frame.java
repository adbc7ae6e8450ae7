package bindery.wire;

/**
 * The frame around each message on a TCP connection (RFC 5460 5.1).
 *
 * <pre>{@code
 * Frame   := message-size(2) Message      message-size: octets of Message alone
 * Message := msg-type(1) transaction-id(3) Option*
 * Option  := option-code(2) option-len(2) option-data
 *
 * 0004 10 0a1b2c                          a LEASEQUERY-DONE without options
 * }</pre>
 */
public final class Frame {
  /** Octets of message-size. */
  public static final int PREFIX_SIZE = 2;

  /** Octets of message type and transaction-id. */
  public static final int HEADER_SIZE = 4;

  /** The smallest legal message-size: a message without options. */
  public static final int MESSAGE_SIZE_MIN = HEADER_SIZE;

  /** The largest legal message-size. */
  public static final int MESSAGE_SIZE_MAX = 0xffff;

  /** Octets of option-code and option-len. */
  public static final int OPTION_HEADER_SIZE = 4;

  private Frame() {}
}
