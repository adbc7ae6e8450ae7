package bindery.store;

import java.util.ArrayList;
import java.util.List;

/** What a verification found wrong: a sentence each, the first so many kept. */
final class Faults {
  private final List<String> kept = new ArrayList<>();
  private final int most;

  /** Keeps at most {@code most}. */
  Faults(int most) {
    this.most = most;
  }

  /** Adds a sentence. */
  void add(String fault) {
    if (kept.size() < most) {
      kept.add(fault);
    }
  }

  /** The sentences kept. */
  List<String> kept() {
    return kept;
  }
}
