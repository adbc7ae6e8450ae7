package bindery.store;

import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/**
 * A RocksDB snapshot, with a count of those who read through it: a view and its cursors. The last
 * {@link #release} lets go of the snapshot and of the generation it is of.
 */
final class PinnedSnapshot {
  private final Generation generation;
  private final Snapshot snapshot;
  private final ReadOptions options;
  private final AtomicInteger references = new AtomicInteger(1);

  /** Takes over one reference to the generation that the caller acquired. */
  PinnedSnapshot(Generation generation) {
    this.generation = generation;
    snapshot = generation.db().getSnapshot();
    options = new ReadOptions().setSnapshot(snapshot);
  }

  /** The generation it is of. */
  Generation generation() {
    return generation;
  }

  /** Options that read as of the snapshot; closed with it. */
  ReadOptions options() {
    return options;
  }

  /** Reads as of the snapshot, only while it is held. */
  RowReader reader() {
    return new RowReader(generation, options);
  }

  /** Takes one more reference; only by who has one. */
  void retain() {
    references.incrementAndGet();
  }

  /** Gives a reference back. */
  void release() {
    if (references.decrementAndGet() == 0) {
      options.close();
      generation.db().releaseSnapshot(snapshot);
      snapshot.close();
      generation.release();
    }
  }
}
