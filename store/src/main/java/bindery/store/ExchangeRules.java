package bindery.store;

import bindery.log.v1.Exchange;
import bindery.log.v1.ItemResult;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.store.ToldExchange.ToldLease;
import bindery.v1.RejectReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange does to the bindings: for each address or prefix the newest telling wins, and
 * the binding's own CLT, relay data, ids and options follow the newest exchange.
 *
 * <p>First everything is looked up and judged, then everything is changed, so that an item that is
 * rejected has changed nothing.
 */
final class ExchangeRules {
  private final Overlay overlay;
  private final LinkDecider links;
  private final @Nullable Rehoming rehoming;
  private final Observations observations;
  private final long now;

  /**
   * The rules for one entry.
   *
   * @param rehoming moves what an exchange meets to where it belongs first, while the job that does
   *     so for all is not done; null if there is none
   * @param observations shown every exchange that is not rejected
   * @param now cluster time, seconds since 2000
   */
  ExchangeRules(
      Overlay overlay,
      LinkDecider links,
      @Nullable Rehoming rehoming,
      Observations observations,
      long now) {
    this.overlay = overlay;
    this.links = links;
    this.rehoming = rehoming;
    this.observations = observations;
    this.now = now;
  }

  /**
   * Applies an exchange.
   *
   * @return null if it was accepted as it stood
   */
  ItemResult.@Nullable Builder apply(Exchange message, Teller teller) {
    try {
      return apply(ToldExchange.of(message), teller);
    } catch (RejectedException e) {
      return ItemResult.newBuilder()
          .setOutcome(ItemResult.Outcome.REJECTED)
          .setReason(e.reason().getNumber())
          .setMessage(String.valueOf(e.getMessage()));
    }
  }

  private ItemResult.@Nullable Builder apply(ToldExchange told, Teller teller)
      throws RejectedException {
    if (!told.linkName().isEmpty() && links.topology().byName(told.linkName()).isEmpty()) {
      throw new RejectedException(
          RejectReason.UNKNOWN_LINK,
          "no link named " + told.linkName() + " (expected one that bindery link list shows)");
    }
    if (rehoming != null) {
      rehoming.ofExchange(told);
    }
    LinkHint hint = told.hint(teller.source());
    OptionalInt link = links.byHint(hint);
    Freshness freshness = new Freshness(told.cltt(), told.copy(), teller, now);
    if (told.leases().isEmpty()) {
      return seen(told, link, freshness);
    }
    List<LeaseStep> steps = look(told, link);
    judge(told, steps, freshness);
    checkRoom(told, steps);
    observations.exchange(told, hint, steps, teller, now);
    return change(told, steps, teller, hint, freshness);
  }

  /** An exchange that names no lease moves what is the binding's own. */
  private ItemResult.@Nullable Builder seen(
      ToldExchange told, OptionalInt link, Freshness freshness) {
    Duid client = told.client();
    if (link.isPresent() && client != null) {
      BindingRecord binding = overlay.binding(new BindingKey(link.getAsInt(), client));
      if (!binding.leases().isEmpty() && freshness.beats(binding.cltt())) {
        takeOwn(binding, told);
        overlay.changed(binding);
        return null;
      }
    }
    return ItemResult.newBuilder().setOutcome(ItemResult.Outcome.STALE);
  }

  private List<LeaseStep> look(ToldExchange told, OptionalInt link) {
    List<LeaseStep> steps = new ArrayList<>(told.leases().size());
    int beside = LinkDecider.NO_LINK;
    for (ToldLease lease : told.leases()) {
      LeaseStep step = new LeaseStep(lease);
      find(step, told.client(), link);
      step.link = link.isPresent() ? link.getAsInt() : linkOf(step);
      if (beside == LinkDecider.NO_LINK && lease.key().kind() == LeaseKey.Kind.ADDRESS) {
        beside = step.link;
      }
      steps.add(step);
    }
    for (LeaseStep step : steps) {
      if (step.link == LinkDecider.NO_LINK) {
        step.link = beside;
      }
    }
    return steps;
  }

