package bindery.feeder;

import java.time.Duration;

/**
 * How long to pause between failures, and when to give up: every server once without much ado, then
 * ever longer pauses, until there was no progress for too long. Guarded by its stream.
 */
final class Patience {
  private static final long PAUSE_MILLIS_MIN = 50;
  private static final int DOUBLINGS_MAX = 5; // 1.6 s

  private final Duration giveUpAfter;
  private final int servers;
  private int failuresInARow;
  private long troubleSinceNanos;

  Patience(Duration giveUpAfter, int servers) {
    this.giveUpAfter = giveUpAfter;
    this.servers = servers;
  }

  /** Something went well. */
  void progress() {
    failuresInARow = 0;
  }

  /** Something failed at {@code nowNanos}; returns whether it is still worth trying again. */
  boolean bears(long nowNanos) {
    if (failuresInARow == 0) {
      troubleSinceNanos = nowNanos;
    }
    failuresInARow++;
    return nowNanos - troubleSinceNanos <= giveUpAfter.toNanos();
  }

  /** How long to wait before trying again. */
  long pauseMillis() {
    return PAUSE_MILLIS_MIN << Math.min(failuresInARow / servers, DOUBLINGS_MAX);
  }
}
