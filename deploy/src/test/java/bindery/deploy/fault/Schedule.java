package bindery.deploy.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What is put in when, all of it from a seed: the same seed gives the same schedule. */
final class Schedule {
  private static final int BEFORE_MILLIS_MAX = 2_000;
  private static final int HOLD_MILLIS_MIN = 300;
  private static final int HOLD_MILLIS_MAX = 6_000;

  private Schedule() {}

  /**
   * One fault.
   *
   * @param host where
   * @param isAtLeader whether at the host whose node leads by then instead, if any does
   * @param before how long after the one before
   * @param hold how long until it is mended; faults overlap where that is longer than the next
   *     one's {@code before}
   * @param seed for what else is left to chance
   */
  record Step(
      Fault fault, int host, boolean isAtLeader, Duration before, Duration hold, long seed) {}

  /** So many faults. */
  static List<Step> of(long seed, int faults) {
    Random random = new Random(seed);
    int weights = 0;
    for (Fault fault : Fault.values()) {
      weights += fault.weight();
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < faults; i++) {
      int hold = HOLD_MILLIS_MIN + random.nextInt(HOLD_MILLIS_MAX - HOLD_MILLIS_MIN);
      steps.add(
          new Step(
              fault(random.nextInt(weights)),
              1 + random.nextInt(Cluster.HOSTS),
              random.nextBoolean(),
              Duration.ofMillis(random.nextInt(BEFORE_MILLIS_MAX)),
              Duration.ofMillis(hold),
              random.nextLong()));
    }
    return steps;
  }

  private static Fault fault(int at) {
    int left = at;
    for (Fault fault : Fault.values()) {
      left -= fault.weight();
      if (left < 0) {
        return fault;
      }
    }
    throw new IllegalArgumentException(at + " is beyond all weights");
  }
}
