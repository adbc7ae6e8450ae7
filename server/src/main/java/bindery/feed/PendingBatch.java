package bindery.feed;

import bindery.feed.Piece.Commit;
import bindery.v1.Ack;
import bindery.v1.Batch;
import bindery.v1.ItemResult;
import bindery.v1.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A batch on its way: its pieces, and what became of its items. Guarded by its session. */
final class PendingBatch {
  /** A piece takes no further item beyond so many octets, so that entries can be filled evenly. */
  private static final int PIECE_BYTES_TARGET = 64 << 10;

  private final long lastSequence;
  private final int bytes;
  private final List<Piece> pieces = new ArrayList<>();
  private final TreeMap<Long, ItemResult> results = new TreeMap<>();
  private int committed;
  private long revision;

  /** Checks and maps the items of a batch. */
  PendingBatch(Batch batch) {
    long sequence = batch.getFirstSequence();
    lastSequence = sequence + batch.getItemsCount() - 1;
    bytes = batch.getSerializedSize();
    List<bindery.log.v1.Item> run = new ArrayList<>();
    long runFirst = sequence;
    int runBytes = 0;
    for (bindery.v1.Item item : batch.getItemsList()) {
      ItemMapper.Mapped mapped = ItemMapper.map(item);
      if (mapped.isRejected()) {
        results.put(sequence, rejected(sequence, mapped.reason(), mapped.message()));
      }
      int size = mapped.item().getSerializedSize();
      if (!run.isEmpty() && runBytes + size > PIECE_BYTES_TARGET) {
        pieces.add(new Piece(runFirst, run, runBytes, batch.getSourceClockMillis()));
        run = new ArrayList<>();
        runFirst = sequence;
        runBytes = 0;
      }
      run.add(mapped.item());
      runBytes += size;
      sequence++;
    }
    pieces.add(new Piece(runFirst, run, runBytes, batch.getSourceClockMillis()));
  }

  private static ItemResult rejected(long sequence, RejectReason reason, String message) {
    return ItemResult.newBuilder()
        .setSequence(sequence)
        .setOutcome(ItemResult.Outcome.REJECTED)
        .setReason(reason)
        .setMessage(message)
        .build();
  }

  List<Piece> pieces() {
    return pieces;
  }

  /** Octets as they came. */
  int bytes() {
    return bytes;
  }

  long lastSequence() {
    return lastSequence;
  }

  /**
   * Takes note of a committed piece.
   *
   * @return whether all are
   */
  boolean commit(Piece piece, Commit commit) {
    int first = commit.offset();
    int end = first + piece.items().size();
    for (bindery.log.v1.ItemResult told : commit.result().getItemsList()) {
      if (told.getIndex() >= first && told.getIndex() < end) {
        long sequence = piece.firstSequence() + told.getIndex() - first;
        results.put(sequence, result(sequence, told));
      }
    }
    revision = commit.revision();
    committed++;
    return committed == pieces.size();
  }

  private static ItemResult result(long sequence, bindery.log.v1.ItemResult told) {
    ItemResult.Outcome outcome =
        switch (told.getOutcome()) {
          case REJECTED -> ItemResult.Outcome.REJECTED;
          case STALE -> ItemResult.Outcome.STALE;
          case SEEN_BEFORE -> ItemResult.Outcome.SEEN_BEFORE;
          case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> ItemResult.Outcome.OUTCOME_UNSPECIFIED;
        };
    return ItemResult.newBuilder()
        .setSequence(sequence)
        .setOutcome(outcome)
        .setReasonValue(told.getReason())
        .setMessage(told.getMessage())
        .addAllStaleLeases(told.getStaleLeasesList())
        .build();
  }

  /** The acknowledgement, once all pieces are committed. */
  Ack ack() {
    return Ack.newBuilder()
        .setThroughSequence(lastSequence)
        .setRevision(revision)
        .addAllResults(results.values())
        .build();
  }
}
