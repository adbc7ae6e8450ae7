package bindery.feeder;

import bindery.v1.ItemResult;
import java.util.List;

/**
 * Is told what became of items. Called by one thread at a time, in the order of the sequences; must
 * not block, since acknowledgements wait for it, and must not call the stream.
 */
@FunctionalInterface
public interface AckListener {
  /** Some items are committed: on disk at a majority, and in every answer from now on. */
  void committed(Committed items);

  /**
   * A run of committed items.
   *
   * @param firstSequence of the first item
   * @param throughSequence of the last item
   * @param revision the revision that holds them; a query after it sees them
   * @param results the items that were not accepted as they stood; all others were. After a lost
   *     connection an item that was committed before, though its acknowledgement was lost, is in
   *     here as {@code SEEN_BEFORE}
   */
  record Committed(
      long firstSequence, long throughSequence, long revision, List<ItemResult> results) {
    /** Copies the list. */
    public Committed {
      results = List.copyOf(results);
    }

    /** How many items these are. */
    public long count() {
      return throughSequence - firstSequence + 1;
    }
  }
}