  /**
   * Finds who holds the lease: most often the binding that the link leads to, at no further read.
   */
  private void find(LeaseStep step, @Nullable Duid client, OptionalInt link) {
    LeaseKey key = step.told.key();
    if (client != null && link.isPresent()) {
      BindingRecord likely = overlay.binding(new BindingKey(link.getAsInt(), client));
      LeaseRecord held = likely.leases().get(key);
      if (held != null) {
        step.holder = likely;
        step.held = held;
        return;
      }
    }
    LeaseRow row = overlay.lease(key);
    if (row == null) {
      return;
    }
    step.ended = row.tombstone();
    BindingKey owner = row.owner();
    if (owner != null) {
      BindingRecord holder = overlay.binding(owner);
      LeaseRecord held = holder.leases().get(key);
      if (held == null) {
        throw new StoreException(
            "the lease row of "
                + key
                + " names "
                + owner
                + ", which does not hold it; "
                + StoreException.REMEDY);
      }
      step.holder = holder;
      step.held = held;
    }
  }

  private int linkOf(LeaseStep step) {
    if (step.holder != null && step.holder.link() != LinkDecider.NO_LINK) {
      return step.holder.link();
    }
    return links.byPlace(step.told.key()).orElse(LinkDecider.NO_LINK);
  }

  private static void judge(ToldExchange told, List<LeaseStep> steps, Freshness freshness) {
    for (LeaseStep step : steps) {
      step.applies =
          switch (step.told.operation()) {
            case PUT -> judgePut(step, told.client(), freshness);
            case END -> judgeEnd(step, told.client(), freshness);
            case SEEN -> isOf(told.client(), step.holder) && freshness.beats(clttOf(step.holder));
            case UNRECOGNIZED -> false;
          };
    }
  }

  private static boolean judgePut(LeaseStep step, @Nullable Duid client, Freshness freshness) {
    if (client == null) {
      return false;
    }
    if (step.held != null) {
      return freshness.putBeats(step.held);
    }
    return step.ended == null || freshness.putBeats(step.ended, client);
  }

  private static boolean judgeEnd(LeaseStep step, @Nullable Duid client, Freshness freshness) {
    if (step.held != null && step.holder != null) {
      return freshness.endBeats(step.held, client, step.holder.client(), step.told.isDecline());
    }
    return step.ended == null ? !freshness.copy() : freshness.endBeats(step.ended);
  }

  private static long clttOf(@Nullable BindingRecord binding) {
    return binding == null ? Long.MAX_VALUE : binding.cltt();
  }

  private static boolean isOf(@Nullable Duid client, @Nullable BindingRecord binding) {
    return binding != null && binding.client().equals(client);
  }

  /** A binding is one row: it holds no more leases than a row may. Notes where one begins. */
  private void checkRoom(ToldExchange told, List<LeaseStep> steps) throws RejectedException {
    Map<Integer, Integer> added = new HashMap<>();
    for (LeaseStep step : steps) {
      if (step.applies && step.told.operation() == bindery.log.v1.Lease.Operation.PUT) {
        BindingRecord target = target(told, step);
        step.startsBinding = target.leases().isEmpty();
        if (!target.leases().containsKey(step.told.key())
            && target.leases().size() + added.merge(step.link, 1, Integer::sum)
                > BindingRecord.LEASES_MAX) {
          throw new RejectedException(
              RejectReason.TOO_MANY_LEASES,
              "more than "
                  + BindingRecord.LEASES_MAX
                  + " leases of "
                  + target.key()
                  + " (expected fewer)");
        }
      }
    }
  }

  private BindingRecord target(ToldExchange told, LeaseStep step) {
    Duid client = told.client();
    if (client == null) {
      throw new IllegalStateException("a put without a client was judged to apply");
    }
    return overlay.binding(new BindingKey(step.link, client));
  }

  private ItemResult.@Nullable Builder change(
      ToldExchange told, List<LeaseStep> steps, Teller teller, LinkHint hint, Freshness freshness) {
    ItemResult.Builder stale = ItemResult.newBuilder().setOutcome(ItemResult.Outcome.STALE);
    Set<BindingRecord> spoken = new LinkedHashSet<>();
    for (int i = 0; i < steps.size(); i++) {
      LeaseStep step = steps.get(i);
      if (!step.applies) {
        stale.addStaleLeases(i);
        mark(step, told.client(), teller);
        continue;
      }
      switch (step.told.operation()) {
        case PUT -> spoken.add(put(told, step, teller, hint));
        case END -> {
          end(told, step, teller);
          addSpoken(spoken, told, step);
        }
        case SEEN -> {
          mark(step, told.client(), teller);
          addSpoken(spoken, told, step);
        }
        case UNRECOGNIZED -> throw new IllegalStateException("judged to apply");
      }
    }
    for (BindingRecord binding : spoken) {
      if (freshness.beats(binding.cltt())) {
        takeOwn(binding, told);
        overlay.changed(binding);
      }
    }
    for (LeaseStep step : steps) {
      // Another exchange of the same entry must find what one of a later entry would: nothing.
      if (step.holder != null && step.holder.leases().isEmpty()) {
        step.holder.forget();
      }
    }
    return stale.getStaleLeasesCount() == 0 ? null : stale;
  }

