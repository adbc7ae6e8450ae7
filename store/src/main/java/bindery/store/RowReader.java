package bindery.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;

/**
 * Reads rows: the latest state, or that of a snapshot. Used only while its generation is held. Any
 * thread.
 */
final class RowReader {
  private final Generation generation;
  private final ReadOptions options;

  /** With read options that are the caller's to close. */
  RowReader(Generation generation, ReadOptions options) {
    this.generation = generation;
    this.options = options;
  }

  /** The generation it reads from. */
  Generation generation() {
    return generation;
  }

  /**
   * The row of that key; null if there is none.
   *
   * @throws StoreException if the engine fails
   */
  byte @Nullable [] get(Family family, byte[] key) {
    try {
      return generation.db().get(generation.handle(family), options, key);
    } catch (RocksDBException e) {
      throw Generation.failure("cannot read from " + family.label(), e);
    }
  }

  /** The row of that key in {@code meta}; null if there is none. */
  byte @Nullable [] get(MetaKey key) {
    return get(Family.META, key.octets());
  }

  /**
   * The rows of those keys, in the order of the keys; null where there is none. Fastest if the keys
   * are sorted.
   *
   * @throws StoreException if the engine fails
   */
  List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
    if (keys.isEmpty()) {
      return new ArrayList<>();
    }
    List<ColumnFamilyHandle> handles = Collections.nCopies(keys.size(), generation.handle(family));
    try {
      return generation.db().multiGetAsList(options, handles, keys);
    } catch (RocksDBException e) {
      throw Generation.failure("cannot read from " + family.label(), e);
    }
  }

  /**
   * The rows from {@code from} on, in key order.
   *
   * @param to the first key beyond the range; null for none
   * @return to be closed by the caller, on the same thread
   */
  RowRange range(Family family, byte[] from, byte @Nullable [] to) {
    return new RowRange(generation, options, family, from, to);
  }

  /** The rows whose keys begin with {@code prefix}, in key order; to be closed by the caller. */
  RowRange prefix(Family family, byte[] prefix) {
    return range(family, prefix, Keys.behind(prefix));
  }

  /** All rows of a family, in key order; to be closed by the caller. */
  RowRange all(Family family) {
    return range(family, new byte[0], null);
  }
}
