package bindery.feeder;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How a feeder's stream behaves.
 *
 * @param windowItems the most items put and not yet acknowledged; {@code put} blocks beyond
 * @param windowBytes the most octets of them, encoded; one item more than that may be in flight
 * @param openTimeout how long a server may take to open a session before the next is tried
 * @param ackTimeout how long a server may keep items without any acknowledgement before the next is
 *     tried
 * @param giveUpAfter how long the stream goes on trying without any progress; each server is waited
 *     for no longer than its share of this
 * @param sourceClockMillis the source's own clock, milliseconds since 1970, asked once a batch; 0
 *     where it is not known
 */
public record FeedOptions(
    int windowItems,
    int windowBytes,
    Duration openTimeout,
    Duration ackTimeout,
    Duration giveUpAfter,
    LongSupplier sourceClockMillis) {
  /** What suits an import: 16,384 items or 4 MiB in flight, a minute without progress. */
  public static final FeedOptions DEFAULT =
      new FeedOptions(
          16_384,
          4 << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          () -> 0);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a window or a time is not positive
   */
  public FeedOptions {
    if (windowItems < 1 || windowBytes < 1) {
      throw new IllegalArgumentException(
          "a window of " + windowItems + " items and " + windowBytes + " octets (expected >= 1)");
    }
    for (Duration time : new Duration[] {openTimeout, ackTimeout, giveUpAfter}) {
      if (time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException("a time of " + time + " (expected > 0)");
      }
    }
  }

  /** The same with another time to go on trying. */
  public FeedOptions withGiveUpAfter(Duration time) {
    return new FeedOptions(
        windowItems, windowBytes, openTimeout, ackTimeout, time, sourceClockMillis);
  }

  /** The same with other times for a server to open a session, and to acknowledge. */
  public FeedOptions withTimeouts(Duration open, Duration ack) {
    return new FeedOptions(windowItems, windowBytes, open, ack, giveUpAfter, sourceClockMillis);
  }

  /** The same with another window. */
  public FeedOptions withWindow(int items, int bytes) {
    return new FeedOptions(items, bytes, openTimeout, ackTimeout, giveUpAfter, sourceClockMillis);
  }

  /** The same with the source's clock. */
  public FeedOptions withSourceClock(LongSupplier millis) {
    return new FeedOptions(windowItems, windowBytes, openTimeout, ackTimeout, giveUpAfter, millis);
  }
}
