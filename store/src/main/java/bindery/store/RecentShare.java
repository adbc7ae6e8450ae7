package bindery.store;

/**
 * How many of the latest things had something: of the last 1,000 to 2,000. One thread at a time.
 */
final class RecentShare {
  /** As many are forgotten at a time. */
  static final int WINDOW = 1_000;

  private long had;
  private long of;
  private long hadBefore;
  private long ofBefore;

  /** One more. */
  void add(boolean has) {
    if (of == WINDOW) {
      hadBefore = had;
      ofBefore = of;
      had = 0;
      of = 0;
    }
    of++;
    if (has) {
      had++;
    }
  }

  /** How many there were, and had it. */
  SourceObservation.Share share() {
    return new SourceObservation.Share(hadBefore + had, ofBefore + of);
  }
}
