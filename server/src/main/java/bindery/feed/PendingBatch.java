package bindery.feed;

import bindery.feed.Piece.Commit;
import bindery.v1.Ack;
import bindery.v1.ItemResult;
import bindery.v1.ItemResult.Outcome;
import bindery.v1.RejectReason;
import java.util.SortedMap;
import java.util.TreeMap;

/** A batch that is not yet acknowledged. Guarded by its session. */
final class PendingBatch {
  private final long firstSequence;
  private final int items;
  private final int bytes;
  private final long begunNanos = System.nanoTime();
  private int piecesLeft;
  private long revision;
  private final SortedMap<Long, ItemResult> results = new TreeMap<>();

  PendingBatch(long firstSequence, int items, int bytes, MappedBatch mapped) {
    this.firstSequence = firstSequence;
    this.items = items;
    this.bytes = bytes;
    piecesLeft = mapped.pieces().size();
    mapped.rejects().forEach(reject -> results.put(reject.getSequence(), reject));
  }

  int bytes() {
    return bytes;
  }

  /** The next of its pieces is committed; returns whether all are. */
  boolean committed(Piece piece, Commit commit) {
    revision = commit.revision();
    for (bindery.log.v1.ItemResult told : commit.result().getItemsList()) {
      int index = told.getIndex() - commit.offset();
      if (index >= 0 && index < piece.items().size()) {
        // What was rejected before it was proposed stays so, though its place was seen before.
        results.putIfAbsent(
            piece.firstSequence() + index, result(piece.firstSequence() + index, told));
      }
    }
    piecesLeft--;
    return piecesLeft == 0;
  }

  private static ItemResult result(long sequence, bindery.log.v1.ItemResult told) {
    RejectReason reason = RejectReason.forNumber(told.getReason());
    return ItemResult.newBuilder()
        .setSequence(sequence)
        .setOutcome(
            switch (told.getOutcome()) {
              case REJECTED -> Outcome.REJECTED;
              case STALE -> Outcome.STALE;
              case SEEN_BEFORE -> Outcome.SEEN_BEFORE;
              case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Outcome.OUTCOME_UNSPECIFIED;
            })
        .setReason(reason == null ? RejectReason.REJECT_REASON_UNSPECIFIED : reason)
        .setMessage(told.getMessage())
        .addAllStaleLeases(told.getStaleLeasesList())
        .build();
  }

  /** What the feeder is told once all pieces are committed. */
  Ack ack() {
    return Ack.newBuilder()
        .setThroughSequence(firstSequence + items - 1)
        .setRevision(revision)
        .addAllResults(results.values())
        .build();
  }

  /** Counts what became of the items. */
  void count(FeedMetrics metrics) {
    metrics.acknowledged(items, results.values(), System.nanoTime() - begunNanos);
  }
}
