package bindery.cli;

import bindery.model.DhcpTime;
import bindery.model.Ipv6Address;
import bindery.model.LeaseKey;
import bindery.wire.ClientData;
import bindery.wire.LeaseOption;
import bindery.wire.QueryKey;
import bindery.wire.RelayHop;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  private final List<LeaseKey> leftOut = new ArrayList<>();
  private long leftOutCount;

  /** Behind that interface. */
  RouteWriter(PrintWriter out, String interfaceName) {
    super(out);
    this.interfaceName = interfaceName;
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
        write(lease, nextHop);
      }
    }
  }

  private void write(LeaseOption lease, Optional<Ipv6Address> nextHop) {
    if (nextHop.isEmpty()) {
      leftOutCount++;
      if (leftOut.size() < LEFT_OUT_NAMED) {
        leftOut.add(lease.key());
      }
      return;
    }
    String expires =
        lease.validLifetime() == DhcpTime.INFINITY ? "" : " expires " + lease.validLifetime();
    out()
        .println(
            "ip -6 route replace "
                + lease.key()
                + " via "
                + nextHop.get()
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
    if (leftOutCount == 0) {
      return "";
    }
    return leftOutCount
        + " prefixes have no route, since the server does not tell through which relay their"
        + " clients spoke: "
        + String.join(", ", leftOut.stream().map(LeaseKey::toString).toList())
        + (leftOutCount > leftOut.size() ? ", ..." : "");
  }
}
