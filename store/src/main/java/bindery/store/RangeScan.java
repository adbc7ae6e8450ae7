package bindery.store;

import bindery.model.RemoteId;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * A walk over ranges of one family, one after the other, as of a snapshot. Key and value of the
 * current row are read when asked for, into arrays that are reused. One thread. Holds one RocksDB
 * iterator at a time.
 */
final class RangeScan implements AutoCloseable {
  /** What a scan of everything reads ahead. */
  static final long READAHEAD_BYTES = 256L << 10;

  private static final int NOT_READ = -1;

  // The longest keys are those of `remote`.
  private static final int KEY_MAX = 4 + RemoteId.SIZE_MAX + BindingKey.SIZE_MAX;

  private final PinnedSnapshot pinned;
  private final Family family;
  private final boolean bulk;
  private final long readaheadBytes;
  private final Iterator<KeyRange> ranges;
  private @Nullable ReadOptions options;
  private @Nullable Slice upper;
  private @Nullable RocksIterator rows;
  private byte[] key = new byte[KEY_MAX];
  private byte[] value = new byte[4 << 10];
  private int keySize = NOT_READ;

  /**
   * Takes no reference: who makes it holds the snapshot until it is closed.
   *
   * @param bulk whether blocks read stay out of the cache
   * @param readaheadBytes read ahead from the first block on; 0 leaves it to the engine
   */
  RangeScan(
      PinnedSnapshot pinned,
      Family family,
      boolean bulk,
      long readaheadBytes,
      List<KeyRange> ranges) {
    this.pinned = pinned;
    this.family = family;
    this.bulk = bulk;
    this.readaheadBytes = readaheadBytes;
    this.ranges = ranges.iterator();
  }

  /** Moves to the next row; false at the end of the last range. */
  boolean next() {
    while (true) {
      if (rows == null) {
        if (!ranges.hasNext()) {
          return false;
        }
        KeyRange range = ranges.next();
        rows = open(range);
        rows.seek(range.from());
      } else {
        rows.next();
      }
      if (isAtRow(rows)) {
        return true;
      }
      closeRange();
    }
  }

  /**
   * Moves within the current range, at first the first one, to the first key not below {@code
   * target}; false if there is none.
   */
  boolean seek(byte[] target) {
    if (rows == null) {
      if (!ranges.hasNext()) {
        return false;
      }
      rows = open(ranges.next());
    }
    rows.seek(target);
    return isAtRow(rows);
  }

  private RocksIterator open(KeyRange range) {
    ReadOptions opened = new ReadOptions(pinned.options());
    options = opened;
    byte[] to = range.to();
    if (to != null) {
      upper = new Slice(to);
      opened.setIterateUpperBound(upper);
    }
    opened.setFillCache(!bulk).setReadaheadSize(readaheadBytes);
    Generation generation = pinned.generation();
    RocksIterator opens = generation.db().newIterator(generation.handle(family), opened);
    return opens;
  }

  private boolean isAtRow(RocksIterator at) {
    keySize = NOT_READ;
    if (!at.isValid()) {
      try {
        at.status();
      } catch (RocksDBException e) {
        throw Generation.failure("cannot read from " + family.label(), e);
      }
      return false;
    }
    return true;
  }

  /**
   * Reads the current key into the array of {@link #key}, unless that was done; returns its octets.
   * Apart from the value, since big answers need no key and each call into the engine costs.
   */
  int readKey() {
    if (keySize == NOT_READ) {
      keySize = current().key(key);
      if (keySize > key.length) {
        throw Keys.corrupt("key in " + family.label(), key, "at most " + key.length + " octets");
      }
    }
    return keySize;
  }

  /** The array that the key read last begins. */
  byte[] key() {
    return key;
  }

  /** The current key, in a new array. */
  byte[] copyKey() {
    return Arrays.copyOf(key, readKey());
  }

  private RocksIterator current() {
    if (rows == null) {
      throw new IllegalStateException("no current row in " + family.label());
    }
    return rows;
  }

  /** Reads the current value into the array of {@link #value}; returns its octets. */
  int readValue() {
    RocksIterator at = current();
    int size = at.value(value);
    if (size > value.length) {
      value = new byte[Math.max(size, value.length * 2)];
      size = at.value(value);
    }
    return size;
  }

  /** The array that the value read last begins. */
  byte[] value() {
    return value;
  }

  private void closeRange() {
    if (rows != null) {
      rows.close();
      rows = null;
    }
    if (options != null) {
      options.close();
      options = null;
    }
    if (upper != null) {
      upper.close();
      upper = null;
    }
  }

  @Override
  public void close() {
    closeRange();
  }
}
