package bindery.store;

import bindery.log.v1.Link;
import bindery.log.v1.Source;
import bindery.model.LeaseKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which link a lease is on, by what was told of it: the link's name, else the source's own
 * subnet id, else the innermost link-address (RFC 8415 13.1), else where the lease lies.
 */
final class LinkDecider {
  /** The link of what fits none. */
  static final int NO_LINK = 0;

  private final Topology topology;
  private final Supplier<List<Source>> sources;
  private final Map<Integer, String> sourceNames = new HashMap<>();
  private boolean isEverySourceNamed;

  /**
   * Between the links of a topology.
   *
   * @param sources all of them; asked once, and only if one is met that was not named
   */
  LinkDecider(Topology topology, Supplier<List<Source>> sources) {
    this.topology = topology;
    this.sources = sources;
  }

  /** Tells the name of a source, which its subnet ids are looked up with. */
  void name(int source, String name) {
    sourceNames.put(source, name);
  }

  private @Nullable String nameOf(int source) {
    if (!sourceNames.containsKey(source) && !isEverySourceNamed) {
      isEverySourceNamed = true;
      sources.get().forEach(known -> sourceNames.put(known.getId(), known.getName()));
    }
    return sourceNames.get(source);
  }

  /** The links that are decided between. */
  Topology topology() {
    return topology;
  }

  /** The link that a hint alone leads to; empty if it says nothing, or nothing that is known. */
  OptionalInt byHint(LinkHint hint) {
    Optional<Link> link = Optional.empty();
    if (!hint.name().isEmpty()) {
      link = topology.byName(hint.name());
    }
    if (link.isEmpty() && hint.hasSubnet()) {
      String source = nameOf(hint.source());
      link = source == null ? Optional.empty() : topology.ofSubnet(source, hint.subnet());
    }
    if (link.isEmpty() && hint.linkAddress() != null) {
      link = topology.ofLinkAddress(hint.linkAddress());
    }
    return id(link);
  }

  /**
   * What is kept of two hints for one lease: the later, unless it leads nowhere and the earlier
   * somewhere.
   */
  LinkHint kept(LinkHint earlier, LinkHint later) {
    boolean isEarlier =
        later.equals(LinkHint.NONE) || (byHint(later).isEmpty() && byHint(earlier).isPresent());
    return isEarlier ? earlier : later;
  }

  /** The link whose prefix or pool holds the lease. */
  OptionalInt byPlace(LeaseKey lease) {
    return id(topology.ofLease(lease));
  }

  /**
   * The link of a lease that is held, decided anew: by its hint, its place, or an address of the
   * same exchange in its binding; empty if none of them leads anywhere.
   */
  OptionalInt anew(LeaseRecord lease, BindingRecord binding) {
    OptionalInt decided = alone(lease);
    if (decided.isPresent()) {
      return decided;
    }
    for (LeaseRecord other : binding.leases().values()) {
      if (other.key().kind() == LeaseKey.Kind.ADDRESS && other.cltt() == lease.cltt()) {
        OptionalInt beside = alone(other);
        if (beside.isPresent()) {
          return beside;
        }
      }
    }
    return OptionalInt.empty();
  }

  private OptionalInt alone(LeaseRecord lease) {
    OptionalInt decided = byHint(lease.hint());
    return decided.isPresent() ? decided : byPlace(lease.key());
  }

  private static OptionalInt id(Optional<Link> link) {
    return link.isPresent() ? OptionalInt.of(link.get().getId()) : OptionalInt.empty();
  }
}
