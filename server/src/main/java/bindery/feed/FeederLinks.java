package bindery.feed;

import bindery.log.v1.Link;
import bindery.log.v1.SourceSubnet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which a feeder that is bound to sources may put links: those that nobody else uses,
 * and of others no more than its own subnets. So a connector can keep the links of its server in
 * step, and one feeder cannot rewrite what another's leases stand on.
 */
final class FeederLinks {
  private FeederLinks() {}

  /**
   * Why a link may not be put; empty if it may.
   *
   * @param held the link of that name as it is; null if there is none
   */
  static Optional<String> obstacle(Set<String> sources, @Nullable Link held, Link put) {
    if (put.getSubnetsList().stream().noneMatch(subnet -> isOwn(sources, subnet))) {
      return Optional.of("names no subnet of " + String.join(", ", sources));
    }
    if (!others(sources, put).isEmpty() && held == null) {
      return Optional.of("names subnets of other sources");
    }
    if (held == null) {
      return Optional.empty();
    }
    boolean isShared = held.getSubnetsCount() == 0 || !others(sources, held).isEmpty();
    if (isShared && !withoutSubnets(held).equals(withoutSubnets(put))) {
      return Optional.of("is not its own alone, and would get other prefixes, pools or aliases");
    }
    return Set.copyOf(others(sources, held)).equals(Set.copyOf(others(sources, put)))
        ? Optional.empty()
        : Optional.of("would get other subnets of other sources");
  }

  private static boolean isOwn(Set<String> sources, SourceSubnet subnet) {
    return sources.contains(subnet.getSource());
  }

  private static List<SourceSubnet> others(Set<String> sources, Link link) {
    return link.getSubnetsList().stream().filter(subnet -> !isOwn(sources, subnet)).toList();
  }

  private static List<Set<?>> withoutSubnets(Link link) {
    return List.of(
        Set.copyOf(link.getPrefixesList()),
        Set.copyOf(link.getPoolsList()),
        Set.copyOf(link.getAliasesList()));
  }
}
