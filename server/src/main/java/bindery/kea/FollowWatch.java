package bindery.kea;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.v1.StatusResponse;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how the following goes: a line a minute if anything changed, a warning while the cluster
 * acknowledges nothing, and that it goes on again. One thread.
 */
final class FollowWatch {
  private static final Logger LOG = LoggerFactory.getLogger(FollowWatch.class);

  /** How often to look. */
  static final Duration EVERY = Duration.ofSeconds(1);

  private static final long STANDSTILL_SECONDS = 10;
  private static final Duration REPORT_EVERY = Duration.ofMinutes(1);
  private static final Duration WARN_EVERY = Duration.ofMinutes(10);

  private final RowTally tally;
  private final FollowState state;
  private final AdminClient cluster;
  private final Consumer<String> teller;
  private final LongSupplier nanoClock;
  private String reported = "";
  private long reportedNanos;
  private boolean isStanding;
  private long warnedNanos;

  /** Of that follower. */
  FollowWatch(
      RowTally tally,
      FollowState state,
      AdminClient cluster,
      Consumer<String> teller,
      LongSupplier nanoClock) {
    this.tally = tally;
    this.state = state;
    this.cluster = cluster;
    this.teller = teller;
    this.nanoClock = nanoClock;
    reportedNanos = nanoClock.getAsLong();
  }

  /** Looks, and says what there is to say; asks the cluster if it stands still. */
  void look() throws InterruptedException {
    long now = nanoClock.getAsLong();
    long seconds = Math.max(tally.waitingSeconds(), state.waitingSeconds());
    if (seconds < STANDSTILL_SECONDS) {
      if (isStanding) {
        LOG.warn("event=feed_goes_on the cluster acknowledges again");
      }
      isStanding = false;
    } else if (!isStanding || now - warnedNanos >= WARN_EVERY.toNanos()) {
      isStanding = true;
      warnedNanos = now;
      LOG.warn(
          "event=feed_waits no acknowledgement for {} s: waits, and reads no more than it may keep"
              + " ({})",
          seconds,
          reason());
    }
    if (now - reportedNanos >= REPORT_EVERY.toNanos()) {
      reportedNanos = now;
      String report = report();
      if (!report.equals(reported)) {
        reported = report;
        teller.accept(report);
      }
    }
  }

  /** How it stands, in one line. */
  String report() {
    return tally.counts().text()
        + ", behind "
        + state.behind()
        + " octets, gaps "
        + state.gaps()
        + ", resyncs "
        + state.resyncs();
  }

  private String reason() throws InterruptedException {
    try {
      StatusResponse status = cluster.status();
      return "node "
          + status.getNode()
          + " answers, leader "
          + (status.getLeader().isEmpty() ? "none" : status.getLeader());
    } catch (ApiException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
