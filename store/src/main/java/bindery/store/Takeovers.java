package bindery.store;

import bindery.model.LeaseKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Leases that one source took from another within the last day. One takeover is what a failover may
 * leave behind; a second one of the same lease is a fight. It is over when twice the time between
 * its last two takeovers, or ten minutes if that is more, has passed without a further one.
 *
 * <p>Keeps at most {@value #LEASES_MAX} leases. While all of them are of the last day no further
 * one is taken in: where many are taken over, those kept come round again. Guarded by its {@link
 * Observations}.
 */
final class Takeovers {
  /** The most leases that are kept. */
  static final int LEASES_MAX = 1_000;

  private static final long DAY_SECONDS = 86_400;
  private static final long PEACE_SECONDS_MIN = 600;

  // The lease that was taken over last at the end.
  private final Map<LeaseKey, History> leases = new LinkedHashMap<>(16, 0.75f, true);

  /** The takeovers of one lease. */
  private static final class History {
    int from;
    int by;
    long count;
    long last;
    long gapSeconds;
  }

  /** A lease was taken over at that cluster time, seconds since 2000. */
  void add(LeaseKey lease, int from, int by, long now) {
    History history = leases.get(lease);
    if (history == null || now - history.last > DAY_SECONDS) {
      if (history == null && leases.size() >= LEASES_MAX && !forgetOldest(now)) {
        return;
      }
      history = new History();
      leases.put(lease, history);
    } else {
      history.gapSeconds = now - history.last;
    }
    history.from = from;
    history.by = by;
    history.count++;
    history.last = now;
  }

  private boolean forgetOldest(long now) {
    Iterator<History> oldest = leases.values().iterator();
    if (now - oldest.next().last <= DAY_SECONDS) {
      return false;
    }
    oldest.remove();
    return true;
  }

  /** The fights that go on at that cluster time, seconds since 2000. */
  List<LeaseFight> fights(long now) {
    return leases.entrySet().stream()
        .filter(entry -> isFight(entry.getValue(), now))
        .map(
            entry ->
                new LeaseFight(
                    entry.getKey(),
                    entry.getValue().from,
                    entry.getValue().by,
                    entry.getValue().count))
        .toList();
  }

  private static boolean isFight(History history, long now) {
    return history.count >= 2
        && now - history.last <= Math.max(PEACE_SECONDS_MIN, 2 * history.gapSeconds);
  }
}
