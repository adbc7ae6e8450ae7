package bindery.client;

import java.time.Duration;

/**
 * How often, and after which waits, a {@link Requestor} tries again.
 *
 * @param attempts how many rounds in a row may bring no answer at all before what is left is given
 *     up, 1..1,000; a round tries each server once
 * @param waitMin how long it waits behind the first such round, 1 ms..1 hour; twice as long behind
 *     each further one
 * @param waitMax the longest wait, not below the shortest (BULK_LQ_MAX_RETRY, draft-02 6.1)
 */
public record RetryOptions(int attempts, Duration waitMin, Duration waitMax) {
  /** The most rounds in a row. */
  public static final int ATTEMPTS_MAX = 1_000;

  /** The longest wait that may be chosen. */
  public static final Duration WAIT_MAX = Duration.ofHours(1);

  /** 3 rounds, 1 s between the first two, never more than 60 s. */
  public static final RetryOptions DEFAULTS =
      new RetryOptions(3, Duration.ofSeconds(1), Duration.ofSeconds(60));

  // Each wait is up to a quarter longer, so that relays that lost one server do not all come back
  // to it at one time.
  private static final double SPREAD = 0.25;
  private static final int DOUBLINGS_MAX = 32;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is broken
   */
  public RetryOptions {
    if (attempts < 1 || attempts > ATTEMPTS_MAX) {
      throw new IllegalArgumentException(attempts + " attempts (expected 1.." + ATTEMPTS_MAX + ")");
    }
    if (waitMin.compareTo(Duration.ofMillis(1)) < 0
        || waitMin.compareTo(waitMax) > 0
        || waitMax.compareTo(WAIT_MAX) > 0) {
      throw new IllegalArgumentException(
          "waits of " + waitMin + " to " + waitMax + " (expected 1 ms to 1 hour, the longer last)");
    }
  }

  /** The same, with another number of rounds. */
  public RetryOptions withAttempts(int rounds) {
    return new RetryOptions(rounds, waitMin, waitMax);
  }

  /**
   * How long to wait behind that many rounds without an answer.
   *
   * @param rounds at least 1
   * @param chance 0 up to 1, which spreads the waits of several requestors
   */
  Duration waitAfter(int rounds, double chance) {
    long doubled = waitMin.toMillis() << Math.min(rounds - 1, DOUBLINGS_MAX);
    long spread = (long) (doubled * (1 + SPREAD * chance));
    return Duration.ofMillis(Math.max(1, Math.min(spread, waitMax.toMillis())));
  }
}
