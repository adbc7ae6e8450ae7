package bindery.store;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import java.nio.file.Path;

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
 */
public final class BindingStore implements AutoCloseable {
  private BindingStore() {}

  /**
   * Opens the store in {@code folder}, making it if it is not there.
   *
   * @throws StoreException if another process holds it, a file is corrupt, or a row format or level
   *     is newer than this program knows
   */
  public static BindingStore open(Path folder, StoreOptions options) {
    throw new UnsupportedOperationException();
  }

  /** What the store in {@code folder} has applied on disk; {@link AppliedIndex#NONE} if none. */
  public static AppliedIndex peek(Path folder) {
    throw new UnsupportedOperationException();
  }

  /** The last applied entry. Any thread. */
  public AppliedIndex applied() {
    throw new UnsupportedOperationException();
  }

  /** The last applied entry that is on disk for good. Any thread. */
  public AppliedIndex flushed() {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * Notes that an entry without content for the store (a Raft configuration) was passed. In memory;
   * on disk with the next write or flush. The writer's thread only.
   */
  public void passed(long term, long index) {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes the applied index and all memory tables to disk, atomically over all column families.
   *
   * @return what is on disk then, for good
   */
  public AppliedIndex flush() {
    throw new UnsupportedOperationException();
  }

  /** Pins a snapshot. Any thread. Closed by the caller. */
  public StoreView view() {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a copy of the store by hard links, complete as of some applied entry at or after the
   * call's start.
   *
   * @param target must not exist, on the same file system
   * @return what the copy has applied
   */
  public AppliedIndex checkpoint(Path target) {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts the store in {@code checkpoint} in the place of this one. The writer's thread only,
   * nothing applying. Views of the old generation go on.
   *
   * @param checkpoint a complete store on the same file system; moved away from there
   * @throws StoreException if it is older than what is applied, or cannot be opened; the old
   *     generation stays then
   */
  public void install(Path checkpoint) {
    throw new UnsupportedOperationException();
  }

  /** Octets of the store's files. Any thread. */
  public long sizeBytes() {
    throw new UnsupportedOperationException();
  }

  /** Flushes and closes. Waits at most 10 s for open views. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
