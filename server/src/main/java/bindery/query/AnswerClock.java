package bindery.query;

import bindery.model.DhcpTime;
import bindery.store.ReadPoint;
import java.util.function.LongSupplier;

/**
 * "Now" for one answer, in seconds since 2000: with base-time asked, the snapshot's cluster time
 * for the whole answer (S-72, S-73); otherwise cluster time at the read point and the monotonic
 * time since, so that no wall clock of this node moves a lifetime.
 */
final class AnswerClock {
  private static final long BASE_TIME_MAX = 0xffff_ffffL;

  private final boolean isFixed;
  private final long viewMillis;
  private final long pointMillis;
  private final long pointNanos;
  private final LongSupplier nanos;

  /**
   * The clock of one answer.
   *
   * @param isFixed whether base-time is asked for
   * @param viewMillis the snapshot's cluster time, milliseconds since 1970
   * @param point where "now" is counted from
   * @param nanos the monotonic clock of the read point
   */
  AnswerClock(boolean isFixed, long viewMillis, ReadPoint point, LongSupplier nanos) {
    this.isFixed = isFixed;
    this.viewMillis = viewMillis;
    this.pointMillis = point.clusterTimeMillis();
    this.pointNanos = point.sentNanos();
    this.nanos = nanos;
  }

  /** The base-time to send if one is asked for: what {@link #now} is then. */
  long base() {
    return Math.max(0, Math.min(DhcpTime.ofUnixMillis(viewMillis), BASE_TIME_MAX));
  }

  /** The instant that lifetimes and ages are counted from. */
  long now() {
    if (isFixed) {
      return base();
    }
    long elapsed = (nanos.getAsLong() - pointNanos) / 1_000_000;
    // The snapshot may hold entries later than the barrier.
    return DhcpTime.ofUnixMillis(Math.max(viewMillis, pointMillis + elapsed));
  }
}
