package bindery.raft;

import java.util.Arrays;

/**
 * The value in the middle; of an even number, the lower of the two in the middle. As long as more
 * than half of the values are right, it lies between two right ones, whatever the others are.
 */
final class LowerMedian {
  private LowerMedian() {}

  /**
   * Of these values, in any order: {@code of(5, 1, 9) == 5}, {@code of(5, 1) == 1}.
   *
   * @throws IllegalArgumentException if there is none
   */
  static long of(long... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("the median of no values (expected one at least)");
    }
    long[] ascending = values.clone();
    Arrays.sort(ascending);
    return ascending[(ascending.length - 1) / 2];
  }
}
