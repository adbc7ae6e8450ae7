package bindery.feeder;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** By a clock that the test moves. */
final class PatienceTest {
  private static final long SECOND = 1_000_000_000L;

  private static Patience of(int giveUpSeconds, int servers) {
    return new Patience(
        FeedOptions.DEFAULT.withGiveUpAfter(Duration.ofSeconds(giveUpSeconds)), servers);
  }

  @Test
  void silence_shorterTimeThanAServerMayTake_cutsThat() {
    Patience patience = of(5, 1);
    patience.await(0);

    assertThat(patience.silence(false, 5 * SECOND)).isNull();
    assertThat(patience.silence(false, 5 * SECOND + 1)).isEqualTo("no session after 5000 ms");
    assertThat(patience.bears(true, 5 * SECOND + 1)).isFalse();
  }

  @Test
  void silence_severalServers_haveAShareEach() {
    Patience patience = of(6, 3);
    patience.await(0);

    assertThat(patience.silence(true, 2 * SECOND + 1)).startsWith("no acknowledgement for 2000");
    assertThat(patience.bears(true, 2 * SECOND + 1)).isTrue();
    patience.await(3 * SECOND);
    assertThat(patience.silence(false, 5 * SECOND)).isNull();
    assertThat(patience.bears(true, 6 * SECOND)).isTrue();
    patience.await(6 * SECOND);
    assertThat(patience.silence(false, 6 * SECOND)).isNull();
    assertThat(patience.silence(false, 6 * SECOND + 1))
        .as("its own share, but no time")
        .isNotNull();
  }

  @Test
  void silence_timeEnough_isTheServersOwnLimit() {
    Patience patience = of(60, 1);
    patience.await(0);

    assertThat(patience.silence(false, 10 * SECOND)).isNull();
    assertThat(patience.silence(false, 10 * SECOND + 1)).isNotNull();
    assertThat(patience.silence(true, 30 * SECOND)).isNull();
    assertThat(patience.silence(true, 30 * SECOND + 1)).isNotNull();
  }

  @Test
  void bears_lostWhileNothingWasAwaited_countsFromThen() {
    Patience patience = of(5, 1);
    patience.await(0);

    assertThat(patience.bears(false, 100 * SECOND)).isTrue();
    assertThat(patience.bears(true, 105 * SECOND)).isTrue();
    assertThat(patience.bears(true, 105 * SECOND + 1)).isFalse();
    patience.progress();
    patience.await(200 * SECOND);
    assertThat(patience.bears(true, 205 * SECOND)).isTrue();
  }
}
