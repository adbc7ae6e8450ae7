package bindery.leasequery;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps requestors from filling the log: some notices a second are let through over all
 * connections, the others are counted. Any thread.
 */
final class NoticeLimit {
  /** Notices let through in a second. */
  static final int PER_SECOND = 5;

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanos;
  private long begunNanos;
  private int count;
  private long leftOut;

  /** By that monotonic clock. */
  NoticeLimit(LongSupplier nanos) {
    this.nanos = nanos;
    begunNanos = nanos.getAsLong();
  }

  /** Asks for one notice: whether it is to be written. */
  synchronized boolean admits() {
    long now = nanos.getAsLong();
    if (now - begunNanos >= SECOND_NANOS) {
      begunNanos = now;
      count = 0;
    }
    if (count >= PER_SECOND) {
      leftOut++;
      return false;
    }
    count++;
    return true;
  }

  /** How many were left out since this was asked last. */
  synchronized long takeLeftOut() {
    long taken = leftOut;
    leftOut = 0;
    return taken;
  }
}
