package bindery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class TimingsTest {
  private final Timings timings = new Timings();

  private int rangeOf(long nanos) {
    long[] before = timings.counts();
    timings.add(nanos);
    long[] after = timings.counts();
    for (int i = 0; i < after.length; i++) {
      if (after[i] != before[i]) {
        return i;
      }
    }
    throw new AssertionError("not counted: " + nanos);
  }

  @Test
  void add_atEachBound_countsInItsRangeAndAboveItInTheNext() {
    double[] bounds = Timings.boundsSeconds();
    assertThat(bounds).isSorted().endsWith(600, Double.POSITIVE_INFINITY);
    for (int i = 0; i < bounds.length - 1; i++) {
      long nanos = Math.round(bounds[i] * 1e9);
      assertThat(rangeOf(nanos)).isEqualTo(i);
      assertThat(rangeOf(nanos + 1_000)).isEqualTo(i + 1);
    }
  }

  @Test
  void sum_isOfAllThatWereCounted() {
    timings.add(TimeUnit.MILLISECONDS.toNanos(1_500));
    timings.add(TimeUnit.MILLISECONDS.toNanos(500));
    timings.add(-5);

    assertThat(timings.sumSeconds()).isEqualTo(2.0);
    assertThat(LongStream.of(timings.counts()).sum()).isEqualTo(3);
  }
}
