package bindery.query;

import bindery.log.v1.Link;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.store.BindingCursor;
import bindery.store.StoreView;
import bindery.store.Topology;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
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
   * A global address that leads to the link, if there is one (U-06): the first of a prefix, or an
   * alias; else, where all of those lie in longer prefixes of other links, the first of a prefix
   * that lies outside them.
   */
  private static Optional<Ipv6Address> address(Link link, Topology topology) {
    Stream<Ipv6Address> first =
        Stream.concat(prefixes(link).map(Ipv6Prefix::address), aliases(link));
    Predicate<Ipv6Address> leadsBack =
        address ->
            isGlobal(address) && topology.ofLinkAddress(address).filter(link::equals).isPresent();
    return first
        .filter(leadsBack)
        .findFirst()
        .or(
            () ->
                prefixes(link)
                    .flatMap(prefix -> outsideOthers(prefix, link, topology).stream())
                    .filter(leadsBack)
                    .findFirst());
  }

  /** The first address of the prefix that no longer prefix of another link has. */
  private static Optional<Ipv6Address> outsideOthers(
      Ipv6Prefix prefix, Link link, Topology topology) {
    List<Ipv6Prefix> others =
        topology.links().stream()
            .filter(other -> !other.equals(link))
            .flatMap(
                other ->
                    Stream.concat(
                        prefixes(other), aliases(other).map(alias -> new Ipv6Prefix(alias, 128))))
            .filter(prefix::contains)
            .sorted()
            .toList();
    Ipv6Address outside = prefix.address();
    for (Ipv6Prefix other : others) {
      if (other.contains(outside)) {
        outside = behind(other);
      }
      if (!prefix.contains(outside)) {
        return Optional.empty();
      }
    }
    return Optional.of(outside);
  }

  /** The address behind the last one of a prefix; {@code ::} behind the last of all. */
  private static Ipv6Address behind(Ipv6Prefix prefix) {
    Ipv6Address first = prefix.address();
    int length = prefix.length();
    if (length > 64) {
      long low = first.low() + (1L << (128 - length));
      // A carry leaves nothing of the lower half, which began at a multiple of the step.
      return new Ipv6Address(low == 0 ? first.high() + 1 : first.high(), low);
    }
    long step = length == 0 ? 0 : 1L << (64 - length);
    return new Ipv6Address(first.high() + step, 0);
  }

  private static Stream<Ipv6Prefix> prefixes(Link link) {
    return link.getPrefixesList().stream()
        .map(prefix -> new Ipv6Prefix(address(prefix.getAddress()), prefix.getLength()));
  }

  private static Stream<Ipv6Address> aliases(Link link) {
    return link.getAliasesList().stream().map(ClientLinks::address);
  }

  private static Ipv6Address address(ByteString octets) {
    return Ipv6Address.of(octets.toByteArray());
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

  /** How many of them no address leads to, or are not known any more. */
  int leftOut() {
    return count - addresses.size();
  }

  /** An address of each that has one, which leads to it and to no other. */
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
