package bindery.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.TickerType;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open RocksDB, with a count of those who use it. The one who opened it holds the first
 * reference; whoever {@link #acquire}s must {@link #release}. The last release closes everything
 * native, so nothing native is ever used after it was closed.
 */
final class Generation {
  private final Path folder;
  private final EngineOptions options;
  private final RocksDB db;
  private final ColumnFamilyHandle defaultHandle;
  private final Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
  private final WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
  private final ReadOptions latest = new ReadOptions();
  private final AtomicInteger references = new AtomicInteger(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final TopologyCache topologies = new TopologyCache();
  private final Observations observations = new Observations();
  private volatile Runnable onClosed = () -> {};

  /**
   * Opens the RocksDB in {@code folder}, making it if it is not there.
   *
   * @throws StoreException if another process holds it or a file is corrupt
   */
  Generation(Path folder, Cache cache, StoreOptions options) {
    this.folder = folder;
    this.options = new EngineOptions(cache, options);
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    try {
      db =
          RocksDB.open(this.options.database(), folder.toString(), this.options.families(), opened);
    } catch (RocksDBException e) {
      closeOptions();
      throw failure("cannot open the store in " + folder, e);
    }
    defaultHandle = opened.get(0);
    int next = 1;
    for (Family family : Family.values()) {
      handles.put(family, opened.get(next++));
    }
  }

  /** Where its files are. */
  Path folder() {
    return folder;
  }

  /** The topology last read from it. */
  TopologyCache topologies() {
    return topologies;
  }

  /** What was seen of the sources while entries were applied to it. */
  Observations observations() {
    return observations;
  }

  /** The open database: only while a reference is held. */
  RocksDB db() {
    return db;
  }

  /** The handle of a family: only while a reference is held. */
  ColumnFamilyHandle handle(Family family) {
    ColumnFamilyHandle handle = handles.get(family);
    if (handle == null) {
      throw new IllegalStateException("no column family " + family);
    }
    return handle;
  }

  /** Reads the latest state. The caller holds a reference as long as it is used. */
  RowReader reader() {
    return new RowReader(this, latest);
  }

  /** A new empty batch for this database. */
  RowBatch newBatch() {
    Map<Family, Integer> ids = new EnumMap<>(Family.class);
    handles.forEach((family, handle) -> ids.put(family, handle.getID()));
    return new RowBatch(ids);
  }

  /**
   * Writes a batch, all or nothing, into memory: on disk with the next flush.
   *
   * @throws StoreException if the engine fails now or failed before in the background
   */
  void write(RowBatch batch) {
    try (WriteBatch octets = new WriteBatch(batch.serialized())) {
      db.write(writeOptions, octets);
      // With the write-ahead log off the engine tells no listener of a failed flush.
      if (db.getLongProperty("rocksdb.background-errors") != 0) {
        throw new StoreException(
            "a flush or compaction failed in the background in "
                + folder
                + " (its LOG file says why); look at the disk, then start the node again");
      }
    } catch (RocksDBException e) {
      throw failure("cannot write to the store in " + folder, e);
    }
  }

  /**
   * Flushes all families to disk, as of one instant.
   *
   * @throws StoreException if the engine fails
   */
  void flush() {
    List<ColumnFamilyHandle> all = new ArrayList<>(handles.values());
    all.add(defaultHandle);
    try (FlushOptions flushOptions = new FlushOptions().setWaitForFlush(true)) {
      db.flush(flushOptions, all);
    } catch (RocksDBException e) {
      throw failure("cannot flush the store in " + folder, e);
    }
  }

  /** A number that the engine keeps of one family. */
  long property(Family family, String property) {
    try {
      return db.getLongProperty(handle(family), property);
    } catch (RocksDBException e) {
      throw failure("cannot read " + property + " of the store in " + folder, e);
    }
  }

  /** What the engine keeps of it: only while a reference is held. */
  StoreFigures figures() {
    List<StoreFigures.FamilyFigures> families = new ArrayList<>();
    long memtables = 0;
    long pending = 0;
    for (Family family : Family.values()) {
      families.add(
          new StoreFigures.FamilyFigures(
              family.label(),
              property(family, "rocksdb.estimate-num-keys"),
              property(family, "rocksdb.live-sst-files-size")));
      memtables += property(family, "rocksdb.cur-size-all-mem-tables");
      pending += property(family, "rocksdb.estimate-pending-compaction-bytes");
    }
    // Of the whole, whichever family is asked: the cache is one.
    return new StoreFigures(
        families,
        memtables,
        pending,
        property(Family.BINDING, "rocksdb.num-running-compactions"),
        property(Family.BINDING, "rocksdb.is-write-stopped") != 0,
        property(Family.BINDING, "rocksdb.block-cache-usage"),
        property(Family.BINDING, "rocksdb.block-cache-pinned-usage"),
        property(Family.BINDING, "rocksdb.block-cache-capacity"),
        List.of(
            lookups("data", TickerType.BLOCK_CACHE_DATA_HIT, TickerType.BLOCK_CACHE_DATA_MISS),
            lookups("index", TickerType.BLOCK_CACHE_INDEX_HIT, TickerType.BLOCK_CACHE_INDEX_MISS),
            lookups(
                "filter", TickerType.BLOCK_CACHE_FILTER_HIT, TickerType.BLOCK_CACHE_FILTER_MISS)),
        options.count(TickerType.COMPACT_READ_BYTES),
        options.count(TickerType.COMPACT_WRITE_BYTES),
        options.count(TickerType.FLUSH_WRITE_BYTES),
        options.count(TickerType.STALL_MICROS));
  }

  private StoreFigures.CacheLookups lookups(String kind, TickerType hits, TickerType misses) {
    return new StoreFigures.CacheLookups(kind, options.count(hits), options.count(misses));
  }

  /** Takes a reference; false if it is closed already. */
  boolean acquire() {
    int held = references.get();
    while (held > 0) {
      if (references.compareAndSet(held, held + 1)) {
        return true;
      }
      held = references.get();
    }
    return false;
  }

  /** What is to be done once everything native is closed; set by who holds a reference. */
  void onClosed(Runnable action) {
    onClosed = action;
  }

  /** Gives a reference back; the last one closes. */
  void release() {
    if (references.decrementAndGet() == 0) {
      closeNative();
      closed.countDown();
      onClosed.run();
    }
  }

  /** Waits until it is closed; false if it is not after {@code seconds}. */
  boolean awaitClosed(long seconds) {
    try {
      return closed.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  // Handles before the database, the database before its options.
  private void closeNative() {
    db.cancelAllBackgroundWork(true);
    handles.values().forEach(ColumnFamilyHandle::close);
    defaultHandle.close();
    db.close();
    closeOptions();
  }

  private void closeOptions() {
    latest.close();
    writeOptions.close();
    options.close();
  }

  /** An engine's error as ours, with what to do about the usual ones. */
  static StoreException failure(String what, RocksDBException e) {
    return new StoreException(what + ": " + e.getMessage() + advice(e), e);
  }

  private static String advice(RocksDBException e) {
    Status status = e.getStatus();
    String text = String.valueOf(e.getMessage());
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return "; a file is damaged: " + StoreException.REMEDY;
    }
    if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
      return "; the disk is full: make room, then start the node again";
    }
    if (text.contains("lock file") || text.contains("lock hold")) {
      return "; another process has it open: stop that one first";
    }
    return "";
  }
}
