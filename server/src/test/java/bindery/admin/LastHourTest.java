package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.admin.LastHour.Series;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is kept of figures that are looked at over and over. */
final class LastHourTest {
  private final AtomicLong figure = new AtomicLong();
  private final Series level = Series.level("a level", figure::get);
  private final Series rate = Series.rate("a rate", figure::get);

  private static void look(LastHour hour, int times) {
    for (int i = 0; i < times; i++) {
      hour.look();
    }
  }

  @Test
  void level_isTheFigureAsItWas_theOldestFirst() {
    try (LastHour hour = new LastHour(List.of(level))) {
      for (long value : new long[] {7, 3, 5}) {
        figure.set(value);
        hour.look();
      }
      assertThat(hour.series().get(0).title()).isEqualTo("a level");
      assertThat(level.values()).containsExactly(7.0, 3.0, 5.0);
    }
  }

  @Test
  void rate_isTheGrowthInASecond_fromTheSecondLookOn() {
    try (LastHour hour = new LastHour(List.of(rate))) {
      figure.set(1_000_000);
      hour.look();
      assertThat(rate.values()).isEmpty();

      figure.addAndGet(50L * LastHour.SECONDS);
      hour.look();
      hour.look();
      assertThat(rate.values()).containsExactly(50.0, 0.0);
    }
  }

  @Test
  void rate_countThatBeginsAnew_hasNotGrown() {
    try (LastHour hour = new LastHour(List.of(rate))) {
      figure.set(1_000);
      hour.look();
      figure.set(10);
      hour.look();
      figure.set(10 + 2L * LastHour.SECONDS);
      hour.look();
      assertThat(rate.values()).containsExactly(0.0, 2.0);
    }
  }

  @Test
  void values_ofMoreThanAnHour_areTheLastOfIt() {
    try (LastHour hour = new LastHour(List.of(level))) {
      look(hour, 10);
      figure.set(1);
      look(hour, LastHour.KEPT - 1);
      assertThat(level.values()).hasSize(LastHour.KEPT).startsWith(0.0, 1.0);
      look(hour, 1);
      assertThat(level.values()).hasSize(LastHour.KEPT).containsOnly(1.0);
    }
  }

  @Test
  void figureThatCannotBeRead_isLeftOut_andTheOthersAreLookedAt() {
    Series broken =
        Series.level(
            "broken",
            () -> {
              throw new IllegalStateException("closed");
            });
    try (LastHour hour = new LastHour(List.of(broken, level))) {
      look(hour, 2);
      assertThat(broken.values()).isEmpty();
      assertThat(level.values()).hasSize(2);
    }
  }
}
