package bindery.wire;

import bindery.model.Duid;
import java.util.List;
import java.util.Optional;

/**
 * What a server says of one client on one link, or of a part of its leases there:
 * OPTION_CLIENT_DATA (RFC 5007 4.1.2.2).
 *
 * <p>Two of them may speak of one client: for two links, for a split of many leases, or because the
 * server sends one for each lease. Whoever needs all leases of a client joins them.
 *
 * @param client who holds the leases
 * @param cltAge seconds since the server last heard the client on this link, 0..4294967295
 * @param leases in the order sent; empty only from servers that do not keep to RFC 5007 4.4.2
 * @param relayData empty if it was not asked for, or the client spoke to the server directly
 * @param options all others, in the order sent
 */
public record ClientData(
    Duid client,
    long cltAge,
    List<LeaseOption> leases,
    Optional<RelayData> relayData,
    List<DhcpOption> options) {
  /** Copies the lists. */
  public ClientData {
    leases = List.copyOf(leases);
    options = List.copyOf(options);
  }
}
