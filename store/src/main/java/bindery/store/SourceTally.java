package bindery.store;

import bindery.model.LeaseKey;
import bindery.store.SourceObservation.Unlinked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/** What was seen of one source. Guarded by its {@link Observations}. */
final class SourceTally {
  /** Things said of links that led nowhere, the last so many that differ. */
  static final int HINTS_MAX = 8;

  // A day: what was not said again since is taken for mended, as leases are renewed.
  private static final long HINT_SECONDS_MAX = 86_400;
  private static final int CLOCKS_MAX = 8;

  private long puts;
  private long relayedPuts;
  private final RecentShare relayed = new RecentShare();
  private final RecentShare withRelayId = new RecentShare();
  private long unlinked;
  private long takeovers;
  private final List<Hint> hints = new ArrayList<>(HINTS_MAX);
  // The last skews, in a ring.
  private final long[] skewsMillis = new long[CLOCKS_MAX];
  private long clocks;

  /** What was said of a link, with the lease that it was said of last. */
  private static final class Hint {
    LinkHint said;
    LeaseKey lease;
    long last;

    Hint(LinkHint said, LeaseKey lease, long last) {
      this.said = said;
      this.lease = lease;
      this.last = last;
    }

    void take(LinkHint saidNow, LeaseKey ofLease, long now) {
      said = saidNow;
      lease = ofLease;
      last = now;
    }
  }

  /** An exchange that puts a lease. */
  void put(boolean isRelayed, boolean hasRelayId) {
    puts++;
    relayed.add(isRelayed);
    if (isRelayed) {
      relayedPuts++;
      withRelayId.add(hasRelayId);
    }
  }

  /** A put whose lease is on no link, at that cluster time, seconds since 2000. */
  void unlinked(LinkHint said, LeaseKey lease, long now) {
    unlinked++;
    Hint oldest = null;
    for (Hint hint : hints) {
      if (hint.said.equals(said)) {
        hint.take(said, lease, now);
        return;
      }
      oldest = oldest == null || hint.last < oldest.last ? hint : oldest;
    }
    if (oldest == null || hints.size() < HINTS_MAX) {
      hints.add(new Hint(said, lease, now));
    } else {
      oldest.take(said, lease, now);
    }
  }

  /** A lease taken over. */
  void takeover() {
    takeovers++;
  }

  /** A batch that told the source's clock. */
  void clock(long skewMillis) {
    skewsMillis[(int) (clocks++ % CLOCKS_MAX)] = skewMillis;
  }

  // A batch that waited looks like a clock that is behind, and never like one that is ahead.
  private OptionalLong skewMillis() {
    OptionalLong most = OptionalLong.empty();
    for (int i = 0; i < Math.min(clocks, CLOCKS_MAX); i++) {
      most = OptionalLong.of(Math.max(skewsMillis[i], most.orElse(Long.MIN_VALUE)));
    }
    return most;
  }

  /** All of it, with those hints that lead nowhere still, as {@link Observations#of} says. */
  SourceObservation observation(LinkDecider links, long now) {
    List<Unlinked> open =
        hints.stream()
            .filter(hint -> now - hint.last <= HINT_SECONDS_MAX)
            .filter(
                hint -> links.byHint(hint.said).isEmpty() && links.byPlace(hint.lease).isEmpty())
            .sorted(Comparator.comparingLong((Hint hint) -> hint.last).reversed())
            .map(SourceTally::unlinked)
            .toList();
    return new SourceObservation(
        puts,
        relayedPuts,
        relayed.share(),
        withRelayId.share(),
        unlinked,
        open,
        takeovers,
        skewMillis());
  }

  private static Unlinked unlinked(Hint hint) {
    return new Unlinked(
        hint.said.hasSubnet() ? OptionalLong.of(hint.said.subnet()) : OptionalLong.empty(),
        hint.said.linkAddress(),
        hint.lease);
  }
}
