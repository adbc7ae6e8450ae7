package bindery.deploy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The judge of answers tells each kind of wrong one, and no right one. */
class HistoryTest {
  private static final int GROUPS = 6;
  private static final List<Integer> ALL = IntStream.range(0, GROUPS).boxed().toList();

  private final History history = new History(1, GROUPS);
  private final Random random = new Random(7);

  // Until every group has been told at least that often.
  private void tell(long versions) {
    while (IntStream.range(0, GROUPS).anyMatch(group -> history.told(1)[group] < versions)) {
      history.acknowledged(1, history.next(1, random));
    }
  }

  private Map<Integer, Long> newest() {
    long[] told = history.told(1);
    return new HashMap<>(
        IntStream.range(0, GROUPS)
            .boxed()
            .filter(group -> !History.isEnded(told[group]))
            .collect(Collectors.toMap(group -> group, group -> told[group])));
  }

  @Test
  void judge_newestOfAll_isRight() {
    tell(3);
    assertThat(history.judge(1, history.known(1), ALL, newest())).isEmpty();
  }

  @Test
  void judge_whatIsToldAndNotYetAcknowledged_isRightThereOrNot() {
    tell(3);
    Map<Integer, Long> before = newest();
    long[] least = history.known(1);
    var unused = history.next(1, random);
    assertThat(history.judge(1, least, ALL, before)).isEmpty();
    assertThat(history.judge(1, least, ALL, newest())).isEmpty();
  }

  @Test
  void judge_olderThanAcknowledged_isWrong() {
    tell(3);
    Map<Integer, Long> before = newest();
    SortedMap<Integer, Long> batch = history.next(1, random);
    history.acknowledged(1, batch);
    assertThat(history.judge(1, history.known(1), ALL, before))
        .hasSizeGreaterThanOrEqualTo(1)
        .anyMatch(text -> text.contains("(expected"));
  }

  @Test
  void judge_olderThanAnswered_isWrong() {
    tell(3);
    Map<Integer, Long> before = newest();
    var unused = history.next(1, random); // never acknowledged, but shown
    assertThat(history.judge(1, history.known(1), ALL, newest())).isEmpty();
    assertThat(history.judge(1, history.known(1), ALL, before)).isNotEmpty();
  }

  @Test
  void judge_neverTold_isWrong() {
    tell(3);
    Map<Integer, Long> shown = newest();
    shown.merge(0, 1L, Long::sum);
    assertThat(history.judge(1, history.known(1), ALL, shown)).hasSize(1);
  }

  @Test
  void judge_groupThatIsMissing_isWrongUnlessItMayHaveEnded() {
    tell(3);
    Map<Integer, Long> shown = newest();
    int held = shown.keySet().iterator().next();
    shown.remove(held);
    assertThat(history.judge(1, history.known(1), ALL, shown))
        .anyMatch(text -> text.contains("group 1/" + held + " is missing"));
    long[] least = history.known(1);
    tell(20); // every group has been ended since
    assertThat(history.judge(1, least, List.of(held), Map.of())).isEmpty();
  }

  @Test
  void judge_batchInPart_isWrong() {
    tell(3);
    Map<Integer, Long> before = newest();
    long[] least = history.known(1);
    SortedMap<Integer, Long> batch = history.next(1, random);
    while (batch.size() < 2) {
      history.acknowledged(1, batch);
      before = newest();
      least = history.known(1);
      batch = history.next(1, random);
    }
    int first = batch.firstKey();
    before.put(first, batch.get(first));
    assertThat(history.judge(1, least, ALL, before))
        .anyMatch(text -> text.contains("the batch that told the one"));
  }
}
