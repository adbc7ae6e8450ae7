package bindery.leasequery;

import bindery.wire.Incoming;
import bindery.wire.RelayPath;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/**
 * A query by UDP that is in work.
 *
 * @param from the other end of the socket: the requestor, or the relay nearest to the server
 * @param path the relays it came through
 * @param transactionId the query's
 * @param type as it was sent, for the counters
 */
record DatagramQuery(
    InetSocketAddress from, RelayPath path, int transactionId, int type, QueryAudit audit) {
  /** A message that is a query, or is refused as one. */
  static DatagramQuery of(
      InetSocketAddress from, RelayPath path, int transactionId, Incoming incoming) {
    return new DatagramQuery(
        from,
        path,
        transactionId,
        QueryAudit.type(incoming),
        QueryAudit.of(Transport.UDP, from, incoming));
  }

  /** Where the reply goes (RFC 8415 19.3, RFC 8357 5.2; U-09, U-10). */
  InetSocketAddress replyTo() {
    return path.answersToSourcePort()
        ? from
        : new InetSocketAddress(from.getAddress(), LeasequeryOptions.PORT);
  }

  /** Octets that the reply may have. */
  int room() {
    return room(from, path);
  }

  /** Octets that a reply may have that goes back that way; may be below 0. */
  static int room(InetSocketAddress from, RelayPath path) {
    int most =
        from.getAddress() instanceof Inet4Address
            ? RelayPath.DATAGRAM_SIZE_MAX_IPV4
            : RelayPath.DATAGRAM_SIZE_MAX;
    return most - path.overhead();
  }

  /** What tells it from others, and does not from the same one sent again (U-12). */
  Identity identity() {
    return new Identity(from, transactionId);
  }

  /** Who asked, and which of its queries. */
  record Identity(InetSocketAddress from, int transactionId) {}
}
