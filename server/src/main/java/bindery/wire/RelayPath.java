package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import java.util.ArrayList;
import java.util.List;

/**
 * The relays that a message came through, and the way back over them (RFC 8415 19.3, RFC 8357 5.2;
 * U-09).
 *
 * <pre>{@code
 * RELAY-REPL := 0d hop-count(1) link-address(16) peer-address(16)
 *               [INTERFACE_ID as it came] [RELAY_PORT as it came] 0009 len(2) Inner
 * Inner      := RELAY-REPL | the answer
 *
 * 0d 00 20010db8000a00000000000000000001 fe800000000000000000000000000005
 *    0012 0003 65 74 68   0009 0004 0f0a1b2c
 * }</pre>
 *
 * @param hops the relay nearest to the server first; empty for a message that came without any
 * @param message what the requestor sent
 */
public record RelayPath(List<RelayHop> hops, Bytes message) {
  /** The most octets of a message by UDP over IPv6 (U-13). */
  public static final int DATAGRAM_SIZE_MAX = 65_527;

  /** The most octets of a message by UDP over IPv4, whose packet counts its own header too. */
  public static final int DATAGRAM_SIZE_MAX_IPV4 = 65_507;

  private static final int RELAY_HEADER_SIZE = 2 + 2 * Ipv6Address.SIZE;

  /** Copies the list. */
  public RelayPath {
    hops = List.copyOf(hops);
  }

  /**
   * Takes what came by UDP out of the relay messages around it, if there are any.
   *
   * @param datagram not kept
   * @throws MalformedMessageException if a relay message cannot be read, holds none, or is one of
   *     more than 32 around each other
   */
  public static RelayPath read(byte[] datagram) throws MalformedMessageException {
    OctetReader inner = OctetReader.of(datagram, 0, datagram.length);
    List<RelayHop> hops = new ArrayList<>();
    while (inner.remaining() > 0 && isRelayed(inner.copy())) {
      if (hops.size() == RelayData.HOPS_MAX) {
        throw new MalformedMessageException(inner.offset(), "at most 32 relays", "one more");
      }
      int offset = inner.offset();
      RelayHop.Opened opened = RelayHop.open(inner);
      hops.add(opened.hop());
      inner =
          opened
              .inner()
              .orElseThrow(
                  () ->
                      new MalformedMessageException(
                          offset, "a RELAY-FORW with RELAY_MSG", "one without"));
    }
    return new RelayPath(hops, inner.rest());
  }

  private static boolean isRelayed(OctetReader message) throws MalformedMessageException {
    return message.uint8("msg-type") == MessageType.RELAY_FORW.code();
  }

  /** Whether it came through any relay. */
  public boolean isRelayed() {
    return !hops.isEmpty();
  }

  /**
   * Whether the answer goes to the port that the message came from, and not to that of relays:
   * without relays (U-10), or where the nearest one asks for it (RFC 8357 5.2).
   */
  public boolean answersToSourcePort() {
    return hops.isEmpty() || has(hops.get(0), OptionCode.RELAY_PORT);
  }

  private static boolean has(RelayHop hop, int code) {
    return hop.options().stream().anyMatch(option -> option.code() == code);
  }

  /** Octets that the way back puts around an answer. */
  public int overhead() {
    return hops.stream()
        .mapToInt(hop -> RELAY_HEADER_SIZE + optionsSize(hop) + Frame.OPTION_HEADER_SIZE)
        .sum();
  }

  private static List<DhcpOption> returned(RelayHop hop) {
    return hop.options().stream()
        .filter(
            option ->
                option.code() == OptionCode.INTERFACE_ID || option.code() == OptionCode.RELAY_PORT)
        .toList();
  }

  private static int optionsSize(RelayHop hop) {
    return returned(hop).stream()
        .mapToInt(option -> Frame.OPTION_HEADER_SIZE + option.data().size())
        .sum();
  }

  /**
   * Puts the answer into the relay messages that lead it back.
   *
   * @param answer a whole message; with {@link #overhead} at most {@value #DATAGRAM_SIZE_MAX}
   *     octets
   */
  public byte[] wrap(byte[] answer) {
    byte[] wrapped = new byte[overhead() + answer.length];
    int at = 0;
    for (RelayHop hop : hops) {
      wrapped[at] = (byte) MessageType.RELAY_REPL.code();
      wrapped[at + 1] = (byte) hop.hopCount();
      at = hop.linkAddress().copyTo(wrapped, at + 2);
      at = hop.peerAddress().copyTo(wrapped, at);
      for (DhcpOption option : returned(hop)) {
        at = putHeader(wrapped, at, option.code(), option.data().size());
        at = option.data().copyTo(wrapped, at);
      }
      int inside = wrapped.length - at - Frame.OPTION_HEADER_SIZE;
      at = putHeader(wrapped, at, OptionCode.RELAY_MESSAGE, inside);
    }
    System.arraycopy(answer, 0, wrapped, at, answer.length);
    return wrapped;
  }

  private static int putHeader(byte[] target, int at, int code, int size) {
    target[at] = (byte) (code >>> 8);
    target[at + 1] = (byte) code;
    target[at + 2] = (byte) (size >>> 8);
    target[at + 3] = (byte) size;
    return at + Frame.OPTION_HEADER_SIZE;
  }
}
