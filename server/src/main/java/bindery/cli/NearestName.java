package bindery.cli;

import java.util.Collection;
import java.util.Optional;

/** The known name that an unknown one was perhaps meant to be, for messages that name it. */
public final class NearestName {
  private NearestName() {}

  /**
   * The name with the fewest differences, the first of several; empty if the nearest has more than
   * one in every three characters.
   */
  public static Optional<String> of(String unknown, Collection<String> known) {
    String nearest = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(unknown, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return least <= Math.max(1, unknown.length() / 3) ? Optional.of(nearest) : Optional.empty();
  }

  /** How many characters must be put in, taken out or changed to make {@code b} of {@code a}. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
