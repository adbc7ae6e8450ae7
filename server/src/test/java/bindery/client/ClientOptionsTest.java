package bindery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ranges of the options. */
final class ClientOptionsTest {
  @Test
  void options_outOfRange_throw() {
    ClientOptions defaults = ClientOptions.DEFAULTS;

    assertThat(defaults.connectTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.dataTimeout()).isEqualTo(Duration.ofSeconds(30));
    for (Duration timeout : List.of(Duration.ZERO, Duration.ofDays(1).plusNanos(1))) {
      assertThatThrownBy(() -> defaults.withConnectTimeout(timeout))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> defaults.withDataTimeout(timeout))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int queries : new int[] {0, 65}) {
      assertThatThrownBy(() -> defaults.withOutstandingMax(queries))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected 1..64");
    }
  }
}
