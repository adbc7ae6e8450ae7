package bindery.store;

import bindery.log.v1.Link;
import bindery.log.v1.Prefix;
import bindery.log.v1.SourceSubnet;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The links of one revision and the questions that are asked of them. Immutable.
 *
 * <p>Prefixes of two links may overlap: a query takes every link that could contain its address, a
 * lease goes to the longest match, and a pool that stands on several links decides nothing.
 */
public final class Topology {
  private final List<Link> links;
  private final Map<String, Link> byName = new HashMap<>();
  private final Map<Integer, Link> byId = new HashMap<>();
  private final Map<SourceSubnet, Link> bySubnet = new HashMap<>();
  private final PrefixTable<Link> prefixes = new PrefixTable<>();
  private final PrefixTable<Link> pools = new PrefixTable<>();

  private Topology(List<Link> links) {
    this.links = links;
    for (Link link : links) {
      byName.put(link.getName(), link);
      byId.put(link.getId(), link);
      link.getSubnetsList().forEach(subnet -> bySubnet.put(subnet, link));
      link.getPrefixesList().forEach(prefix -> prefixes.add(of(prefix), link));
      link.getPoolsList().forEach(pool -> pools.add(of(pool), link));
      link.getAliasesList().forEach(alias -> prefixes.add(host(of(alias)), link));
    }
  }

  /** The topology of those links, in any order. */
  static Topology of(List<Link> links) {
    return new Topology(links.stream().sorted(Comparator.comparing(Link::getName)).toList());
  }

  /**
   * The prefix in a link.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Ipv6Prefix of(Prefix prefix) {
    return new Ipv6Prefix(of(prefix.getAddress()), prefix.getLength());
  }

  /**
   * The address of 16 octets.
   *
   * @throws IllegalArgumentException if there are not 16
   */
  static Ipv6Address of(ByteString address) {
    return Ipv6Address.of(address.toByteArray());
  }

  private static Ipv6Prefix host(Ipv6Address address) {
    return new Ipv6Prefix(address, 128);
  }

  /** All links, by name. */
  public List<Link> links() {
    return links;
  }

  /** The link of that name. */
  public Optional<Link> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The link of that id. */
  public Optional<Link> byId(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  /**
   * Every link that could contain a link-address: one with an on-link prefix around it, or with it
   * as an alias (RFC 5460 5.3.2; S-60, S-66).
   *
   * @return ids in ascending order, empty if none
   */
  public List<Integer> containing(Ipv6Address linkAddress) {
    Set<Integer> ids = new TreeSet<>();
    prefixes.forEachAround(host(linkAddress), (length, link) -> ids.add(link.getId()));
    return List.copyOf(ids);
  }

  /** Whether an address lies in an on-link prefix or a pool of any link (V-13). */
  public boolean covers(Ipv6Address address) {
    return prefixes.longestAround(host(address)).length() >= 0
        || pools.longestAround(host(address)).length() >= 0;
  }

  /** The link of the longest on-link prefix around it, or of its alias; empty if none. */
  public Optional<Link> ofLinkAddress(Ipv6Address linkAddress) {
    return only(prefixes.longestAround(host(linkAddress)).values());
  }

  /** The link that a source's own subnet id means. */
  public Optional<Link> ofSubnet(String source, long subnetId) {
    return Optional.ofNullable(
        bySubnet.get(SourceSubnet.newBuilder().setSource(source).setSubnetId(subnetId).build()));
  }

  /**
   * The link whose longest prefix or pool holds the lease; empty if none, or if several tie. A
   * prefix is asked before a pool of the same length.
   */
  public Optional<Link> ofLease(LeaseKey lease) {
    PrefixTable.Longest<Link> onLink = prefixes.longestAround(lease.prefix());
    PrefixTable.Longest<Link> pool = pools.longestAround(lease.prefix());
    return only(pool.length() > onLink.length() ? pool.values() : onLink.values());
  }

  private static Optional<Link> only(List<Link> candidates) {
    boolean one = candidates.stream().map(Link::getId).distinct().count() == 1;
    return one ? Optional.of(candidates.get(0)) : Optional.empty();
  }
}
