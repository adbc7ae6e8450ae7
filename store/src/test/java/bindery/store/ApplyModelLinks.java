package bindery.store;

import bindery.log.v1.Link;
import bindery.log.v1.Prefix;
import bindery.log.v1.SourceSubnet;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Links by name, and which of them a lease is on: asked of every link in turn. */
final class ApplyModelLinks {
  /**
   * What was said of a lease's link; of the subnet only if {@code source} is not empty.
   *
   * @param source as {@link ApplyModelState.Told#source}
   * @param linkAddress empty if none was given
   */
  record Hint(String name, String source, long subnet, ByteString linkAddress) {
    boolean saysNothing() {
      return name.isEmpty() && source.isEmpty() && linkAddress.isEmpty();
    }
  }

  private final Map<String, Link> byName;
  private final Map<String, String> sourceNames;

  /**
   * For these links.
   *
   * @param sourceNames the names of the sources that there are now; kept, and asked again
   */
  ApplyModelLinks(Map<String, Link> links, Map<String, String> sourceNames) {
    byName = new TreeMap<>(links);
    this.sourceNames = sourceNames;
  }

  Map<String, Link> byName() {
    return byName;
  }

  Collection<Link> all() {
    return byName.values();
  }

  private static Ipv6Prefix prefix(Prefix prefix) {
    return new Ipv6Prefix(address(prefix.getAddress()), prefix.getLength());
  }

  private static Ipv6Address address(ByteString octets) {
    return Ipv6Address.of(octets.toByteArray());
  }

  private static List<Ipv6Prefix> onLink(Link link) {
    Stream<Ipv6Prefix> aliases =
        link.getAliasesList().stream().map(alias -> new Ipv6Prefix(address(alias), 128));
    return Stream.concat(link.getPrefixesList().stream().map(ApplyModelLinks::prefix), aliases)
        .toList();
  }

  private static List<Ipv6Prefix> pools(Link link) {
    return link.getPoolsList().stream().map(ApplyModelLinks::prefix).toList();
  }

  // Length of the longest range around it of any link; -1 if none is around it.
  private int longest(Ipv6Prefix what, Function<Link, List<Ipv6Prefix>> ranges) {
    return all().stream()
        .flatMap(link -> ranges.apply(link).stream())
        .filter(range -> range.contains(what))
        .mapToInt(Ipv6Prefix::length)
        .max()
        .orElse(-1);
  }

  // The one link with a range of that length around it.
  private OptionalInt only(Ipv6Prefix what, int length, Function<Link, List<Ipv6Prefix>> ranges) {
    Set<Integer> ids = new HashSet<>();
    for (Link link : all()) {
      for (Ipv6Prefix range : ranges.apply(link)) {
        if (range.length() == length && range.contains(what)) {
          ids.add(link.getId());
        }
      }
    }
    return ids.size() == 1 ? OptionalInt.of(ids.iterator().next()) : OptionalInt.empty();
  }

  OptionalInt byHint(Hint hint) {
    Link named = byName.get(hint.name());
    if (named != null) {
      return OptionalInt.of(named.getId());
    }
    String source = sourceNames.getOrDefault(hint.source(), "");
    SourceSubnet subnet = ApplyFixture.subnet(source, hint.subnet());
    for (Link link : all()) {
      if (!source.isEmpty() && link.getSubnetsList().contains(subnet)) {
        return OptionalInt.of(link.getId());
      }
    }
    if (hint.linkAddress().isEmpty()) {
      return OptionalInt.empty();
    }
    Ipv6Prefix at = new Ipv6Prefix(address(hint.linkAddress()), 128);
    return only(at, longest(at, ApplyModelLinks::onLink), ApplyModelLinks::onLink);
  }

  /** The later, unless it leads nowhere and the earlier somewhere. */
  Hint kept(Hint earlier, Hint later) {
    boolean isLost = byHint(later).isEmpty() && byHint(earlier).isPresent();
    return later.saysNothing() || isLost ? earlier : later;
  }

  OptionalInt alone(LeaseKey key, Hint hint) {
    OptionalInt told = byHint(hint);
    return told.isPresent() ? told : byPlace(key);
  }

  boolean isThere(int link) {
    return all().stream().anyMatch(known -> known.getId() == link);
  }

  OptionalInt byPlace(LeaseKey lease) {
    int onLink = longest(lease.prefix(), ApplyModelLinks::onLink);
    int pool = longest(lease.prefix(), ApplyModelLinks::pools);
    return pool > onLink
        ? only(lease.prefix(), pool, ApplyModelLinks::pools)
        : only(lease.prefix(), onLink, ApplyModelLinks::onLink);
  }
}
