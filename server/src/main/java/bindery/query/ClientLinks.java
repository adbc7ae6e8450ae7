package bindery.query;

import bindery.log.v1.Link;
import bindery.log.v1.Prefix;
import bindery.model.Ipv6Address;
import bindery.store.BindingCursor;
import bindery.store.StoreView;
import bindery.store.Topology;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The links that a client has live bindings on, as leasequery by UDP tells of them (RFC 5007
 * 4.1.2.5). Immutable.
 */
final class ClientLinks {
  /** None. */
  static final ClientLinks NONE =
      new ClientLinks(0, List.of(), List.of(), address -> Optional.empty());

  /** Links looked at, at most: their addresses fill a datagram. */
  static final int LINKS_MAX = 4_000;

  private final int count;
  private final List<Link> known;
  private final List<Ipv6Address> addresses;
  private final Function<Ipv6Address, Optional<Link>> ofLinkAddress;

  private ClientLinks(
      int count,
      List<Link> known,
      List<Ipv6Address> addresses,
      Function<Ipv6Address, Optional<Link>> ofLinkAddress) {
    this.count = count;
    this.ofLinkAddress = ofLinkAddress;
    this.known = List.copyOf(known);
    this.addresses = List.copyOf(addresses);
  }

  /**
   * Looks them up.
   *
   * @param now bindings with a lease that is live then, seconds since 2000
   * @throws bindery.store.StoreException if the store cannot be read
   */
  static ClientLinks of(StoreView view, Plan.Scan scan, long now) {
    Topology topology = view.topology();
    List<Link> known = new ArrayList<>();
    int count = 0;
    try (BindingCursor rows = view.scan(scan.selector(), scan.isBulk(), now)) {
      while (count < LINKS_MAX && rows.next()) {
        if (rows.row().isLive(now)) {
          count++;
          topology.byId(rows.linkId()).ifPresent(known::add);
        }
      }
    }
    List<Ipv6Address> addresses =
        known.stream().flatMap(link -> address(link, topology).stream()).toList();
    return new ClientLinks(count, known, addresses, topology::ofLinkAddress);
  }

  /**
   * A global address that leads to the link, if there is one (U-06). The first address of a prefix
   * may lie in a longer prefix of another link: one that does not is better.
   */
  private static Optional<Ipv6Address> address(Link link, Topology topology) {
    List<Ipv6Address> global =
        Stream.concat(
                link.getPrefixesList().stream().map(Prefix::getAddress),
                link.getAliasesList().stream())
            .map(ByteString::toByteArray)
            .map(Ipv6Address::of)
            .filter(ClientLinks::isGlobal)
            .toList();
    return global.stream()
        .filter(address -> topology.ofLinkAddress(address).filter(link::equals).isPresent())
        .findFirst()
        .or(() -> global.stream().findFirst());
  }

  private static boolean isGlobal(Ipv6Address address) {
    boolean isLinkLocal = address.high() >>> 54 == 0xfe80 >>> 6;
    return !isLinkLocal && !address.isUnspecified() && !address.isMulticast();
  }

  /** Whether there are more than one, an unknown one counted. */
  boolean areSeveral() {
    return count > 1;
  }

  /** Whether there may be more than were looked at. */
  boolean areTooMany() {
    return count == LINKS_MAX;
  }

  /** An address of each that has one. */
  List<Ipv6Address> addresses() {
    return addresses;
  }

  /** That of the longest prefix around an address, or else the first; empty if none is known. */
  Optional<Link> nearest(Ipv6Address address) {
    return ofLinkAddress
        .apply(address)
        .filter(known::contains)
        .or(() -> known.stream().findFirst());
  }
}
