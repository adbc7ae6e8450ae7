package bindery.feed;

import bindery.feed.ItemMapper.Mapped;
import bindery.log.v1.Item;
import bindery.v1.Batch;
import bindery.v1.ItemResult;
import bindery.v1.ItemResult.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch in the log's form, cut into pieces that fit into entries, with what was rejected of it.
 *
 * @param pieces at least one
 * @param rejects in the order of the sequences
 */
record MappedBatch(List<Piece> pieces, List<ItemResult> rejects) {
  /** A piece of several items takes no more octets than that. */
  static final int PIECE_BYTES_MAX = 64 << 10;

  // Tag and length of an item within a group.
  private static final int ITEM_FRAME_BYTES = 5;

  /** Maps a batch of at least one item. */
  static MappedBatch map(Batch batch) {
    List<Piece> pieces = new ArrayList<>();
    List<ItemResult> rejects = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    int bytes = 0;
    long sequence = batch.getFirstSequence();
    for (bindery.v1.Item fed : batch.getItemsList()) {
      Mapped mapped = ItemMapper.map(fed);
      if (mapped.isRejected()) {
        rejects.add(
            ItemResult.newBuilder()
                .setSequence(sequence)
                .setOutcome(Outcome.REJECTED)
                .setReason(mapped.reason())
                .setMessage(mapped.message())
                .build());
      }
      int size = mapped.item().getSerializedSize() + ITEM_FRAME_BYTES;
      if (!items.isEmpty() && bytes + size > PIECE_BYTES_MAX) {
        pieces.add(piece(batch, sequence, items, bytes));
        items.clear();
        bytes = 0;
      }
      items.add(mapped.item());
      bytes += size;
      sequence++;
    }
    pieces.add(piece(batch, sequence, items, bytes));
    return new MappedBatch(pieces, rejects);
  }

  private static Piece piece(Batch batch, long nextSequence, List<Item> items, int bytes) {
    return new Piece(nextSequence - items.size(), items, bytes, batch.getSourceClockMillis());
  }
}
