package bindery.leasequery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LeasequeryLimitsTest {
  @Test
  void limits_outOfRange_areRefusedByName() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new LeasequeryLimits(10, 10, 4, 16, 0, 100, 1, second, second, second))
        .hasMessageContaining("output-memory of 100");
    assertThatThrownBy(
            () -> new LeasequeryLimits(10, 0, 4, 16, 0, 1 << 20, 1, second, second, second))
        .hasMessageContaining("max-connections-per-requestor of 0");
    assertThat(
            new LeasequeryLimits(10, 10, 4, 16, 0, 1 << 20, 1, second, second, second).pageBytes())
        .isEqualTo((1 << 20) / 4 / LeasequeryLimits.PAGES_PER_ANSWER);
  }
}
