package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ClockTextTest {
  @Test
  void warning_underTwoSeconds_none() {
    assertThat(ClockText.warning(1_999)).isEmpty();
    assertThat(ClockText.warning(-1_999)).isEmpty();
  }

  @Test
  void warning_twoSecondsOrMore_namesOffsetAndSide() {
    assertThat(ClockText.warning(2_000).orElseThrow()).contains("2.0s ahead of the median");
    assertThat(ClockText.warning(-3_600_000).orElseThrow()).contains("3600.0s behind the median");
  }
}
