package bindery.kea;

import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.v1.Link;
import bindery.v1.Prefix;
import bindery.v1.SourceSubnet;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Joins the links of a Kea configuration with those that a cluster has.
 *
 * <p>A link of the configuration joins the held one that has one of its prefixes, so that the two
 * servers of an HA pair, whose names for it differ, have one link; else the held one of its name,
 * if that has one of its subnets; else it is new. Joining adds prefixes, pools, aliases and
 * subnets, and never takes any away.
 */
public final class LinkMerge {
  private final String source;
  private final Map<String, Draft> drafts = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private LinkMerge(String source, List<Link> held) {
    this.source = source;
    for (Link link : held) {
      drafts.put(link.getName(), new Draft(link));
    }
  }

  /**
   * What is to be put.
   *
   * @param changes links to put, in the order of the configuration; none of them twice
   * @param unchanged how many links of the configuration are held already as they are
   * @param problems what contradicts the held links, a sentence each; put nothing then
   */
  public record Plan(List<Change> changes, int unchanged, List<String> problems) {
    /** Copies the lists. */
    public Plan {
      changes = List.copyOf(changes);
      problems = List.copyOf(problems);
    }
  }

  /**
   * One put.
   *
   * @param link as it shall be
   * @param heldVersion the version it was worked out from, 0 for a new link
   */
  public record Change(Link link, long heldVersion) {}

  /**
   * Works out the puts.
   *
   * @param source the name under which that Kea feeds
   */
  public static Plan plan(List<KeaLink> links, String source, List<Link> held) {
    LinkMerge merge = new LinkMerge(source, held);
    Set<String> touched = new LinkedHashSet<>();
    for (KeaLink link : links) {
      merge.join(link, touched);
    }
    List<Change> changes = new ArrayList<>();
    int unchanged = 0;
    for (String name : touched) {
      Draft draft = merge.draft(name);
      if (draft.isChanged()) {
        changes.add(new Change(draft.link(), draft.held.getVersion()));
      } else {
        unchanged++;
      }
    }
    return new Plan(changes, unchanged, merge.problems);
  }

  private Draft draft(String name) {
    return drafts.computeIfAbsent(
        name, absent -> new Draft(Link.newBuilder().setName(absent).build()));
  }

  private void join(KeaLink link, Set<String> touched) {
    List<String> sharing =
        drafts.entrySet().stream()
            .filter(entry -> link.prefixes().stream().anyMatch(entry.getValue().prefixes::contains))
            .map(Map.Entry::getKey)
            .toList();
    if (sharing.size() > 1) {
      problems.add(
          link.name()
              + " has prefixes of the links "
              + String.join(" and ", sharing)
              + " (expected one link; delete the others first, their bindings move to this one)");
      return;
    }
    String name = sharing.isEmpty() ? link.name() : sharing.get(0);
    Draft held = drafts.get(name);
    if (sharing.isEmpty() && held != null && link.subnetIds().stream().noneMatch(held::has)) {
      problems.add(
          link.name()
              + ": there is a link of that name with other prefixes, "
              + held.prefixes
              + " (expected "
              + link.prefixes()
              + "; rename one of them)");
      return;
    }
    for (Long id : link.subnetIds()) {
      drafts.forEach(
          (other, draft) -> {
            if (!other.equals(name) && draft.has(id)) {
              problems.add(
                  "subnet " + source + ":" + id + " stands on link " + other + ", not on " + name);
            }
          });
    }
    draft(name).add(link);
    touched.add(name);
  }

  private final class Draft {
    private final Link held;
    private final Set<Ipv6Prefix> prefixes = new TreeSet<>();
    private final Set<Ipv6Prefix> pools = new TreeSet<>();
    private final Set<Ipv6Address> aliases = new TreeSet<>();
    private final Set<Long> ownSubnets = new TreeSet<>();

    private Draft(Link held) {
      this.held = held;
      held.getPrefixesList().forEach(prefix -> prefixes.add(model(prefix)));
      held.getPoolsList().forEach(pool -> pools.add(model(pool)));
      held.getAliasesList().forEach(alias -> aliases.add(Ipv6Address.of(alias.toByteArray())));
      for (SourceSubnet subnet : held.getSubnetsList()) {
        if (subnet.getSource().equals(source)) {
          ownSubnets.add(subnet.getSubnetId());
        }
      }
    }

    private boolean has(Long subnetId) {
      return ownSubnets.contains(subnetId);
    }

    private void add(KeaLink link) {
      prefixes.addAll(link.prefixes());
      pools.addAll(link.pools());
      ownSubnets.addAll(link.subnetIds());
      // An address within the prefixes leads here anyway.
      link.relays().stream()
          .filter(relay -> prefixes.stream().noneMatch(prefix -> prefix.contains(relay)))
          .forEach(aliases::add);
    }

    private boolean isChanged() {
      Draft before = new Draft(held);
      return held.getVersion() == 0
          || !prefixes.equals(before.prefixes)
          || !pools.equals(before.pools)
          || !aliases.equals(before.aliases)
          || !ownSubnets.equals(before.ownSubnets);
    }

    private Link link() {
      Link.Builder link = Link.newBuilder().setName(held.getName());
      prefixes.forEach(prefix -> link.addPrefixes(proto(prefix)));
      pools.forEach(pool -> link.addPools(proto(pool)));
      aliases.forEach(alias -> link.addAliases(ByteString.copyFrom(alias.toArray())));
      held.getSubnetsList().stream()
          .filter(subnet -> !subnet.getSource().equals(source))
          .forEach(link::addSubnets);
      ownSubnets.forEach(
          id -> link.addSubnets(SourceSubnet.newBuilder().setSource(source).setSubnetId(id)));
      return link.build();
    }
  }

  private static Ipv6Prefix model(Prefix prefix) {
    return new Ipv6Prefix(Ipv6Address.of(prefix.getAddress().toByteArray()), prefix.getLength());
  }

  private static Prefix proto(Ipv6Prefix prefix) {
    return Prefix.newBuilder()
        .setAddress(ByteString.copyFrom(prefix.address().toArray()))
        .setLength(prefix.length())
        .build();
  }
}
