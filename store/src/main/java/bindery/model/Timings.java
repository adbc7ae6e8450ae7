package bindery.model;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often something took how long: a count for each range of durations, from 100 µs to 10 min.
 *
 * <p>Any thread; a reading may be behind by what is under way. Some 200 octets, whatever is
 * counted.
 */
public final class Timings {
  // In microseconds: the highest duration of each range; what is longer is counted behind them.
  private static final long[] BOUNDS_MICROS = {
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000,
    300_000_000,
    600_000_000
  };

  private final LongAdder[] counts = new LongAdder[BOUNDS_MICROS.length + 1];
  private final LongAdder sumNanos = new LongAdder();

  /** None yet. */
  public Timings() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /** The highest duration of each range, in seconds, ascending; the last is infinite. */
  public static double[] boundsSeconds() {
    double[] bounds = new double[BOUNDS_MICROS.length + 1];
    for (int i = 0; i < BOUNDS_MICROS.length; i++) {
      bounds[i] = BOUNDS_MICROS[i] / 1e6;
    }
    bounds[BOUNDS_MICROS.length] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /** Counts one that took so long; less than nothing counts as nothing. */
  public void add(long nanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
    int range = 0;
    while (range < BOUNDS_MICROS.length && micros > BOUNDS_MICROS[range]) {
      range++;
    }
    counts[range].increment();
    sumNanos.add(Math.max(0, nanos));
  }

  /** How many there were in each range of {@link #boundsSeconds}. */
  public long[] counts() {
    long[] read = new long[counts.length];
    for (int i = 0; i < read.length; i++) {
      read[i] = counts[i].sum();
    }
    return read;
  }

  /** How long all of them took together, in seconds. */
  public double sumSeconds() {
    return sumNanos.sum() / 1e9;
  }
}
