package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.peer.v1.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandstillWatchTest {
  private static final List<String> OTHERS = List.of("n2", "n3");
  private static final long COMMITTED = 100;

  private final Map<String, MemberExchange.Heard> heard = new HashMap<>();
  private final StandstillWatch watch =
      new StandstillWatch(name -> Optional.ofNullable(heard.get(name)), Duration.ofMillis(500));

  @Test
  void look_memberStandsBehind_movesLeadershipAfterItsPatience() {
    assertThat(lookAfterSeconds(0, 90, false)).isFalse();
    assertThat(lookAfterSeconds(9, 90, false)).isFalse();
    assertThat(lookAfterSeconds(11, 90, false)).isTrue();
  }

  @Test
  void look_againBehind_waitsTwiceAsLong() {
    lookAfterSeconds(0, 90, false);
    assertThat(lookAfterSeconds(11, 90, false)).isTrue();
    lookAfterSeconds(12, 90, false);
    assertThat(lookAfterSeconds(31, 90, false)).isFalse();
    assertThat(lookAfterSeconds(33, 90, false)).isTrue();
  }

  @Test
  void look_memberMoves_leavesLeadership() {
    lookAfterSeconds(0, 90, false);
    lookAfterSeconds(9, 91, false);
    assertThat(lookAfterSeconds(15, 91, false)).isFalse();
  }

  @Test
  void look_memberCaughtUpOrFetching_leavesLeadership() {
    lookAfterSeconds(0, 90, true);
    assertThat(lookAfterSeconds(60, 90, true)).isFalse();
    lookAfterSeconds(61, COMMITTED, false);
    assertThat(lookAfterSeconds(120, COMMITTED, false)).isFalse();
  }

  @Test
  void look_silentMember_leavesLeadership() {
    lookAfterSeconds(0, 90, false);
    assertThat(watch.look(OTHERS, COMMITTED, Duration.ofSeconds(60).toNanos())).isEmpty();
  }

  @Test
  void look_afterAQuietHour_isAsPatientAsAtFirst() {
    lookAfterSeconds(0, 90, false);
    assertThat(lookAfterSeconds(11, 90, false)).isTrue();
    lookAfterSeconds(3_620, 91, false);
    assertThat(lookAfterSeconds(3_631, 91, false)).isTrue();
  }

  // While leadership is handed over nobody takes anything.
  @Test
  void look_nobodyElseIsNear_leavesLeadership() {
    for (long seconds : List.of(0L, 11L)) {
      long now = Duration.ofSeconds(seconds).toNanos();
      heard.put("n2", said(now, 5_000 + seconds, false));
      heard.put("n3", said(now, 90, false));
      assertThat(watch.look(OTHERS, 7_000, now)).isEmpty();
    }
  }

  @Test
  void isStuck_standingBehindOthers_afterTwoMinutes() {
    assertThat(stuckAfterSeconds(0, 90, false)).isFalse();
    assertThat(stuckAfterSeconds(119, 90, false)).isFalse();
    assertThat(stuckAfterSeconds(121, 90, false)).isTrue();
  }

  @Test
  void isStuck_movingOrFetchingOrCaughtUp_never() {
    assertThat(stuckAfterSeconds(0, 90, false)).isFalse();
    assertThat(stuckAfterSeconds(100, 91, false)).isFalse();
    assertThat(stuckAfterSeconds(200, 91, false)).isFalse();
    assertThat(stuckAfterSeconds(219, 91, true)).isFalse();
    assertThat(stuckAfterSeconds(300, 91, false)).isFalse();
    assertThat(stuckAfterSeconds(338, COMMITTED, false)).isFalse();
    assertThat(stuckAfterSeconds(900, COMMITTED, false)).isFalse();
  }

  private boolean lookAfterSeconds(long seconds, long applied, boolean catchingUp) {
    long now = Duration.ofSeconds(seconds).toNanos();
    heard.put("n2", said(now, COMMITTED, false));
    heard.put("n3", said(now, applied, catchingUp));
    Optional<String> successor = watch.look(OTHERS, COMMITTED, now);
    assertThat(successor.orElse("n2")).as("never the one that stands still").isEqualTo("n2");
    return successor.isPresent();
  }

  private boolean stuckAfterSeconds(long seconds, long applied, boolean catchingUp) {
    long now = Duration.ofSeconds(seconds).toNanos();
    heard.put("n2", said(now, COMMITTED, false));
    return watch.isStuck(OTHERS, applied, catchingUp, now);
  }

  private static MemberExchange.Heard said(long now, long applied, boolean catchingUp) {
    return new MemberExchange.Heard(
        now,
        Progress.newBuilder()
            .setAppliedIndex(applied)
            .setCommittedIndex(applied)
            .setCatchingUp(catchingUp)
            .build());
  }
}
