package bindery.cli;

import bindery.model.DhcpTime;
import bindery.model.Ipv6Address;
import bindery.model.LeaseKey;
import bindery.wire.ClientData;
import bindery.wire.LeaseOption;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import bindery.wire.RelayHop;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One command of iproute2 for each delegated prefix, which sets the route as the relay that asks
 * would have it; to run it twice changes nothing.
 *
 * <pre>{@code
 * ip -6 route replace 3fff:0:100::/56 via fe80::1 dev eth1 expires 7265
 * }</pre>
 *
 * The next hop is whom the relay had the client's message from, its peer-address (RFC 8415 9): of
 * the hop with the relay-ID that was asked for, else of the innermost that names a link. {@code
 * expires} is the valid lifetime in seconds, and is left out if that is infinite. Addresses have no
 * routes of their own; a prefix without a next hop is told to be left out.
 */
final class RouteWriter extends BindingWriter {
  private static final int LEFT_OUT_NAMED = 10;

  private final String interfaceName;
  private final QuerySums sums;
  private final Set<LeaseKey> leftOut = new LinkedHashSet<>();

  /**
   * Behind that interface.
   *
   * @param sums count what is left out, and forget it where an answer comes once more
   */
  RouteWriter(PrintWriter out, String interfaceName, QuerySums sums) {
    super(out);
    this.interfaceName = interfaceName;
    this.sums = sums;
  }

  @Override
  void write(Origin origin, ClientData data) {
    Optional<Ipv6Address> nextHop =
        data.relayData()
            .flatMap(
                relay ->
                    origin.query().key() instanceof QueryKey.ByRelayId byRelay
                        ? RelayText.withRelayId(relay, byRelay.relay())
                            .or(() -> RelayText.nearest(relay))
                        : RelayText.nearest(relay))
            .map(RelayHop::peerAddress)
            .filter(peer -> !peer.isUnspecified() && !peer.isMulticast());
    for (LeaseOption lease : data.leases()) {
      if (lease.key().kind() == LeaseKey.Kind.PREFIX && lease.validLifetime() > 0) {
        nextHop.ifPresentOrElse(
            hop -> write(lease, hop), () -> leaveOut(origin.query(), lease.key()));
      }
    }
  }

  private void leaveOut(LeaseQuery query, LeaseKey prefix) {
    sums.countLeftOut(query);
    if (leftOut.size() < LEFT_OUT_NAMED) {
      leftOut.add(prefix);
    }
  }

  private void write(LeaseOption lease, Ipv6Address nextHop) {
    leftOut.remove(lease.key()); // an answer that comes once more may tell what was missing
    String expires =
        lease.validLifetime() == DhcpTime.INFINITY ? "" : " expires " + lease.validLifetime();
    out()
        .println(
            "ip -6 route replace "
                + lease.key()
                + " via "
                + nextHop
                + " dev "
                + interfaceName
                + expires);
  }

  @Override
  boolean mayRepeat() {
    return true;
  }

  @Override
  String leftOut() {
    long count = sums.counts().leftOut();
    if (count == 0) {
      return "";
    }
    return count
        + (count == 1 ? " prefix has" : " prefixes have")
        + " no route, since the server does not tell through which relay their"
        + " clients spoke: "
        + String.join(", ", leftOut.stream().map(LeaseKey::toString).toList())
        + (count > leftOut.size() ? ", ..." : "");
  }
}
