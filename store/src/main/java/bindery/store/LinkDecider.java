package bindery.store;

import bindery.log.v1.Link;
import bindery.log.v1.Source;
import bindery.model.LeaseKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides which link a lease is on, by what was told of it: the link's name, else the source's own
 * subnet id, else the innermost link-address (RFC 8415 13.1), else where the lease lies.
 */
final class LinkDecider {
  /** The link of what fits none. */
  static final int NO_LINK = 0;

  private final Topology topology;
  private final Map<Integer, String> sourceNames = new HashMap<>();

  LinkDecider(Topology topology, List<Source> sources) {
    this.topology = topology;
    sources.forEach(source -> sourceNames.put(source.getId(), source.getName()));
  }

  /** Tells the name of a source, which its subnet ids are looked up with. */
  void name(int source, String name) {
    sourceNames.put(source, name);
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
      String source = sourceNames.get(hint.source());
      link = source == null ? Optional.empty() : topology.ofSubnet(source, hint.subnet());
    }
    if (link.isEmpty() && hint.linkAddress() != null) {
      link = topology.ofLinkAddress(hint.linkAddress());
    }
    return id(link);
  }

  /** The link whose prefix or pool holds the lease. */
  OptionalInt byPlace(LeaseKey lease) {
    return id(topology.ofLease(lease));
  }

  /**
   * The link of a lease that is held, decided anew: by its hint, its place, or an address of the
   * same exchange in its binding.
   */
  int anew(LeaseRecord lease, BindingRecord binding) {
    OptionalInt decided = alone(lease);
    if (decided.isPresent()) {
      return decided.getAsInt();
    }
    for (LeaseRecord other : binding.leases().values()) {
      if (other.key().kind() == LeaseKey.Kind.ADDRESS && other.cltt() == lease.cltt()) {
        OptionalInt beside = alone(other);
        if (beside.isPresent()) {
          return beside.getAsInt();
        }
      }
    }
    return NO_LINK;
  }

  private OptionalInt alone(LeaseRecord lease) {
    OptionalInt decided = byHint(lease.hint());
    return decided.isPresent() ? decided : byPlace(lease.key());
  }

  private static OptionalInt id(Optional<Link> link) {
    return link.isPresent() ? OptionalInt.of(link.get().getId()) : OptionalInt.empty();
  }
}
