package bindery.store;

import bindery.log.v1.Rehome;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves leases to the link that is decided for them anew, after links were changed.
 *
 * <p>A client's bindings are taken by ascending link, whether a step of the job comes by or the
 * client's next exchange does: so what becomes of them does not hang on which of the two it was. A
 * binding that was done before is left as it is.
 */
final class Rehoming {
  private final RowReader rows;
  private final Overlay overlay;
  private final LinkDecider links;
  private final Set<Integer> changed;
  private final long now;
  private final Set<Duid> done = new HashSet<>();

  /**
   * For one entry.
   *
   * @param links decides by the topology that the entry finds or makes, and knows every source
   * @param job which links were changed
   * @param now cluster time, seconds since 2000
   */
  Rehoming(RowReader rows, Overlay overlay, LinkDecider links, Rehome job, long now) {
    this.rows = rows;
    this.overlay = overlay;
    this.links = links;
    changed = Set.copyOf(job.getChangedList());
    this.now = now;
  }

  /** Moves what an exchange meets: what its client holds, and what holders of its leases hold. */
  void ofExchange(ToldExchange told) {
    if (told.client() != null) {
      ofClient(told.client());
    }
    for (ToldExchange.ToldLease lease : told.leases()) {
      LeaseRow row = overlay.lease(lease.key());
      if (row != null && row.owner() != null) {
        ofClient(row.owner().client());
      }
    }
  }

  private void ofClient(Duid client) {
    if (!done.add(client)) {
      return;
    }
    List<BindingKey> keys = new ArrayList<>();
    try (RowRange range =
        rows.prefix(Family.CLIENT, Keys.clientPrefix(Keys.GLOBAL_SPACE, client))) {
      while (range.next()) {
        keys.add(Keys.parseClient(range.key()).binding());
      }
    }
    keys.forEach(key -> of(overlay.binding(key)));
  }

  /**
   * Moves what a binding holds and what does not belong there. Its place is decided for all its
   * leases before any moves, since one may follow another.
   *
   * @return about how many rows that writes; 0 if nothing moves
   */
  int of(BindingRecord from) {
    Map<LeaseKey, Integer> leaving = new LinkedHashMap<>();
    from.leases()
        .forEach((key, lease) -> leaving.put(key, links.anew(lease, from).orElse(left(from))));
    leaving.values().removeIf(link -> link == from.link());
    int cost = 0;
    for (Map.Entry<LeaseKey, Integer> move : leaving.entrySet()) {
      cost += move(from, move.getKey(), move.getValue());
    }
    return cost;
  }

  /**
   * Where a lease is left that nothing leads anywhere: on its link, unless that is a changed one.
   * What was told of it when it came there may since have been told otherwise.
   */
  private int left(BindingRecord from) {
    boolean stays =
        !changed.contains(from.link()) && links.topology().byId(from.link()).isPresent();
    return stays ? from.link() : LinkDecider.NO_LINK;
  }

  private int move(BindingRecord from, LeaseKey key, int link) {
    LeaseRecord lease = from.leases().get(key);
    BindingRecord to = overlay.binding(new BindingKey(link, from.client()));
    if (lease == null || to.leases().size() >= BindingRecord.LEASES_MAX) {
      return 0; // a row holds no more: it stays where it is, and is still found by its client
    }
    int cost = 1;
    if (to.leases().isEmpty() || from.cltt() > to.cltt()) {
      to.takeOwn(from);
      cost += Overlay.rowsOf(to);
    }
    to.setLastChange(now);
    from.setLastChange(now);
    overlay.put(to, lease, true);
    overlay.remove(from, key);
    if (from.leases().isEmpty()) {
      cost += Overlay.rowsOf(from);
      from.forget();
    }
    return cost;
  }
}
