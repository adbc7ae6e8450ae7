package bindery.store;

import bindery.log.v1.DeleteLink;
import bindery.log.v1.Link;
import bindery.log.v1.PutLink;
import bindery.log.v1.Refusal;
import bindery.log.v1.SourceSubnet;
import bindery.model.Ipv6Prefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts and deletes of links. The entry changes the link at once and begins the job that moves the
 * leases whose link is decided anew by it; where there are few, its first step is the last.
 */
final class LinkChanges {
  private final RowReader rows;
  private final Topology before;

  LinkChanges(RowReader rows, Topology before) {
    this.rows = rows;
    this.before = before;
  }

  /**
   * What became of a change: the link as it is put or was deleted, or why it was refused.
   *
   * @param after the topology that holds from here on; null if it was refused
   * @param affected links that leases may leave or come to; empty if none
   */
  record Change(
      @Nullable Link link,
      @Nullable Topology after,
      Set<Integer> affected,
      @Nullable Refusal refusal) {}

  /** A change that cannot be made. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    RefusedException(Refusal.Code code, String message) {
      super(message, null, false, false);
      refusal = Refusal.newBuilder().setCode(code).setMessage(message).build();
    }
  }

  /** Makes or replaces a link. */
  Change put(PutLink request, RowBatch batch) {
    try {
      Link asked = request.getLink();
      Link held = before.byName(asked.getName()).orElse(null);
      checkVersion(
          asked.getName(),
          held,
          request.hasExpectedVersion()
              ? OptionalLong.of(request.getExpectedVersion())
              : OptionalLong.empty());
      checkWellFormed(asked);
      checkSubnets(asked);
      int id = held == null ? nextId(batch) : held.getId();
      Link link =
          asked.toBuilder().setId(id).setVersion(held == null ? 1 : held.getVersion() + 1).build();
      batch.put(Family.LINK, Keys.link(id), MetaRow.message(link));
      return changed(link, held, link);
    } catch (RefusedException e) {
      return new Change(null, null, Set.of(), e.refusal);
    }
  }

  /** Deletes a link. */
  Change delete(DeleteLink request, RowBatch batch) {
    try {
      Link held = before.byName(request.getName()).orElse(null);
      if (held == null) {
        throw new RefusedException(Refusal.Code.NOT_FOUND, "no link named " + request.getName());
      }
      checkVersion(
          request.getName(),
          held,
          request.hasExpectedVersion()
              ? OptionalLong.of(request.getExpectedVersion())
              : OptionalLong.empty());
      batch.delete(Family.LINK, Keys.link(held.getId()));
      return changed(held, held, null);
    } catch (RefusedException e) {
      return new Change(null, null, Set.of(), e.refusal);
    }
  }

  private Change changed(Link told, @Nullable Link held, @Nullable Link link) {
    List<Link> links = new ArrayList<>(before.links());
    links.removeIf(other -> other.getId() == told.getId());
    if (link != null) {
      links.add(link);
    }
    return new Change(told, Topology.of(links), affected(held, link), null);
  }

  private static void checkVersion(String name, @Nullable Link held, OptionalLong expected)
      throws RefusedException {
    long version = held == null ? 0 : held.getVersion();
    if (expected.isPresent() && expected.getAsLong() != version) {
      throw new RefusedException(
          Refusal.Code.VERSION_MISMATCH,
          "link " + name + " has version " + version + " (expected " + expected.getAsLong() + ")");
    }
  }

  private static void checkWellFormed(Link link) throws RefusedException {
    try {
      if (Topology.of(List.of(link)).byName("").isPresent()) {
        throw new RefusedException(Refusal.Code.CONFLICT, "a link without a name");
      }
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Refusal.Code.CONFLICT, "link " + link.getName() + ": " + e.getMessage());
    }
  }

  private void checkSubnets(Link link) throws RefusedException {
    for (SourceSubnet subnet : link.getSubnetsList()) {
      Optional<Link> other = before.ofSubnet(subnet.getSource(), subnet.getSubnetId());
      if (other.isPresent() && !other.get().getName().equals(link.getName())) {
        throw new RefusedException(
            Refusal.Code.CONFLICT,
            "subnet "
                + subnet.getSource()
                + "/"
                + subnet.getSubnetId()
                + " is on link "
                + other.get().getName()
                + " (expected on no other; take it from there first)");
      }
    }
  }

  private int nextId(RowBatch batch) {
    long id = MetaRow.readNumber(rows, MetaKey.LINK_ID) + 1;
    batch.put(Family.META, MetaKey.LINK_ID.octets(), MetaRow.number(id));
    return (int) id;
  }

  /**
   * The link itself, and every other that shares a range with what it was or is. All of them if a
   * lease may be called here from anywhere, or go there: by a name that was given before, by a
   * subnet id, by an alias, or since the link is no more.
   */
  private Set<Integer> affected(@Nullable Link held, @Nullable Link link) {
    if (held != null && link != null && isSame(held, link)) {
      return Set.of();
    }
    Set<Integer> ids = new TreeSet<>();
    if (reachesAll(held, link)) {
      before.links().forEach(other -> ids.add(other.getId()));
    }
    for (Link changed : Arrays.asList(held, link)) {
      if (changed != null) {
        ids.add(changed.getId());
        before.links().stream()
            .filter(other -> overlaps(other, changed))
            .forEach(other -> ids.add(other.getId()));
      }
    }
    return ids;
  }

  private boolean reachesAll(@Nullable Link held, @Nullable Link link) {
    if (link == null) {
      return true;
    }
    if (held == null) {
      boolean isAnyDeleted = link.getId() > before.links().size() + 1;
      return isAnyDeleted || link.getSubnetsCount() > 0 || link.getAliasesCount() > 0;
    }
    return !held.getSubnetsList().equals(link.getSubnetsList())
        || !held.getAliasesList().equals(link.getAliasesList());
  }

  private static boolean isSame(Link held, Link link) {
    return held.toBuilder().clearVersion().build().equals(link.toBuilder().clearVersion().build());
  }

  private static boolean overlaps(Link other, Link link) {
    List<Ipv6Prefix> theirs = ranges(other);
    return ranges(link).stream()
        .anyMatch(ours -> theirs.stream().anyMatch(t -> t.contains(ours) || ours.contains(t)));
  }

  private static List<Ipv6Prefix> ranges(Link link) {
    List<Ipv6Prefix> ranges = new ArrayList<>();
    link.getPrefixesList().forEach(prefix -> ranges.add(Topology.of(prefix)));
    link.getPoolsList().forEach(pool -> ranges.add(Topology.of(pool)));
    link.getAliasesList().forEach(alias -> ranges.add(new Ipv6Prefix(Topology.of(alias), 128)));
    return ranges;
  }
}
