package bindery.feed;

import bindery.log.v1.GroupResult;
import bindery.log.v1.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run of one batch's items that goes into one entry. Its mutable part is the gatherer's. */
final class Piece {
  /** Where a piece is. */
  enum State {
    /** To be proposed, for the first time or again. */
    WAITING,
    /** Proposed. */
    PROPOSED,
    /** Committed; the session may not know yet, since an earlier piece is not. */
    COMMITTED
  }

  private final long firstSequence;
  private final List<Item> items;
  private final int bytes;
  private final long sourceClockMillis;

  State state = State.WAITING;
  int gaps;
  long firstProposedNanos;
  @Nullable Commit commit;

  /**
   * Of those items.
   *
   * @param bytes encoded octets of the items within a group
   */
  Piece(long firstSequence, List<Item> items, int bytes, long sourceClockMillis) {
    this.firstSequence = firstSequence;
    this.items = List.copyOf(items);
    this.bytes = bytes;
    this.sourceClockMillis = sourceClockMillis;
  }

  /**
   * What became of a piece.
   *
   * @param revision of the entry
   * @param result of the group the piece was part of
   * @param offset index, within the group, of the piece's first item
   */
  record Commit(long revision, GroupResult result, int offset) {}

  long firstSequence() {
    return firstSequence;
  }

  long nextSequence() {
    return firstSequence + items.size();
  }

  List<Item> items() {
    return items;
  }

  int bytes() {
    return bytes;
  }

  long sourceClockMillis() {
    return sourceClockMillis;
  }
}
