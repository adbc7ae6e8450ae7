package bindery.leasequery;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many datagrams each requestor sent within the present second (U-15). One thread.
 *
 * <p>Memory is bounded: of more than {@value #REQUESTORS_MAX} requestors in one second the further
 * ones are not let through.
 */
final class RequestorRate {
  /** Requestors told apart within one second. */
  static final int REQUESTORS_MAX = 10_000;

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int most;
  private final LongSupplier nanos;
  private final Map<InetAddress, Integer> counts = new HashMap<>();
  private long begunNanos;

  /**
   * None yet.
   *
   * @param most let through in a second, of each
   * @param nanos a monotonic clock
   */
  RequestorRate(int most, LongSupplier nanos) {
    this.most = most;
    this.nanos = nanos;
    begunNanos = nanos.getAsLong();
  }

  /** Whether one more from there is let through. */
  boolean admits(InetAddress requestor) {
    long now = nanos.getAsLong();
    if (now - begunNanos >= SECOND_NANOS) {
      begunNanos = now;
      counts.clear();
    }
    if (counts.size() >= REQUESTORS_MAX && !counts.containsKey(requestor)) {
      return false;
    }
    return counts.merge(requestor, 1, Integer::sum) <= most;
  }
}
