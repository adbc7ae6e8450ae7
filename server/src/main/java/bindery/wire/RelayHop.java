package bindery.wire;

import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One relay on the way from a client to its server: the head of a RELAY-FORW (RFC 8415 9).
 *
 * @param type RELAY-FORW, as sent by every known server
 * @param hopCount 0..255
 * @param linkAddress the link the relay heard the message on, or {@code ::}
 * @param peerAddress whom the relay had the message from: the client, or the relay before it
 * @param options all options but RELAY_MSG
 */
public record RelayHop(
    MessageType type,
    int hopCount,
    Ipv6Address linkAddress,
    Ipv6Address peerAddress,
    List<DhcpOption> options) {
  /** Copies the list. */
  public RelayHop {
    options = List.copyOf(options);
  }

  /**
   * A relay message taken apart.
   *
   * @param inner data of its RELAY_MSG; empty if it has none
   */
  record Opened(RelayHop hop, Optional<OctetReader> inner) {}

  /**
   * Takes a relay message apart, and leaves alone what is inside it.
   *
   * @throws MalformedMessageException if it is no RELAY-FORW, or has two RELAY_MSG options
   */
  static Opened open(OctetReader relay) throws MalformedMessageException {
    MessageType type = new MessageType(relay.uint8("relay msg-type"));
    if (!type.equals(MessageType.RELAY_FORW)) {
      throw new MalformedMessageException(
          relay.offset() - 1, MessageType.RELAY_FORW.toString(), type.toString());
    }
    int hopCount = relay.uint8("hop-count");
    Ipv6Address linkAddress = relay.address("relay link-address");
    Ipv6Address peerAddress = relay.address("relay peer-address");
    Optional<OctetReader> inner = Optional.empty();
    List<DhcpOption> others = new ArrayList<>();
    OptionReader options = new OptionReader(relay);
    while (options.next()) {
      if (options.code() != OptionCode.RELAY_MESSAGE) {
        others.add(new DhcpOption(options.code(), options.data().rest()));
      } else if (inner.isEmpty()) {
        inner = Optional.of(options.data());
      } else {
        throw new MalformedMessageException(
            options.data().offset(), "at most one RELAY_MSG", "a second one");
      }
    }
    return new Opened(new RelayHop(type, hopCount, linkAddress, peerAddress, others), inner);
  }
}
