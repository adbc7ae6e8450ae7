package bindery.wire;

import bindery.model.Ipv6Address;
import java.util.List;

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
}
