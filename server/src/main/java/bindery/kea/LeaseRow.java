package bindery.kea;

import bindery.v1.Exchange;

/** What one row of a lease file means. */
public sealed interface LeaseRow {
  /** The file it stands in. */
  String file();

  /** Its line, the header being 1. */
  long line();

  /**
   * A lease put or ended.
   *
   * @param exchange with one lease
   */
  record Update(String file, long line, Exchange exchange) implements LeaseRow {}

  /** A row that says nothing about a stateful lease, so that no leasequery tells of it. */
  record LeftOut(String file, long line, Reason reason) implements LeaseRow {}

  /**
   * A row that breaks the format.
   *
   * @param fault which column, what it holds, what was expected
   */
  record Malformed(String file, long line, String fault) implements LeaseRow {}

  /** Why a row is left out. */
  enum Reason {
    /** A temporary address (lease type 1), which Kea never grants. */
    TEMPORARY_ADDRESS("IA_TA"),
    /** An address that a client registered itself (state 4, RFC 9686). */
    REGISTERED("registered"),
    /** The last row of a file, without a line feed: still being written, or cut off. */
    UNFINISHED("unfinished row");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** In a word. */
    public String text() {
      return text;
    }
  }
}
