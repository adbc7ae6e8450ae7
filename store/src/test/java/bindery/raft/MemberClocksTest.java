package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberClocksTest {
  private static final long NOON = 1_795_449_600_000L;
  private static final long HOUR = 3_600_000;

  private long own = NOON;
  // Near the end of its range, which it may pass.
  private long nanos = Long.MAX_VALUE - 5;
  private List<String> others = List.of("n2", "n3");
  private final MemberClocks clocks =
      new MemberClocks(() -> Instant.ofEpochMilli(own), () -> nanos, () -> others);

  private void read(String member, long wallMillis) {
    clocks.read(member, wallMillis, nanos, nanos);
  }

  private void pass(long millis) {
    own += millis;
    nanos += Duration.ofMillis(millis).toNanos();
  }

  @Test
  void millis_alone_isTheOwnClock() {
    others = List.of();
    assertThat(clocks.isKnown()).isTrue();
    assertThat(clocks.millis()).isEqualTo(NOON);
    assertThat(clocks.instant()).isEqualTo(Instant.ofEpochMilli(NOON));
    assertThat(clocks.offsetMillis()).isZero();
  }

  @Test
  void isKnown_onceAMajorityWasHeard_andThenForGood() {
    assertThat(clocks.isKnown()).isFalse();
    read("n4", NOON);
    assertThat(clocks.isKnown()).as("a stranger is none of them").isFalse();
    read("n2", NOON);
    assertThat(clocks.isKnown()).isTrue();
    pass(HOUR);
    assertThat(clocks.isKnown()).isTrue();
    assertThat(clocks.hearsMajority()).isFalse();
    others = List.of("n2", "n3", "n4", "n5");
    assertThat(clocks.isKnown()).as("two of five").isFalse();
  }

  @Test
  void millis_ownClockAnHourOff_isThatOfTheOthers() {
    own = NOON + HOUR;
    read("n2", NOON + 20);
    read("n3", NOON - 30);
    assertThat(clocks.millis()).isEqualTo(NOON + 20);
    assertThat(clocks.offsetMillis()).isEqualTo(HOUR - 20);
    assertThat(clocks.offsetMillis("n2")).hasValue(0);
    assertThat(clocks.offsetMillis("n3")).hasValue(-50);

    own = NOON - HOUR;
    assertThat(clocks.millis()).isEqualTo(NOON - 30);
    assertThat(clocks.offsetMillis()).isEqualTo(30 - HOUR);
  }

  @Test
  void millis_anotherClockAnHourOff_isNearTheOwn() {
    read("n2", NOON + HOUR);
    read("n3", NOON - 30);
    assertThat(clocks.millis()).isEqualTo(NOON);
    read("n2", NOON - HOUR);
    assertThat(clocks.millis()).isEqualTo(NOON - 30);
    assertThat(clocks.offsetMillis("n2")).hasValue(30 - HOUR);
  }

  @Test
  void millis_twoThatDiffer_isTheSlower() {
    read("n2", NOON + HOUR);
    assertThat(clocks.millis()).isEqualTo(NOON);
    assertThat(clocks.offsetMillis()).isZero();
    own = NOON + 2 * HOUR;
    assertThat(clocks.millis()).isEqualTo(NOON + HOUR);
    assertThat(clocks.offsetMillis()).isEqualTo(HOUR);
  }

  @Test
  void millis_ownClockStepsBetweenHellos_doesNotStep() {
    read("n2", NOON + 10);
    read("n3", NOON + 20);
    pass(700);
    own += HOUR;
    assertThat(clocks.millis()).isEqualTo(NOON + 720);
    own -= 2 * HOUR;
    assertThat(clocks.millis()).isEqualTo(NOON + 710);
  }

  @Test
  void read_isRightAtTheMiddleOfTheExchange() {
    own = NOON + HOUR;
    long sent = nanos;
    pass(400);
    clocks.read("n2", NOON + 300, sent, nanos);
    assertThat(clocks.millis()).isEqualTo(NOON + 500);
  }

  @Test
  void read_exchangeThatTookTooLong_isPassedOver() {
    long sent = nanos;
    pass(2_001);
    clocks.read("n2", NOON, sent, nanos);
    assertThat(clocks.isKnown()).isFalse();
    assertThat(clocks.offsetMillis("n2")).isEmpty();
  }

  @Test
  void read_wildestClocks_countAsWildOnes() {
    others = List.of("n2", "n3", "n4", "n5");
    read("n2", Long.MAX_VALUE);
    read("n3", Long.MIN_VALUE);
    read("n4", NOON + 5);
    read("n5", NOON - 5);
    pass(1_000);
    assertThat(clocks.millis()).isEqualTo(NOON + 1_000);
    assertThat(clocks.offsetMillis("n2").orElseThrow()).isGreaterThan(HOUR);
    assertThat(clocks.offsetMillis("n3").orElseThrow()).isLessThan(-HOUR);
  }

  @Test
  void millis_memberNotHeardForTenSeconds_countsNoMore() {
    read("n2", NOON - 100);
    read("n3", NOON - 200);
    pass(5_000);
    read("n2", own + 40);
    assertThat(clocks.millis()).isEqualTo(NOON + 5_000);
    pass(5_001);
    own += 60; // now the own clock is the faster one of two
    assertThat(clocks.millis()).isEqualTo(NOON + 10_041);
    assertThat(clocks.offsetMillis("n3")).isEmpty();
    assertThat(clocks.offsetMillis("n2")).hasValue(0);
  }

  @Test
  void millis_nobodyHeardForTenSeconds_goesByTheMajorityHeardLast() {
    read("n3", NOON - HOUR);
    pass(1);
    read("n2", own - 50);
    pass(60_000);
    assertThat(clocks.millis()).isEqualTo(own - 50);
    assertThat(clocks.offsetMillis()).as("not judged without a majority").isZero();
    assertThat(clocks.hearsMajority()).isFalse();
  }

  @Test
  void read_memberThatLeft_isForgotten() {
    read("n2", NOON - HOUR);
    others = List.of("n3");
    read("n3", NOON + 10);
    assertThat(clocks.millis()).isEqualTo(NOON);
    others = List.of("n2", "n3");
    assertThat(clocks.offsetMillis("n2")).isEmpty();
  }
}
