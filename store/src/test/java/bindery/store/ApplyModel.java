package bindery.store;

import bindery.log.v1.Exchange;
import bindery.log.v1.ItemResult;
import bindery.log.v1.Lease;
import bindery.log.v1.Link;
import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import bindery.store.ApplyModelLinks.Hint;
import bindery.store.ApplyModelState.Ended;
import bindery.store.ApplyModelState.Held;
import bindery.store.ApplyModelState.Own;
import bindery.store.ApplyModelState.Told;
import bindery.v1.RejectReason;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules for leases and bindings, said as plainly as can be: three maps, and whole passes over
 * them. Instants are seconds since 2000.
 */
final class ApplyModel {
  private static final int NO_LINK = 0;

  private final Map<LeaseKey, Held> leases = new TreeMap<>();
  private final Map<LeaseKey, Ended> ended = new TreeMap<>();
  private final Map<BindingKey, Own> bindings = new TreeMap<>();
  private final Map<String, String> sourceNames = new TreeMap<>();
  private ApplyModelLinks links = new ApplyModelLinks(Map.of(), sourceNames);

  Map<LeaseKey, Held> leases() {
    return leases;
  }

  Map<LeaseKey, Ended> ended() {
    return ended;
  }

  Map<BindingKey, Own> bindings() {
    return bindings;
  }

  /** The sources that there are now, and what they are called. */
  Map<String, String> sourceNames() {
    return sourceNames;
  }

  ApplyModelLinks links() {
    return links;
  }

  private static Bytes bytes(ByteString octets) {
    return Bytes.of(octets.toByteArray());
  }

  private static LeaseKey key(Lease lease) {
    Ipv6Address address = Ipv6Address.of(lease.getAddress().toByteArray());
    return new LeaseKey(
        LeaseKey.Kind.of(lease.getKind()), new Ipv6Prefix(address, lease.getPrefixLength()));
  }

  /** Whether it names a link that there is not. */
  boolean isRejected(Exchange exchange) {
    return !exchange.getLink().isEmpty() && !links.byName().containsKey(exchange.getLink());
  }

  /** What became of an exchange; null if it was accepted as it stood. */
  ItemResult.@Nullable Builder exchange(Exchange exchange, Told by) {
    if (isRejected(exchange)) {
      return ItemResult.newBuilder()
          .setOutcome(ItemResult.Outcome.REJECTED)
          .setReason(RejectReason.UNKNOWN_LINK_VALUE);
    }
    Duid client = exchange.getClient().isEmpty() ? null : new Duid(bytes(exchange.getClient()));
    return new OneExchange(exchange, by, client).apply();
  }

  /** One exchange: all is judged by what was held before it, then all is changed. */
  private final class OneExchange {
    final Exchange exchange;
    final Told by;
    final @Nullable Duid client;
    final long clt;
    final Hint hint;
    final Set<BindingKey> spokenOf = new TreeSet<>();

    OneExchange(Exchange exchange, Told by, @Nullable Duid client) {
      this.exchange = exchange;
      this.by = by;
      this.client = client;
      clt = DhcpTime.ofUnixSeconds(exchange.getCltt());
      hint =
          new Hint(
              exchange.getLink(),
              exchange.hasSubnetId() ? by.source() : "",
              exchange.getSubnetId(),
              exchange.getLinkAddress());
    }

    ItemResult.@Nullable Builder apply() {
      ItemResult.Builder stale = ItemResult.newBuilder().setOutcome(ItemResult.Outcome.STALE);
      if (exchange.getLeasesCount() == 0) {
        OptionalInt link = links.byHint(hint);
        BindingKey key = new BindingKey(link.orElse(NO_LINK), known());
        Own own = bindings.get(key);
        if (link.isEmpty() || own == null || !isNotOlderThan(own.clt())) {
          return stale;
        }
        bindings.put(key, said(own));
        return null;
      }
      List<Integer> decided = decideLinks();
      List<Boolean> applies = exchange.getLeasesList().stream().map(this::judge).toList();
      Map<BindingKey, Own> before = Map.copyOf(bindings);
      for (int i = 0; i < exchange.getLeasesCount(); i++) {
        Lease lease = exchange.getLeases(i);
        if (applies.get(i)) {
          change(lease, key(lease), decided.get(i));
        } else {
          stale.addStaleLeases(i);
          mark(lease, key(lease));
        }
      }
      for (BindingKey key : spokenOf) {
        if (isNotOlderThan(before.getOrDefault(key, Own.NONE).clt())) {
          bindings.compute(key, (same, own) -> said(own == null ? Own.NONE : own));
        }
      }
      dropEmpty();
      return stale.getStaleLeasesCount() == 0 ? null : stale;
    }

