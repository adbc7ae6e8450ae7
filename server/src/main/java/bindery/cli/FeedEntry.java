package bindery.cli;

import bindery.v1.Exchange;

/** What a feed command read next from its input. */
sealed interface FeedEntry {
  /** The lines it was read from. */
  Lines lines();

  /** An exchange to be fed. */
  record Update(Lines lines, Exchange exchange) implements FeedEntry {}

  /**
   * Input that cannot be fed.
   *
   * @param reason what was found, what was expected
   */
  record Fault(Lines lines, String reason) implements FeedEntry {}

  /**
   * Input that is sound, but none of the cluster's business.
   *
   * @param kind what it is, in a word
   */
  record LeftOut(Lines lines, String kind) implements FeedEntry {}

  /**
   * Some lines of an input.
   *
   * @param name the file's, or {@code -} for standard input
   * @param first from 1
   * @param last from 1
   * @param count how many of these lines hold something, at least 1, save of {@link #NONE}
   */
  record Lines(String name, long first, long last, int count) {
    /** No line: of what a feed says of itself. */
    static final Lines NONE = new Lines("-", 0, 0, 0);

    static Lines of(String name, long line) {
      return new Lines(name, line, line, 1);
    }

    /** {@code NAME:LINE} or {@code NAME:FIRST-LAST}. */
    @Override
    public String toString() {
      return name + ":" + first + (last == first ? "" : "-" + last);
    }
  }
}
