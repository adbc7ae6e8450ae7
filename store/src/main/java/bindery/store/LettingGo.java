package bindery.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Takes holders off leases; one that nobody holds any more ends. */
final class LettingGo {
  private final Overlay overlay;
  private final Predicate<Holder> goes;
  private final @Nullable Holder absentFrom;
  private final long now;

  /**
   * For one step.
   *
   * @param goes which holders are taken off
   * @param absentFrom the source and the generation of its sync that are silent of what ends: its
   *     order outlives it, so that the rest of that sync cannot bring it back. Null if nothing is
   *     to be left, since who told it is forgotten
   * @param now cluster time, seconds since 2000
   */
  LettingGo(Overlay overlay, Predicate<Holder> goes, @Nullable Holder absentFrom, long now) {
    this.overlay = overlay;
    this.goes = goes;
    this.absentFrom = absentFrom;
    this.now = now;
  }

  /** Takes them off a lease; returns about how many rows that writes. */
  int of(BindingRecord binding, LeaseRecord lease) {
    List<Holder> staying = new ArrayList<>(lease.holders());
    if (!staying.removeIf(goes)) {
      return 0;
    }
    int cost = staying.isEmpty() ? end(binding, lease) : keep(binding, lease, staying);
    return cost + Overlay.rowsOf(binding);
  }

  private int keep(BindingRecord binding, LeaseRecord lease, List<Holder> staying) {
    overlay.put(binding, lease.withHolders(staying), false);
    return 1;
  }

  private int end(BindingRecord binding, LeaseRecord lease) {
    overlay.remove(binding, lease.key());
    if (absentFrom != null) {
      overlay.bury(
          lease.key(),
          new Tombstone(
              binding.client(), lease.cltt(), lease.feeder(), lease.sequence(), now, absentFrom));
    } else {
      overlay.free(lease.key());
    }
    binding.setLastChange(now);
    return 2;
  }
}
