package bindery.store;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Cache;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bindings of the cluster as this node has applied them, in RocksDB.
 *
 * <p>One writer applies log entries in order; any number of threads read by {@link #view}. Each
 * entry is one atomic write that also holds its term and index; the write-ahead log is off, since
 * the Raft log is the redo log: after a crash the rows are those of the last flush, and {@link
 * #applied} says from where to replay.
 *
 * <p>A store has one current generation, an open RocksDB. {@link #install} puts another in its
 * place; the old one lives until its last view is closed.
 *
 * <p>After any failed write every further one fails: the node stops, and starts again from what is
 * on disk.
 */
public final class BindingStore implements AutoCloseable {
  /** The highest level whose rules and formats this program knows. */
  public static final int LEVEL_SUPPORTED = Schema.LEVEL_SUPPORTED;

  private static final Logger LOG = LoggerFactory.getLogger(BindingStore.class);
  private static final long CLOSE_SECONDS_MAX = 10;

  static {
    RocksDB.loadLibrary();
  }

  private final Path folder;
  private final StoreOptions options;
  private final StoreFolder files;
  private final Cache cache;

  // Guards everything the writer changes. Readers take no lock.
  private final Object writing = new Object();
  private volatile Generation current;
  private volatile AppliedIndex applied;
  private volatile AppliedIndex flushed;
  private volatile boolean closed;
  private final Applier applier;
  private RowBatch batch;
  private AppliedIndex written;
  private @Nullable Throwable failure;

  private BindingStore(
      Path folder,
      StoreOptions options,
      JobLimits limits,
      StoreFolder files,
      Cache cache,
      Generation first) {
    applier = new Applier(limits);
    this.folder = folder;
    this.options = options;
    this.files = files;
    this.cache = cache;
    current = first;
    batch = first.newBatch();
    written = MetaRow.readApplied(first.reader());
    applied = written;
    flushed = written;
  }

  /**
   * Opens the store in {@code folder}, making it if it is not there.
   *
   * @throws StoreException if another process holds it, a file is corrupt, or a row format or level
   *     is newer than this program knows
   */
  public static BindingStore open(Path folder, StoreOptions options) {
    return open(folder, options, JobLimits.RULES);
  }

  /** The same, with jobs in steps of another length. */
  static BindingStore open(Path folder, StoreOptions options, JobLimits limits) {
    StoreFolder files = StoreFolder.open(folder);
    Cache cache = EngineOptions.cache(options.cacheBytes());
    Generation generation = null;
    try {
      Path rows = StoreFolder.current(folder).orElse(null);
      if (rows == null) {
        rows = StoreFolder.first(folder);
        StoreFolder.point(folder, rows);
      }
      files.sweep(rows);
      generation = openGeneration(rows, cache, options);
      return new BindingStore(folder, options, limits, files, cache, generation);
    } catch (RuntimeException e) {
      if (generation != null) {
        generation.release();
      }
      cache.close();
      files.close();
      throw e;
    }
  }

  private static Generation openGeneration(Path rows, Cache cache, StoreOptions options) {
    Generation generation = new Generation(rows, cache, options);
    try {
      long level = MetaRow.readNumber(generation.reader(), MetaKey.LEVEL);
      options.checkLevel("the store in " + rows, level);
      return generation;
    } catch (RuntimeException e) {
      generation.release();
      throw e;
    }
  }

  /**
   * What the store in {@code folder} has applied on disk; {@link AppliedIndex#NONE} if none. For a
   * store that nobody has open; a checkpoint is one too.
   *
   * @throws StoreException if it is corrupt or incomplete
   */
  public static AppliedIndex peek(Path folder) {
    return StoreCopy.peek(folder);
  }

  /** The highest level whose rules this store follows. */
  public int levelSupported() {
    return options.levelSupported();
  }

  /** The last applied entry. Any thread. */
  public AppliedIndex applied() {
    return applied;
  }

  /** An applied entry that is on disk for good, with all before it. Any thread. */
  public AppliedIndex flushed() {
    return flushed;
  }

  /**
   * Applies one log entry: rows, indexes, term and index in one atomic write. The writer's thread
   * only.
   *
   * @return what the proposer is told; the same octets at every replica
   * @throws StoreException if the engine fails or the entry is of a level above the supported; the
   *     node must stop then. Never thrown for what an entry says
   * @throws IllegalArgumentException if {@code index} is not above the applied one
   */
  public Result apply(long term, long index, Command command) {
    synchronized (writing) {
      checkWritable();
      checkAbove(index);
      AppliedIndex at = new AppliedIndex(term, index);
      Generation generation = current;
      try {
        options.checkLevel("entry " + index, command.getLevel());
        batch.clear();
        Result result = applier.apply(generation.reader(), batch, at, command);
        if (batch.touches(Family.LINK)) {
          batch.put(Family.META, MetaKey.LINKS_CHANGED.octets(), MetaRow.number(index));
        }
        write(generation, at);
        return result;
      } catch (RuntimeException | Error e) {
        failure = e;
        throw e instanceof StoreException fault
            ? fault
            : new StoreException("cannot apply entry " + index + " of term " + term, e);
      }
    }
  }

  // Adds the applied index to the batch and writes it.
  private void write(Generation generation, AppliedIndex at) {
    batch.put(Family.META, MetaKey.APPLIED.octets(), MetaRow.applied(at));
    generation.write(batch);
    written = at;
    applied = at;
  }

  private void checkAbove(long index) {
    if (index <= applied.index()) {
      throw new IllegalArgumentException(
          "entry " + index + " is not above the applied " + applied.index());
    }
  }

  private void checkWritable() {
    if (closed) {
      throw new IllegalStateException("the store in " + folder + " is closed");
    }
    if (failure != null) {
      throw new StoreException(
          "the store in " + folder + " has failed before; stop and start the node", failure);
    }
  }

  /**
   * Notes that an entry without content for the store (a Raft configuration) was passed. In memory;
   * on disk with the next write or flush. The writer's thread only.
   *
   * @throws IllegalArgumentException if {@code index} is not above the applied one
   */
  public void passed(long term, long index) {
    synchronized (writing) {
      checkWritable();
      checkAbove(index);
      applied = new AppliedIndex(term, index);
    }
  }

  /**
   * Writes the applied index and all memory tables to disk, atomically over all column families.
   * Any thread; entries may be applied meanwhile.
   *
   * @return what is on disk then, for good
   * @throws StoreException if the engine fails; the node must stop then
   */
  public AppliedIndex flush() {
    Generation generation;
    AppliedIndex at;
    synchronized (writing) {
      checkWritable();
      generation = current;
      at = applied;
      if (!at.equals(written)) {
        batch.clear();
        try {
          write(generation, at);
        } catch (RuntimeException | Error e) {
          failure = e;
          throw e;
        }
      }
      if (!generation.acquire()) {
        throw new IllegalStateException("the store in " + folder + " is closed");
      }
    }
    try {
      generation.flush();
      synchronized (writing) {
        flushed = at.index() > flushed.index() ? at : flushed;
      }
      return at;
    } catch (RuntimeException | Error e) {
      synchronized (writing) {
        failure = e;
      }
      throw e;
    } finally {
      generation.release();
    }
  }

  /**
   * Pins a snapshot. Any thread. Closed by the caller.
   *
   * @throws IllegalStateException if the store is closed
   */
  public StoreView view() {
    while (!closed) {
      Generation generation = current;
      if (generation.acquire()) {
        return new StoreView(generation);
      }
      Thread.onSpinWait(); // replaced by install or closed at this very instant
    }
    throw new IllegalStateException("the store in " + folder + " is closed");
  }

  /**
   * Makes a copy of the store by hard links, complete as of some applied entry at or after the
   * call's start. Any thread. The copy is a folder with a folder in it, of the same shape as the
   * store's own: {@link #open}, {@link #peek} and {@link #install} take it, as long as all files
   * keep their places in it.
   *
   * @param target must not exist, on the same file system
   * @return what the copy has applied
   * @throws StoreException if it cannot be made; nothing is left of it then
   */
  public AppliedIndex checkpoint(Path target) {
    flush();
    Generation generation = current;
    if (!generation.acquire()) {
      throw new IllegalStateException("the store in " + folder + " is closed");
    }
    try {
      return StoreCopy.make(generation, target);
    } finally {
      generation.release();
    }
  }

  /**
   * Puts the store in {@code checkpoint} in the place of this one. The writer's thread only,
   * nothing applying. Views of the old generation go on; its files are deleted after the last.
   *
   * @param checkpoint a complete store on the same file system; moved away from there
   * @throws StoreException if it is older than what is applied, or cannot be opened; the old
   *     generation stays then
   */
  public void install(Path checkpoint) {
    synchronized (writing) {
      checkWritable();
      AppliedIndex theirs = peek(checkpoint);
      if (theirs.index() < applied.index()) {
        throw new StoreException(
            "the checkpoint in "
                + checkpoint
                + " ends at entry "
                + theirs.index()
                + ", before the applied "
                + applied.index());
      }
      Path from =
          StoreFolder.current(checkpoint)
              .orElseThrow(() -> new StoreException("there is no store in " + checkpoint));
      Path rows = files.next();
      StoreFolder.move(from, rows);
      Generation next = openAt(rows, from);
      Generation old = current;
      batch = next.newBatch();
      current = next;
      written = theirs;
      applied = theirs;
      flushed = theirs;
      old.onClosed(() -> discard(old.folder()));
      old.release();
      discard(checkpoint);
    }
  }

  // Opens what was moved to `rows` and makes it current for good, or moves it back.
  private Generation openAt(Path rows, Path from) {
    Generation next = null;
    try {
      next = openGeneration(rows, cache, options);
      StoreFolder.point(folder, rows);
      return next;
    } catch (RuntimeException e) {
      if (next != null) {
        next.release();
      }
      StoreFolder.move(rows, from);
      throw e;
    }
  }

  // On the thread of the last reader, who has no use for a failure of this.
  private static void discard(Path rows) {
    try {
      StoreFolder.delete(rows);
    } catch (StoreException e) {
      LOG.warn("event=store-left {} is of no use any more and could not be deleted", rows, e);
    }
  }

  /** Octets of the store's files, generations that still have views included. Any thread. */
  public long sizeBytes() {
    return StoreFolder.sizeBytes(folder);
  }

  /**
   * Flushes and closes. Waits at most 10 s for open views; those that stay longer keep the files
   * open until they are closed.
   */
  @Override
  public void close() {
    synchronized (writing) {
      if (closed) {
        return;
      }
      try (files; // the lock goes last
          cache) {
        flushAndRelease();
        if (!current.awaitClosed(CLOSE_SECONDS_MAX)) {
          LOG.warn(
              "event=store-views-open views of the store in {} are still open {} s after its end",
              folder,
              CLOSE_SECONDS_MAX);
        }
      }
    }
  }

  private void flushAndRelease() {
    try {
      if (failure == null) {
        flush();
      }
    } finally {
      closed = true;
      current.release();
    }
  }
}