    Duid known() {
      if (client == null) {
        throw new IllegalStateException("an exchange of nobody");
      }
      return client;
    }

    Own said(Own own) {
      Set<Duid> relayIds =
          exchange.getRelayIdsList().stream()
              .map(id -> new Duid(bytes(id)))
              .collect(Collectors.toSet());
      Set<RemoteId> remoteIds =
          exchange.getRemoteIdsList().stream()
              .map(id -> new RemoteId(bytes(id)))
              .collect(Collectors.toSet());
      boolean relayed = exchange.getRelayed();
      return new Own(
          clt,
          by.now(),
          bytes(exchange.getRelayData()),
          bytes(exchange.getOptions()),
          relayed ? relayIds : own.relayIds(),
          relayed ? remoteIds : own.remoteIds());
    }

    // By CLT.

    boolean isNewerThan(long held) {
      return clt > held || (held > by.now() && !exchange.getCopy());
    }

    boolean isNotOlderThan(long held) {
      return isNewerThan(held) || (clt == held && !exchange.getCopy());
    }

    boolean judge(Lease lease) {
      Held held = leases.get(key(lease));
      Ended over = ended.get(key(lease));
      boolean own = held != null && isOwn(held);
      boolean decline = lease.getEndReason() == Lease.EndReason.DECLINED;
      return switch (lease.getOperation()) {
        case PUT -> {
          if (held != null) {
            yield isNewerThan(held.clt())
                || (isNotOlderThan(held.clt()) && held.feeder().equals(by.feeder()));
          }
          yield over == null
              || isNewerThan(over.clt())
              || (clt == over.clt() && over.isMere(by))
              || (isNotOlderThan(over.clt())
                  && (over.feeder().equals(by.feeder())
                      || (over.client() != null && !over.client().equals(client))));
        }
        case END -> {
          if (held == null) {
            yield over == null || isNewerThan(over.clt());
          }
          boolean may = own || decline;
          boolean wins = own || client == null || held.feeder().equals(by.feeder());
          yield may && (isNewerThan(held.clt()) || (isNotOlderThan(held.clt()) && wins));
        }
        case SEEN -> own && held != null && isNotOlderThan(ownOf(held).clt());
        case UNRECOGNIZED -> throw new IllegalStateException();
      };
    }

    boolean isOwn(Held held) {
      return held.binding().client().equals(client);
    }

    Own ownOf(Held held) {
      return bindings.getOrDefault(held.binding(), Own.NONE);
    }

    // Links.

    List<Integer> decideLinks() {
      List<Integer> decided = new ArrayList<>();
      int beside = NO_LINK;
      for (Lease lease : exchange.getLeasesList()) {
        int link = decideLink(key(lease));
        decided.add(link);
        if (beside == NO_LINK && lease.getKind() == LeaseKey.Kind.ADDRESS.code()) {
          beside = link;
        }
      }
      int other = beside;
      return decided.stream().map(link -> link == NO_LINK ? other : link).toList();
    }

    int decideLink(LeaseKey key) {
      OptionalInt told = links.byHint(hint);
      Held held = leases.get(key);
      if (told.isPresent()) {
        return told.getAsInt();
      }
      if (held != null && held.binding().link() != NO_LINK) {
        return held.binding().link();
      }
      return links.byPlace(key).orElse(NO_LINK);
    }

    // Changes.

    void change(Lease lease, LeaseKey key, int link) {
      Held held = leases.get(key);
      switch (lease.getOperation()) {
        case PUT -> {
          BindingKey target = new BindingKey(link, known());
          if (held != null) {
            touch(held.binding());
          }
          long from = Math.min(DhcpTime.ofUnixSeconds(lease.getGranted()), by.now());
          long validEnd = end(from, lease.getValid());
          leases.put(
              key,
              new Held(
                  target,
                  clt,
                  by.feeder(),
                  by.sequence(),
                  DhcpTime.ofUnixSeconds(lease.getGranted()),
                  Math.min(validEnd, end(from, lease.getPreferred())),
                  validEnd,
                  held == null ? hint : links.kept(held.hint(), hint),
                  held != null && isOwn(held)
                      ? held.markedBy(by.source(), by.generation()).holders()
                      : Map.of(by.source(), by.generation())));
          ended.remove(key);
          touch(target);
          spokenOf.add(target);
        }
        case END -> {
          if (held != null) {
            touch(held.binding());
            leases.remove(key);
          }
          Duid whose = held == null ? client : held.binding().client();
          ended.put(key, new Ended(whose, clt, by.feeder(), by.sequence(), by.now()));
          boolean spoke =
              lease.getEndReason() == Lease.EndReason.RELEASED
                  || lease.getEndReason() == Lease.EndReason.DECLINED;
          if (held != null && isOwn(held) && spoke) {
            spokenOf.add(held.binding());
          }
        }
        case SEEN -> {
          mark(lease, key);
          if (held != null) {
            spokenOf.add(held.binding());
          }
        }
        case UNRECOGNIZED -> throw new IllegalStateException();
      }
    }

