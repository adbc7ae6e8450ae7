package bindery.store;

import java.nio.file.Path;
import org.rocksdb.Cache;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDBException;

/**
 * Rewrites a store that nobody has open, so that it holds each row once and nothing deleted. A
 * store in use does so by and by in the background; this is for who wants to know what its rows
 * take.
 */
public final class StoreCompaction {
  private StoreCompaction() {}

  /**
   * Compacts the store in {@code folder}. Takes about as much more disk meanwhile.
   *
   * @return octets of its files afterwards
   * @throws StoreException if there is none, another process holds it, or a file is corrupt
   */
  public static long run(Path folder, StoreOptions options) {
    try (StoreFolder files = StoreFolder.open(folder);
        Cache cache = EngineOptions.cache(options.cacheBytes())) {
      Path rows =
          StoreFolder.current(folder)
              .orElseThrow(() -> new StoreException("there is no store in " + folder));
      files.sweep(rows);
      Generation generation = new Generation(rows, cache, options);
      try (CompactRangeOptions all =
          new CompactRangeOptions()
              .setBottommostLevelCompaction(
                  CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)) {
        for (Family family : Family.values()) {
          generation.db().compactRange(generation.handle(family), null, null, all);
        }
      } catch (RocksDBException e) {
        throw Generation.failure("cannot compact the store in " + folder, e);
      } finally {
        generation.release();
      }
    }
    return StoreFolder.sizeBytes(folder);
  }
}
