package bindery.store;

import bindery.log.v1.Link;
import bindery.model.Ipv6Address;
import bindery.model.LeaseKey;
import java.util.List;
import java.util.Optional;

/**
 * The links of one revision and the questions that are asked of them. Immutable.
 *
 * <p>Prefixes of two links may overlap: a query takes every link that could contain its address, a
 * lease goes to the longest match, and a pool that stands on several links decides nothing.
 */
public final class Topology {
  Topology() {}

  /** The topology of those links. */
  static Topology of(List<Link> links) {
    throw new UnsupportedOperationException();
  }

  /** All links, by name. */
  public List<Link> links() {
    throw new UnsupportedOperationException();
  }

  /** The link of that name. */
  public Optional<Link> byName(String name) {
    throw new UnsupportedOperationException();
  }

  /** The link of that id. */
  public Optional<Link> byId(int id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Every link that could contain a link-address: one with an on-link prefix around it, or with it
   * as an alias (RFC 5460 5.3.2; S-60, S-66).
   *
   * @return ids in ascending order, empty if none
   */
  public List<Integer> containing(Ipv6Address linkAddress) {
    throw new UnsupportedOperationException();
  }

  /** Whether an address lies in an on-link prefix or a pool of any link (V-13). */
  public boolean covers(Ipv6Address address) {
    throw new UnsupportedOperationException();
  }

  /** The link of the longest on-link prefix around it, or of its alias; empty if none. */
  public Optional<Link> ofLinkAddress(Ipv6Address linkAddress) {
    throw new UnsupportedOperationException();
  }

  /** The link that a source's own subnet id means. */
  public Optional<Link> ofSubnet(String source, long subnetId) {
    throw new UnsupportedOperationException();
  }

  /** The link whose longest prefix or pool holds the lease; empty if none, or if several tie. */
  public Optional<Link> ofLease(LeaseKey lease) {
    throw new UnsupportedOperationException();
  }
}
