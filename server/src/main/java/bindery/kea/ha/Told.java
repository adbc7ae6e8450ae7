package bindery.kea.ha;

import java.util.Map;

/**
 * What a caller of {@link LiveFeed} is told of its items.
 *
 * @param rejects why some were rejected, by their place in what was given
 */
record Told(Fate fate, Map<Integer, String> rejects) {
  Told {
    rejects = Map.copyOf(rejects);
  }

  /** What became of items. */
  enum Fate {
    /** They are committed, save those rejected. */
    COMMITTED,
    /** They are taken, but not committed yet. */
    LATE,
    /** Some or all are not taken. */
    NOT_TAKEN
  }
}
