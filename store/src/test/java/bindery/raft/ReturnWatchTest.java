package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.peer.v1.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReturnWatchTest {
  private final Map<String, MemberExchange.Heard> heard = new HashMap<>();
  private final List<String> reconnected = new ArrayList<>();
  private List<String> others = List.of("n2", "n3");
  private final ReturnWatch watch =
      new ReturnWatch(
          () -> others, name -> Optional.ofNullable(heard.get(name)), reconnected::add, "n1");

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void look_membersHeardAllTheTime_leavesTheirConnections() {
    for (int second = 0; second < 20; second++) {
      hear("n2", second);
      hear("n3", second);
      look(second);
    }
    assertThat(reconnected).isEmpty();
  }

  @Test
  void look_memberHeardAfterASilence_connectsAnewOnce() {
    hear("n2", 1);
    look(1);
    look(9);
    assertThat(reconnected).isEmpty();
    hear("n2", 10);
    look(10);
    hear("n2", 11);
    look(11);
    assertThat(reconnected).containsExactly("n2");
  }

  @Test
  void look_memberFirstHeardLongAfterTheStart_connectsAnew() {
    look(0);
    hear("n3", 300);
    look(300);
    assertThat(reconnected).containsExactly("n3");
  }

  @Test
  void look_newMember_countsFromWhenItIsOne() {
    others = List.of("n2");
    look(0);
    others = List.of("n2", "n4");
    look(60);
    hear("n4", 61);
    look(61);
    assertThat(reconnected).isEmpty();
  }

  private void look(int second) {
    watch.look(nanos(second));
  }

  private void hear(String name, int second) {
    heard.put(name, new MemberExchange.Heard(nanos(second), Progress.getDefaultInstance()));
  }

  private static long nanos(int second) {
    return Duration.ofSeconds(second).toNanos();
  }
}
