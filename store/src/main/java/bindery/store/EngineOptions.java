package bindery.store;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.HistogramType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;

/**
 * How RocksDB is opened. Format version, compression, checksum and the set of families are written
 * out, not left to the engine's defaults: they belong to the level, so that a copy opens under
 * every program of it.
 *
 * <p>What an update costs hangs on filters and index blocks staying in the cache, so they stand in
 * it at high priority. Closed after the database that was opened with it.
 */
final class EngineOptions implements AutoCloseable {
  private static final int TABLE_FORMAT = 6;
  private static final int BLOCK_BYTES = 16 << 10;
  private static final int FILTER_BITS_PER_KEY = 10;
  private static final double MEMTABLE_FILTER_SHARE = 0.03;
  private static final double HIGH_PRIORITY_SHARE = 0.5;
  private static final long SHARD_BYTES_MIN = 64L << 20;
  private static final long SHARDS_MAX = 16;

  // Counts alone: with no histogram the engine reads no clock for them.
  private final Statistics counts = new Statistics(EnumSet.allOf(HistogramType.class));
  private final DBOptions database;
  private final BloomFilter filter = new BloomFilter(FILTER_BITS_PER_KEY);
  private final List<ColumnFamilyOptions> familyOptions = new ArrayList<>();
  private final List<ColumnFamilyDescriptor> families = new ArrayList<>();

  /** For a database whose blocks go into {@code cache}, which is the caller's. */
  EngineOptions(Cache cache, StoreOptions options) {
    counts.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
    database =
        new DBOptions()
            .setStatistics(counts)
            // They are read by metrics, and need not be in its log every ten minutes.
            .setStatsDumpPeriodSec(0)
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setAtomicFlush(true)
            .setParanoidChecks(true)
            // What is on disk is what was flushed on purpose, in a crash and in an orderly end.
            .setAvoidFlushDuringShutdown(true)
            .setDbWriteBufferSize(options.memtableBytes())
            // There is one writer, which pays for nobody else's safety.
            .setAllowConcurrentMemtableWrite(false)
            .setMaxBackgroundJobs(2)
            .setBytesPerSync(1 << 20)
            .setMaxOpenFiles(-1)
            .setInfoLogLevel(InfoLogLevel.INFO_LEVEL)
            .setMaxLogFileSize(8 << 20)
            .setKeepLogFileNum(4);
    add(RocksDB.DEFAULT_COLUMN_FAMILY, false, cache, options);
    for (Family family : Family.values()) {
      add(family.labelOctets(), family.isPointRead(), cache, options);
    }
  }

  /**
   * A cache of so many octets, to be closed by the caller.
   *
   * <p>The engine would cut it into up to 64 shards, so that threads do not meet, and keeps no
   * block that is larger than a shard. The filter of a file is one block, of some 8 MiB for a full
   * file of leases: it would be read from disk at every search, which no store of more than 9
   * million leases could bear.
   */
  static Cache cache(long bytes) {
    return new LRUCache(bytes, shardBits(bytes), false, HIGH_PRIORITY_SHARE);
  }

  /** How many bits of a key choose its shard, so that a shard has 64 MiB or there is one. */
  static int shardBits(long bytes) {
    int shards = (int) Math.max(1, Math.min(SHARDS_MAX, bytes / SHARD_BYTES_MIN));
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(shards);
  }

  private void add(byte[] name, boolean pointRead, Cache cache, StoreOptions options) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setFormatVersion(TABLE_FORMAT)
            .setChecksumType(ChecksumType.kXXH3)
            .setBlockSize(BLOCK_BYTES)
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    if (pointRead) {
      table.setFilterPolicy(filter).setWholeKeyFiltering(true);
    }
    // A table of one family never fills alone before all together do: the flush is atomic anyway.
    ColumnFamilyOptions family =
        new ColumnFamilyOptions()
            .setTableFormatConfig(table)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setLevelCompactionDynamicLevelBytes(true)
            .setWriteBufferSize(options.memtableBytes())
            .setArenaBlockSize(
                Math.max(16L << 10, Math.min(options.memtableBytes() / 64, 1L << 20)))
            .setMaxWriteBufferNumber(3);
    if (pointRead) {
      // Most rows that are looked for are not among the newest.
      family
          .setMemtablePrefixBloomSizeRatio(MEMTABLE_FILTER_SHARE)
          .setMemtableWholeKeyFiltering(true);
    }
    familyOptions.add(family);
    families.add(new ColumnFamilyDescriptor(name, family));
  }

  /** Options of the whole. */
  DBOptions database() {
    return database;
  }

  /** How often something has happened since it was opened. */
  long count(TickerType what) {
    return counts.getTickerCount(what);
  }

  /** The engine's own unused family first, then ours as {@link Family} lists them. */
  List<ColumnFamilyDescriptor> families() {
    return families;
  }

  @Override
  public void close() {
    familyOptions.forEach(ColumnFamilyOptions::close);
    database.close();
    counts.close();
    filter.close();
  }
}
