package bindery.admin;

import java.util.List;

/**
 * Something an operator should see to about what feeds the cluster. No fault: the cluster goes on.
 *
 * @param kind what is the matter
 * @param sources whose telling it is about, by name; two if they are at odds
 * @param text a sentence: what was found, what was expected, what to do
 */
record SourceWarning(Kind kind, List<String> sources, String text) {
  /** What may be the matter. */
  enum Kind {
    /** It tells hardly any lease with its relays. */
    NO_RELAYS("no-relays"),
    /** It tells relays, but hardly any relay-ID. */
    NO_RELAY_IDS("no-relay-ids"),
    /** It tells leases on links that nobody has put. */
    UNKNOWN_LINK("unknown-link"),
    /** It and another one give one lease to different clients. */
    FIGHT("fight"),
    /** Its clock is off. */
    CLOCK("clock"),
    /** It follows its server and fell silent. */
    SILENT("silent"),
    /** Its resync would end so much that an operator has to say whether it may. */
    SWEEP_HELD("sweep-held");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** In words of metrics and commands. */
    String label() {
      return label;
    }
  }

  /** Copies the list. */
  SourceWarning {
    sources = List.copyOf(sources);
  }

  /** Whether it is of that kind and about that source. */
  boolean is(Kind asked, String source) {
    return kind == asked && sources.contains(source);
  }
}
