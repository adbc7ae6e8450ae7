package bindery.store;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.rocksdb.Cache;
import org.rocksdb.RocksDB;

/** An open generation whose rows a test writes itself. */
final class RowsFixture implements AutoCloseable {
  static final long MEMTABLE_BYTES = 4L << 20;

  private final Cache cache;
  private final Generation generation;

  RowsFixture(Path folder) {
    RocksDB.loadLibrary();
    cache = EngineOptions.cache(8L << 20);
    generation = new Generation(folder, cache, new StoreOptions(8L << 20, MEMTABLE_BYTES));
  }

  Generation generation() {
    return generation;
  }

  void write(Consumer<RowBatch> changes) {
    RowBatch batch = generation.newBatch();
    changes.accept(batch);
    generation.write(batch);
  }

  void flush() {
    generation.flush();
  }

  StoreView view() {
    if (!generation.acquire()) {
      throw new IllegalStateException("closed");
    }
    return new StoreView(generation);
  }

  @Override
  public void close() {
    generation.release();
    cache.close();
  }
}
