package bindery.raft;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log, once for each change, when this node's clock is off. One thread. */
final class ClockWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);
  // Less than what is off, so that a clock at the edge is not told of each second.
  private static final long CHANGE_MILLIS = 1_000;

  private long toldMillis;
  private boolean toldWaits;

  /**
   * Looks once.
   *
   * @param offsetMillis this node's clock less the median, of a majority heard within 10 s
   */
  void look(long offsetMillis) {
    if (isNews(offsetMillis)) {
      if (toldMillis == 0) {
        LOG.info(
            "event=clock-right this node's clock is {} ms off the median of the members' clocks",
            offsetMillis);
      } else {
        LOG.warn(
            "event=clock-off offset-millis={} this node's clock is {} the median of the members'"
                + " clocks: check its time synchronization",
            offsetMillis,
            offsetMillis > 0 ? "ahead of" : "behind");
      }
    }
  }

  /** Looks whether this node leads and proposes nothing, since it does not know the time. */
  void lookWhetherItWaits(boolean waits) {
    if (waits && !toldWaits) {
      LOG.warn(
          "event=clock-unknown this node leads, but has not heard the clocks of a majority:"
              + " proposals wait until it has");
    }
    toldWaits = waits;
  }

  /** Whether that is to be told, and then notes it as told. */
  boolean isNews(long offsetMillis) {
    boolean off = ReplicaStatus.isClockOff(offsetMillis);
    boolean right = Math.abs(offsetMillis) < CHANGE_MILLIS;
    boolean news =
        off ? Math.abs(offsetMillis - toldMillis) >= CHANGE_MILLIS : right && toldMillis != 0;
    if (news) {
      toldMillis = off ? offsetMillis : 0;
    }
    return news;
  }
}
