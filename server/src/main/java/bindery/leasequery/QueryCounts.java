package bindery.leasequery;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The queries that ended, by type and outcome. Any thread. */
public final class QueryCounts {
  /** Query types 1..5 by their number; everything else is counted as 0. */
  public static final int TYPES = 6;

  private final Map<Outcome, LongAdder[]> counts = new EnumMap<>(Outcome.class);

  QueryCounts() {
    for (Outcome outcome : Outcome.values()) {
      LongAdder[] byType = new LongAdder[TYPES];
      for (int type = 0; type < TYPES; type++) {
        byType[type] = new LongAdder();
      }
      counts.put(outcome, byType);
    }
  }

  void add(int type, Outcome outcome) {
    byType(outcome)[type > 0 && type < TYPES ? type : 0].increment();
  }

  /**
   * Queries that ended so.
   *
   * @param type 1..5, or 0 for every other
   */
  public long count(int type, Outcome outcome) {
    return byType(outcome)[type].sum();
  }

  private LongAdder[] byType(Outcome outcome) {
    LongAdder[] byType = counts.get(outcome);
    if (byType == null) {
      throw new IllegalStateException("no counter for " + outcome);
    }
    return byType;
  }
}
