package bindery.feeder;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait for a server, how long to pause between failures, and when to give up: every
 * server once without much ado, then ever longer pauses, until there was no progress for too long.
 * No server gets more than its share of that time. Guarded by its stream.
 */
final class Patience {
  private static final long PAUSE_MILLIS_MIN = 50;
  private static final int DOUBLINGS_MAX = 5; // 1.6 s

  private final FeedOptions options;
  private final int servers;
  private int failuresInARow;
  private long troubleSinceNanos;
  private long awaitingSinceNanos;

  Patience(FeedOptions options, int servers) {
    this.options = options;
    this.servers = servers;
  }

  /** From {@code nowNanos} on an answer of the server is awaited. */
  void await(long nowNanos) {
    awaitingSinceNanos = nowNanos;
  }

  /** Something went well. */
  void progress() {
    failuresInARow = 0;
  }

  /**
   * What to say of a server whose answer is still awaited at {@code nowNanos}; null if it may take
   * longer.
   *
   * @param isOpened whether it has opened the session
   */
  @Nullable String silence(boolean isOpened, long nowNanos) {
    Duration own = isOpened ? options.ackTimeout() : options.openTimeout();
    long share = options.giveUpAfter().toNanos() / servers;
    long waited = nowNanos - awaitingSinceNanos;
    boolean isOver = failuresInARow > 0 && isTooLong(nowNanos);
    if (waited <= Math.min(own.toNanos(), share) && !isOver) {
      return null;
    }
    return (isOpened ? "no acknowledgement for " : "no session after ")
        + TimeUnit.NANOSECONDS.toMillis(waited)
        + " ms";
  }

  /**
   * Something failed at {@code nowNanos}; returns whether it is still worth trying again.
   *
   * @param wasAwaiting whether an answer was awaited, so that the trouble began with the waiting
   */
  boolean bears(boolean wasAwaiting, long nowNanos) {
    if (failuresInARow == 0) {
      troubleSinceNanos = wasAwaiting ? awaitingSinceNanos : nowNanos;
    }
    failuresInARow++;
    return !isTooLong(nowNanos);
  }

  private boolean isTooLong(long nowNanos) {
    return nowNanos - troubleSinceNanos > options.giveUpAfter().toNanos();
  }

  /** How long to wait before trying again. */
  long pauseMillis() {
    return PAUSE_MILLIS_MIN << Math.min(failuresInARow / servers, DOUBLINGS_MAX);
  }
}
