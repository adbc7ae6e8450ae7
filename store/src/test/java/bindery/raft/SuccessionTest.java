package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.peer.v1.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuccessionTest {
  private static final long COMMITTED = 5_000;

  private final Map<String, MemberExchange.Heard> heard = new HashMap<>();
  private final Succession succession =
      new Succession(name -> Optional.ofNullable(heard.get(name)));

  private void hear(String member, long applied, boolean unfit, long nanos) {
    heard.put(
        member,
        new MemberExchange.Heard(
            nanos, Progress.newBuilder().setAppliedIndex(applied).setUnfitToLead(unfit).build()));
  }

  private Optional<String> name(long nanos) {
    return succession.name(List.of("n2", "n3"), COMMITTED, nanos);
  }

  @Test
  void name_severalAreFit_isTheOneThatHasComeFurthest() {
    hear("n2", 4_990, false, 0);
    hear("n3", 4_995, false, 0);
    assertThat(name(0)).contains("n3");
  }

  @Test
  void name_againWithinAMinute_isNobody() {
    hear("n2", 4_990, false, 0);
    hear("n3", 4_995, false, 0);
    assertThat(name(0)).isPresent();
    long later = Duration.ofSeconds(61).toNanos();
    hear("n2", 4_990, false, later);
    hear("n3", 4_995, false, later);
    assertThat(name(Duration.ofSeconds(59).toNanos())).isEmpty();
    assertThat(name(later)).isPresent();
  }

  // With this node's disk in every majority nothing is won by leading from elsewhere.
  @Test
  void name_othersAreNoMajority_isNobody() {
    long silent = Duration.ofSeconds(-6).toNanos();
    for (MemberExchange.Heard third :
        List.of(said(4_995, true, 0), said(3_000, false, 0), said(4_995, false, silent))) {
      hear("n2", 4_990, false, 0);
      heard.put("n3", third);
      assertThat(name(0)).isEmpty();
    }
    heard.remove("n3");
    assertThat(name(0)).isEmpty();
  }

  private static MemberExchange.Heard said(long applied, boolean unfit, long nanos) {
    return new MemberExchange.Heard(
        nanos, Progress.newBuilder().setAppliedIndex(applied).setUnfitToLead(unfit).build());
  }
}
