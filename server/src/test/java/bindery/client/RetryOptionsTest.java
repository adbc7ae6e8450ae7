package bindery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RetryOptionsTest {
  @Test
  @DisplayName("R-03 the waits double up to BULK_LQ_MAX_RETRY")
  void waitAfter_moreRounds_doublesUpToTheLongest() {
    RetryOptions retries = RetryOptions.DEFAULTS;

    assertThat(retries.waitAfter(1, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(retries.waitAfter(2, 0)).isEqualTo(Duration.ofSeconds(2));
    assertThat(retries.waitAfter(6, 0)).isEqualTo(Duration.ofSeconds(32));
    assertThat(retries.waitAfter(7, 0)).isEqualTo(Duration.ofSeconds(60));
    assertThat(retries.waitAfter(1_000, 0.99)).isEqualTo(Duration.ofSeconds(60));
    assertThat(retries.waitAfter(1, 0.99))
        .isBetween(Duration.ofMillis(1_240), Duration.ofMillis(1_250));
  }

  @Test
  void options_outOfRange_throw() {
    for (int attempts : new int[] {0, 1_001}) {
      assertThatThrownBy(() -> RetryOptions.DEFAULTS.withAttempts(attempts))
          .hasMessageContaining("expected 1..1000");
    }
    assertThatThrownBy(() -> new RetryOptions(1, Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetryOptions(1, Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetryOptions(1, Duration.ofSeconds(2), Duration.ofHours(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