  private static void addSpoken(Set<BindingRecord> spoken, ToldExchange told, LeaseStep step) {
    if (step.holder != null && isOf(told.client(), step.holder) && step.told.isExchange()) {
      spoken.add(step.holder);
    }
  }

  private BindingRecord put(ToldExchange told, LeaseStep step, Teller teller, LinkHint hint) {
    ToldLease lease = step.told;
    BindingRecord target = target(told, step);
    LinkHint kept = hint;
    List<Holder> holders = List.of(new Holder(teller.source(), teller.generation()));
    BindingRecord holder = step.holder;
    if (step.held != null && holder != null) {
      kept = links.kept(step.held.hint(), hint);
      if (holder.client().equals(target.client())) {
        holders = marked(step.held.holders(), teller);
      }
      if (!holder.key().equals(target.key())) {
        overlay.remove(holder, lease.key());
        holder.setLastChange(now);
      }
    }
    boolean isNew = !target.leases().containsKey(lease.key());
    // A source whose clock is ahead grants from now, not for longer than it said.
    long from = Math.min(lease.granted(), now);
    overlay.put(
        target,
        new LeaseRecord(
            lease.key(),
            lease.iaid(),
            lease.granted(),
            DhcpTime.end(from, lease.preferred()),
            DhcpTime.end(from, lease.valid()),
            told.cltt(),
            kept,
            teller.feeder(),
            teller.sequence(),
            holders,
            lease.options(),
            lease.poolId(),
            lease.hostname()),
        isNew);
    target.setLastChange(now);
    if (step.startsBinding) {
      takeOwn(target, told);
    }
    return target;
  }

  private void end(ToldExchange told, LeaseStep step, Teller teller) {
    LeaseKey key = step.told.key();
    Duid client = told.client();
    if (step.holder != null) {
      client = step.holder.client();
      overlay.remove(step.holder, key);
      step.holder.setLastChange(now);
    }
    overlay.bury(key, new Tombstone(client, told.cltt(), teller.feeder(), teller.sequence(), now));
  }

  /** A source that tells of a lease holds it, also where what it tells is not newer. */
  private void mark(LeaseStep step, @Nullable Duid client, Teller teller) {
    if (step.held == null
        || step.holder == null
        || !isOf(client, step.holder)
        || step.told.operation() == bindery.log.v1.Lease.Operation.END) {
      return;
    }
    List<Holder> holders = marked(step.held.holders(), teller);
    if (!holders.equals(step.held.holders())) {
      overlay.put(step.holder, step.held.withHolders(holders), false);
    }
  }

  private static List<Holder> marked(List<Holder> holders, Teller teller) {
    List<Holder> marked = new ArrayList<>(holders.size() + 1);
    Holder self = new Holder(teller.source(), teller.generation());
    boolean placed = false;
    for (Holder holder : holders) {
      if (!placed && holder.source() >= self.source()) {
        marked.add(self);
        placed = true;
      }
      if (holder.source() != self.source()) {
        marked.add(holder);
      }
    }
    if (!placed) {
      marked.add(self);
    }
    return marked;
  }

  /**
   * What the newest exchange says of the client as a whole. A relayed one replaces relay data,
   * relay-IDs and remote-IDs; a direct one drops relay data and leaves the ids, which are those of
   * the most recent Relay-Forward (RFC 5460 5.3.3).
   */
  private void takeOwn(BindingRecord binding, ToldExchange told) {
    binding.setCltt(told.cltt());
    binding.setRelayData(told.relayData());
    binding.setOptions(told.options());
    if (told.relayed()) {
      binding.relayIds().clear();
      binding.relayIds().addAll(told.relayIds());
      binding.remoteIds().clear();
      binding.remoteIds().addAll(told.remoteIds());
    }
    if (!told.hardwareAddress().isEmpty()) {
      binding.setHardwareAddress(told.hardwareAddress());
    }
    binding.setLastChange(now);
  }
}
