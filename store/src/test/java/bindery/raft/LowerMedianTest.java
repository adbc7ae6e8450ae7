package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowerMedianTest {
  // What the members' clocks show, and what counts.
  @ParameterizedTest
  @CsvSource({
    "alone,                        7,              7",
    "two that agree,               7 7,            7",
    "two that differ,              7 3600007,      7",
    "the slower stands last,       3600007 7,      7",
    "three,                        9 7 8,          8",
    "three and one far ahead,      9 3600000 8,    9",
    "three and one far behind,     9 -3600000 8,   8",
    "three and two wild apart,     -9000 8 9000,   8",
    "four,                         1 2 3 4,        2",
    "five,                         5 1 4 2 3,      3",
    "five and one far ahead,       5 1 4 2 900000, 4",
    "five and two far behind,      5 -9 4 -8 3,    3",
    "five and two far ahead,       5 900 4 800 3,  5",
  })
  void of_examples(String what, String clocks, long median) {
    long[] values = Arrays.stream(clocks.split(" ")).mapToLong(Long::parseLong).toArray();
    assertThat(LowerMedian.of(values)).as(what).isEqualTo(median);
  }

  @Test
  void of_leavesTheValuesAsTheyAre() {
    long[] values = {3, 1, 2};
    LowerMedian.of(values);
    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void of_nothing_isRefused() {
    assertThatThrownBy(LowerMedian::of).isInstanceOf(IllegalArgumentException.class);
  }
}
