package bindery.leasequery;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The word to the operator that a connection is dropped since it made too little way, with what it
 * made and what was expected. Counted too. Any thread.
 *
 * @param requestor the other end
 */
record StallNotice(InetSocketAddress requestor, LeasequeryStats stats) {
  private static final Logger LOG = LoggerFactory.getLogger(StallNotice.class);

  private static final String DATA_TIMEOUT =
      "leasequery.data-timeout, or data-timeout of its entry";

  /** A frame lacks so many octets after the time-out (S-06). */
  void ofFrame(int missing, Duration timeout) {
    stats.countStalled();
    LOG.warn(
        "event=frame_stalled from={} missing={} limit_ms={} option=\"{}\"",
        requestor,
        missing,
        timeout.toMillis(),
        DATA_TIMEOUT);
  }

  /** The answers moved so many octets within the time-out, fewer than the least (S-07). */
  void ofAnswers(long moved, int least, Duration timeout) {
    stats.countStalled();
    LOG.warn(
        "event=answer_stalled from={} moved={} expected={} limit_ms={} option=\"{}\"",
        requestor,
        moved,
        least,
        timeout.toMillis(),
        "leasequery.least-progress, " + DATA_TIMEOUT);
  }
}
