package bindery.store;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * A walk over a range of rows in key order, as of the instant it was made. One thread. Holds its
 * generation until closed.
 */
final class RowRange implements AutoCloseable {
  private final Generation generation;
  private final Family family;
  private final ReadOptions options;
  private final @Nullable Slice upper;
  private final RocksIterator rows;
  private boolean started;
  private boolean ended;
  private boolean closed;

  RowRange(
      Generation generation, ReadOptions base, Family family, byte[] from, byte @Nullable [] to) {
    if (!generation.acquire()) {
      throw new IllegalStateException("the store in " + generation.folder() + " is closed");
    }
    this.generation = generation;
    this.family = family;
    options = new ReadOptions(base);
    upper = to == null ? null : new Slice(to);
    if (upper != null) {
      options.setIterateUpperBound(upper);
    }
    rows = generation.db().newIterator(generation.handle(family), options);
    rows.seek(from);
  }

  /**
   * Moves to the next row, the first at first.
   *
   * @return false at the end, from then on always
   * @throws StoreException if the engine fails
   */
  boolean next() {
    if (closed) {
      throw new IllegalStateException("a closed range of " + family.label());
    }
    if (ended) {
      return false;
    }
    if (started) {
      rows.next();
    }
    started = true;
    if (rows.isValid()) {
      return true;
    }
    ended = true;
    try {
      rows.status();
    } catch (RocksDBException e) {
      throw Generation.failure("cannot read from " + family.label(), e);
    }
    return false;
  }

  /** The key of the current row, in a new array. */
  byte[] key() {
    return current().key();
  }

  /** The value of the current row, in a new array. */
  byte[] value() {
    return current().value();
  }

  private RocksIterator current() {
    if (closed || ended || !started) {
      throw new IllegalStateException("no current row in " + family.label());
    }
    return rows;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      rows.close();
      options.close();
      if (upper != null) {
        upper.close();
      }
      generation.release();
    }
  }
}
