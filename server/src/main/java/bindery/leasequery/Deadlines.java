package bindery.leasequery;

import java.time.Duration;

/**
 * Since when a connection waits for the rest of a frame, or for a query at all. Belongs to the
 * connection's event loop; instants are of the monotonic clock.
 */
final class Deadlines {
  private static final long TICK_MILLIS_MIN = 5;
  private static final long TICK_MILLIS_MAX = 1_000;

  // Since when an unfinished frame is waited for; 0 if none is.
  private long frameNanos;
  private long idleNanos = System.nanoTime();

  /** How often they are to be looked at: a part of the shortest. */
  static long tickMillis(Duration dataTimeout, LeasequeryLimits limits) {
    long shortest =
        Math.min(
            Math.min(dataTimeout.toMillis(), limits.idleTimeout().toMillis()),
            limits.maxAnswerTime().toMillis());
    return Math.max(TICK_MILLIS_MIN, Math.min(TICK_MILLIS_MAX, shortest / 8));
  }

  /** Octets of a frame are there, and the missing ones are read as they come. */
  void frameAwaited() {
    if (frameNanos == 0) {
      frameNanos = System.nanoTime();
    }
  }

  /** The frame is whole, or this end does not read: its sender is not waited for. */
  void frameNotAwaited() {
    frameNanos = 0;
  }

  /** From now on no query is outstanding. */
  void idleBegun() {
    idleNanos = System.nanoTime();
  }

  /** Whether the rest of a frame has been waited for longer than that (S-06). */
  boolean isFrameOverdue(long now, Duration dataTimeout) {
    return frameNanos != 0 && now - frameNanos > dataTimeout.toNanos();
  }

  /** Whether, with no query outstanding, none came for longer than that (S-10, T-23). */
  boolean isIdleOverdue(long now, Duration idleTimeout) {
    return frameNanos == 0 && now - idleNanos > idleTimeout.toNanos();
  }
}
