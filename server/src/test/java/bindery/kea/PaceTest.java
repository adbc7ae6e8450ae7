package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** By a clock that the test moves. */
final class PaceTest {
  private long nanos = 1;
  private final Pace pace = new Pace(2, Duration.ofMinutes(1), () -> nanos);

  @Test
  void allows_moreThanMayBeToldInAWindow_countsThem() {
    assertThat(pace.allows()).isTrue();
    assertThat(pace.passedOver()).isEmpty();
    assertThat(pace.allows()).isTrue();
    assertThat(pace.allows()).isFalse();
    assertThat(pace.allows()).isFalse();
    nanos += Duration.ofMinutes(1).toNanos();

    assertThat(pace.allows()).isTrue();
    assertThat(pace.passedOver()).isEqualTo(" (2 more since were counted only)");
    assertThat(pace.passedOver()).isEmpty();
  }
}
