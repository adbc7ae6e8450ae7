package bindery.store;

import bindery.log.v1.DeleteLink;
import bindery.log.v1.Link;
import bindery.log.v1.LinkResult;
import bindery.log.v1.PutLink;
import bindery.log.v1.Refusal;
import bindery.log.v1.Source;
import bindery.log.v1.SourceSubnet;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts and deletes of links. Bindings whose decided link changes by it move in the same write, as
 * long as they are few; a change that would touch more is refused, and changes nothing.
 */
final class LinkChanges {
  /** The most rows that one entry reads beyond its own updates. */
  static final int ROWS_READ_MAX = 20_000;

  /** The most bindings that one entry moves. */
  static final int BINDINGS_MOVED_MAX = 2_000;

  private final RowReader rows;
  private final Topology before;
  private final List<Source> sources;
  private final long now;

  LinkChanges(RowReader rows, Topology before, List<Source> sources, long now) {
    this.rows = rows;
    this.before = before;
    this.sources = sources;
    this.now = now;
  }

  /** What became of a change: its result, or why it was refused. */
  record Change(@Nullable LinkResult result, @Nullable Refusal refusal) {}

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
  Change put(PutLink request, RowBatch batch, Overlay overlay, CarriedIds carried) {
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
      long moved = rehome(held, link, overlay);
      batch.put(Family.LINK, Keys.link(id), MetaRow.message(link));
      overlay.writeTo(batch, carried);
      return done(link, moved);
    } catch (RefusedException e) {
      batch.clear();
      return new Change(null, e.refusal);
    }
  }

  /** Deletes a link. */
  Change delete(DeleteLink request, RowBatch batch, Overlay overlay, CarriedIds carried) {
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
      long moved = rehome(held, null, overlay);
      batch.delete(Family.LINK, Keys.link(held.getId()));
      overlay.writeTo(batch, carried);
      return done(held, moved);
    } catch (RefusedException e) {
      return new Change(null, e.refusal);
    }
  }

  private static Change done(Link link, long moved) {
    return new Change(LinkResult.newBuilder().setLink(link).setBindingsMoved(moved).build(), null);
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

  /** Moves every lease whose decided link changes. Returns how many bindings were touched. */
  private long rehome(@Nullable Link held, @Nullable Link link, Overlay overlay)
      throws RefusedException {
    List<Link> links = new ArrayList<>(before.links());
    if (held != null) {
      links.removeIf(other -> other.getId() == held.getId());
    }
    if (link != null) {
      links.add(link);
    }
    LinkDecider decider = new LinkDecider(Topology.of(links), sources);
    List<Move> moving = new ArrayList<>();
    int read = 0;
    for (byte[] prefix : candidates(held, link)) {
      try (RowRange range = rows.prefix(Family.BINDING, prefix)) {
        while (range.next()) {
          if (++read > ROWS_READ_MAX) {
            throw tooMany("read more than " + ROWS_READ_MAX + " bindings");
          }
          BindingRecord binding = BindingCodec.decode(BindingKey.of(range.key(), 0), range.value());
          Map<LeaseKey, Integer> leaving = leaving(binding, decider);
          if (!leaving.isEmpty()) {
            moving.add(new Move(binding, leaving));
            if (moving.size() > BINDINGS_MOVED_MAX) {
              throw tooMany("move more than " + BINDINGS_MOVED_MAX + " bindings");
            }
          }
        }
      }
    }
    for (Move move : moving) {
      move(overlay.take(move.from()), move.leaving(), overlay);
    }
    return moving.size();
  }

  private static RefusedException tooMany(String what) {
    return new RefusedException(
        Refusal.Code.TOO_MANY_ROWS,
        "the change would "
            + what
            + " in one entry; put the links before the bindings are fed, or change fewer prefixes"
            + " at once");
  }

  /** Leases that leave a binding, each with the link it goes to. */
  private record Move(BindingRecord from, Map<LeaseKey, Integer> leaving) {}

  // Decided for all bindings before any moves, since one lease may follow another.
  private static Map<LeaseKey, Integer> leaving(BindingRecord binding, LinkDecider decider) {
    Map<LeaseKey, Integer> decided = new LinkedHashMap<>();
    binding.leases().forEach((key, lease) -> decided.put(key, decider.anew(lease, binding)));
    decided.values().removeIf(link -> link == binding.link());
    return decided;
  }

  private void move(BindingRecord from, Map<LeaseKey, Integer> leaving, Overlay overlay) {
    for (Map.Entry<LeaseKey, Integer> move : leaving.entrySet()) {
      LeaseRecord lease = from.leases().get(move.getKey());
      if (lease == null) {
        throw new IllegalStateException(from + " lost " + move.getKey() + " before it moved");
      }
      int link = move.getValue();
      BindingRecord to = overlay.binding(new BindingKey(link, from.client()));
      if (to.leases().size() >= BindingRecord.LEASES_MAX) {
        continue; // a row holds no more: it stays where it is, and is still found by its client
      }
      if (to.leases().isEmpty() || from.cltt() > to.cltt()) {
        to.takeOwn(from);
      }
      to.setLastChange(now);
      from.setLastChange(now);
      overlay.put(to, lease, true);
      overlay.remove(from, lease.key());
    }
  }

  /**
   * Key prefixes in {@code binding} of all whose link the change may decide anew: on the link
   * itself, on none, and on every link that shares a range with it.
   */
  private List<byte[]> candidates(@Nullable Link held, @Nullable Link link) {
    if (held != null && link != null && isSame(held, link)) {
      return List.of();
    }
    if (link != null && gainsSubnetOfKnownSource(held, link)) {
      return List.of(new byte[0]);
    }
    Set<Integer> ids = new TreeSet<>();
    ids.add(LinkDecider.NO_LINK);
    if (held != null) {
      ids.add(held.getId());
    }
    if (link != null) {
      before.links().stream()
          .filter(other -> overlaps(other, link))
          .forEach(other -> ids.add(other.getId()));
    }
    return ids.stream().map(Keys::linkPrefix).toList();
  }

  private static boolean isSame(Link held, Link link) {
    return held.toBuilder().clearVersion().build().equals(link.toBuilder().clearVersion().build());
  }

  /**
   * A lease keeps the subnet it was told with: a subnet put on a link may call it from anywhere.
   */
  private boolean gainsSubnetOfKnownSource(@Nullable Link held, Link link) {
    return link.getSubnetsList().stream()
        .filter(subnet -> held == null || !held.getSubnetsList().contains(subnet))
        .anyMatch(subnet -> sources.stream().anyMatch(s -> s.getName().equals(subnet.getSource())));
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