    void touch(BindingKey key) {
      bindings.put(key, bindings.getOrDefault(key, Own.NONE).changedAt(by.now()));
    }

    void mark(Lease lease, LeaseKey key) {
      Held held = leases.get(key);
      if (held != null && isOwn(held) && lease.getOperation() != Lease.Operation.END) {
        leases.put(key, held.markedBy(by.source(), by.generation()));
      }
    }
  }

  private static long end(long from, int lifetime) {
    return DhcpTime.end(from, Integer.toUnsignedLong(lifetime));
  }

  void dropEmpty() {
    bindings.keySet().retainAll(leases.values().stream().map(Held::binding).toList());
  }

  /** The leases of a binding. */
  Map<LeaseKey, Held> leasesOf(BindingKey binding) {
    Map<LeaseKey, Held> found = new TreeMap<>();
    leases.forEach(
        (key, held) -> {
          if (held.binding().equals(binding)) {
            found.put(key, held);
          }
        });
    return found;
  }

  /** Puts the links in the place of those before. */
  void relink(Map<String, Link> changed) {
    links = new ApplyModelLinks(changed, sourceNames);
  }

  /** Moves what a binding holds to where it is decided to be now; whether any moved. */
  boolean rehome(BindingKey from, Set<Integer> changed, long now) {
    Map<LeaseKey, Integer> decided = new TreeMap<>();
    leasesOf(from).forEach((key, held) -> decided.put(key, decideAnew(key, held, changed)));
    decided.values().removeIf(link -> link == from.link());
    Own own = bindings.getOrDefault(from, Own.NONE);
    decided.forEach(
        (key, link) -> {
          BindingKey to = new BindingKey(link, from.client());
          Own there = bindings.getOrDefault(to, Own.NONE);
          boolean taken = leasesOf(to).isEmpty() || own.clt() > there.clt();
          bindings.put(to, (taken ? own : there).changedAt(now));
          bindings.computeIfPresent(from, (same, left) -> left.changedAt(now));
          leases.computeIfPresent(key, (same, held) -> held.at(to));
        });
    dropEmpty();
    return !decided.isEmpty();
  }

  /** Moves all that the client holds. */
  void rehomeClient(Duid client, Set<Integer> changed, long now) {
    List.copyOf(bindings.keySet()).stream()
        .filter(key -> key.client().equals(client))
        .forEach(key -> rehome(key, changed, now));
  }

  /** Who holds the leases, and who is told to be the client of the exchange. */
  Set<Duid> met(Exchange exchange) {
    Set<Duid> clients = new TreeSet<>();
    if (!exchange.getClient().isEmpty()) {
      clients.add(new Duid(bytes(exchange.getClient())));
    }
    for (Lease lease : exchange.getLeasesList()) {
      Held held = leases.get(key(lease));
      if (held != null) {
        clients.add(held.binding().client());
      }
    }
    return clients;
  }

  private int decideAnew(LeaseKey key, Held held, Set<Integer> changed) {
    OptionalInt alone = links.alone(key, held.hint());
    if (alone.isPresent()) {
      return alone.getAsInt();
    }
    for (Map.Entry<LeaseKey, Held> other : leasesOf(held.binding()).entrySet()) {
      OptionalInt beside = links.alone(other.getKey(), other.getValue().hint());
      if (other.getKey().kind() == LeaseKey.Kind.ADDRESS
          && other.getValue().clt() == held.clt()
          && beside.isPresent()) {
        return beside.getAsInt();
      }
    }
    int link = held.binding().link();
    return links.isThere(link) && !changed.contains(link) ? link : NO_LINK;
  }
}
