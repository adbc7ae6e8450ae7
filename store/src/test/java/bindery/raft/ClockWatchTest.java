package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockWatchTest {
  private final ClockWatch watch = new ClockWatch();

  @Test
  void isNews_clockThatIsRight_never() {
    assertThat(watch.isNews(0)).isFalse();
    assertThat(watch.isNews(-999)).isFalse();
    assertThat(watch.isNews(1_999)).isFalse();
  }

  @Test
  void isNews_clockOff_oncePerChange() {
    assertThat(watch.isNews(2_000)).isTrue();
    assertThat(watch.isNews(2_010)).isFalse();
    assertThat(watch.isNews(1_990)).as("at the edge").isFalse();
    assertThat(watch.isNews(2_000)).isFalse();
    assertThat(watch.isNews(3_000)).as("farther").isTrue();
    assertThat(watch.isNews(-3_600_000)).as("to the other side").isTrue();
    assertThat(watch.isNews(-3_600_000)).isFalse();
  }

  @Test
  void isNews_clockRightAgain_once() {
    assertThat(watch.isNews(-2_500)).isTrue();
    assertThat(watch.isNews(-500)).isTrue();
    assertThat(watch.isNews(-500)).isFalse();
    assertThat(watch.isNews(-2_500)).isTrue();
  }
}
