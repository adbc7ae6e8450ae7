package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Ipv6Address;
import java.util.ArrayList;
import java.util.List;

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
      RelayHop.Opened opened = RelayHop.open(relay);
      hops.add(opened.hop());
      relay = opened.inner().orElse(null);
    }
    return List.copyOf(hops);
  }
}
