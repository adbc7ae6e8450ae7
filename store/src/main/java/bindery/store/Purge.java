package bindery.store;

import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.log.v1.StepResult;
import bindery.model.DhcpTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Forgets what ended longer ago than ends are kept for: leases that ran out, and tombstones. What a
 * silent source held is kept, since nobody told how it went on.
 *
 * <p>Goes by the rows of {@code expiry} that are due, some in each step: each is deleted, or comes
 * back for a later instant, so that a step needs no cursor.
 */
final class Purge {
  /** When what is kept for a silent source is looked at again, after ends are kept for. */
  private static final long AGAIN_SECONDS = 600;

  private final RowReader rows;
  private final Overlay overlay;
  private final Set<Integer> silent = new HashSet<>();
  private final long cutoff;
  private final JobLimits limits;
  private final long now;

  /**
   * For one step.
   *
   * @param sources all of them
   * @param now cluster time, seconds since 2000
   */
  Purge(
      RowReader rows,
      Overlay overlay,
      List<Source> sources,
      Settings settings,
      JobLimits limits,
      long now) {
    this.rows = rows;
    this.overlay = overlay;
    this.limits = limits;
    this.now = now;
    cutoff = cutoff(settings, now);
    for (Source source : sources) {
      if (Silence.isSilent(source, settings, 1_000 * DhcpTime.toUnixSeconds(now))) {
        silent.add(source.getId());
      }
    }
  }

  private static long cutoff(Settings settings, long now) {
    return Math.max(0, now - StoreSettings.retainEndedSeconds(settings));
  }

  /** Whether some row is due. */
  static boolean isDue(RowReader rows, Settings settings, long now) {
    try (RowRange range = due(rows, cutoff(settings, now))) {
      return range.next();
    }
  }

  private static RowRange due(RowReader rows, long cutoff) {
    return rows.range(Family.EXPIRY, new byte[0], Keys.expiryFrom(cutoff));
  }

  /** Takes one step. */
  StepResult step() {
    int visited = 0;
    int writes = 0;
    boolean done = true;
    try (RowRange range = due(rows, cutoff)) {
      while (range.next()) {
        if (visited >= limits.reads() || writes >= limits.writes()) {
          done = false;
          break;
        }
        visited++;
        writes += visit(Keys.parseExpiry(range.key()));
      }
    }
    return StepResult.newBuilder()
        .setTaken(true)
        .setVisited(visited)
        .setChanged(visited)
        .setDone(done)
        .build();
  }

  private int visit(Keys.ExpiryKey expiry) {
    if (expiry.binding() != null) {
      return forgetEnded(overlay.binding(expiry.binding()));
    }
    if (expiry.lease() != null) {
      overlay.free(expiry.lease());
    }
    return 2;
  }

  private int forgetEnded(BindingRecord binding) {
    int cost = 0;
    boolean keepsForSilent = false;
    for (LeaseRecord lease : List.copyOf(binding.leases().values())) {
      if (lease.validEnd() < cutoff) {
        if (lease.holders().stream().anyMatch(holder -> silent.contains(holder.source()))) {
          keepsForSilent = true;
        } else {
          overlay.remove(binding, lease.key());
          overlay.free(lease.key());
          cost++;
        }
      }
    }
    cost += Overlay.rowsOf(binding) + 2;
    overlay.arm(binding, keepsForSilent ? now + AGAIN_SECONDS : 0);
    return cost;
  }
}
