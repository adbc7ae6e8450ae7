package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the last message of a client reached its server: data of OPTION_LQ_RELAY_DATA (RFC 5007
 * 4.1.2.4).
 *
 * <pre>{@code
 * LQ_RELAY_DATA := 002f len(2) peer-address(16) Relay
 * Relay         := msg-type(1) hop-count(1) link-address(16) peer-address(16) Option*
 * }</pre>
 *
 * A relay further in is the data of the RELAY_MSG option of the one around it; the innermost has
 * none.
 *
 * @param source whom the server had the packet from: the relay nearest to it
 * @param message the relay message as sent, outermost header first. It is not taken apart before
 *     {@link #hops} is called, since known servers get its inner lengths wrong (a chain of relays
 *     with RELAY_MSG too short), which must not cost the leases beside it
 */
public record RelayData(Ipv6Address source, Bytes message) {
  /** The most relays in a row that are taken apart (RFC 3315 5.5). */
  public static final int HOPS_MAX = 32;

  static RelayData read(OctetReader data) throws MalformedMessageException {
    Ipv6Address source = data.address("LQ_RELAY_DATA peer-address");
    return new RelayData(source, data.rest());
  }

  /**
   * Takes the relay message apart, the relay nearest to the server first.
   *
   * @throws MalformedMessageException if it is not a chain of relay messages, or has more than 32;
   *     its offset counts from the start of the relay message
   */
  public List<RelayHop> hops() throws MalformedMessageException {
    byte[] octets = message.toArray();
    List<RelayHop> hops = new ArrayList<>();
    OctetReader relay = OctetReader.of(octets, 0, octets.length);
    while (relay != null) {
      if (hops.size() == HOPS_MAX) {
        throw new MalformedMessageException(relay.offset(), "at most 32 relays", "one more");
      }
      relay = readHop(relay, hops);
    }
    return List.copyOf(hops);
  }

  /** Adds one hop; returns the relay message inside it, or null if it is the innermost. */
  private static @Nullable OctetReader readHop(OctetReader relay, List<RelayHop> hops)
      throws MalformedMessageException {
    MessageType type = new MessageType(relay.uint8("relay msg-type"));
    if (!type.equals(MessageType.RELAY_FORW)) {
      throw new MalformedMessageException(
          relay.offset() - 1, MessageType.RELAY_FORW.toString(), type.toString());
    }
    int hopCount = relay.uint8("hop-count");
    Ipv6Address linkAddress = relay.address("relay link-address");
    Ipv6Address peerAddress = relay.address("relay peer-address");
    OctetReader inner = null;
    List<DhcpOption> others = new ArrayList<>();
    OptionReader options = new OptionReader(relay);
    while (options.next()) {
      if (options.code() != OptionCode.RELAY_MESSAGE) {
        others.add(new DhcpOption(options.code(), options.data().rest()));
      } else if (inner == null) {
        inner = options.data();
      } else {
        throw new MalformedMessageException(
            options.data().offset(), "at most one RELAY_MSG", "a second one");
      }
    }
    hops.add(new RelayHop(type, hopCount, linkAddress, peerAddress, others));
    return inner;
  }
}
