package bindery.query;

import java.time.Duration;

/**
 * What a node does with a query while no majority of the cluster can be had.
 *
 * @param kind the rule
 * @param maxStaleness for {@link Kind#BOUNDED}, how old the local snapshot may be, counted on the
 *     monotonic clock from the sending of the last barrier that succeeded; zero otherwise
 */
public record ReadMode(Kind kind, Duration maxStaleness) {
  /** The rules. */
  public enum Kind {
    /** Without a barrier there is no answer. */
    LINEARIZABLE,
    /** Without a barrier the local snapshot answers, up to an age; unknown after a restart. */
    BOUNDED,
    /** Without a barrier the local snapshot answers, however old. */
    UNLIMITED
  }

  /** Every answer holds everything that was acknowledged before its query. */
  public static final ReadMode LINEARIZABLE = new ReadMode(Kind.LINEARIZABLE, Duration.ZERO);

  /** A local snapshot of any age will do. */
  public static final ReadMode UNLIMITED = new ReadMode(Kind.UNLIMITED, Duration.ZERO);

  /**
   * Checks that only a bounded read has a bound.
   *
   * @throws IllegalArgumentException if a bounded one has none above zero, or another has one
   */
  public ReadMode {
    boolean hasBound = maxStaleness.compareTo(Duration.ZERO) > 0;
    if (hasBound != (kind == Kind.BOUNDED)) {
      throw new IllegalArgumentException(
          "a max-staleness of "
              + maxStaleness
              + " for reads "
              + kind
              + " (expected above zero for BOUNDED, zero otherwise)");
    }
  }

  /**
   * A local snapshot up to that age will do.
   *
   * @throws IllegalArgumentException if it is not above zero
   */
  public static ReadMode bounded(Duration maxStaleness) {
    return new ReadMode(Kind.BOUNDED, maxStaleness);
  }
}
