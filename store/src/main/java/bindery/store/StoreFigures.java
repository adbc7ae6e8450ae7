package bindery.store;

import java.util.List;

/**
 * What the engine keeps of a store at one moment, by its own count; octets where nothing else is
 * said.
 *
 * @param families each column family
 * @param memtableBytes rows that are not on disk yet
 * @param compactionPendingBytes an estimate of what compaction has still to rewrite
 * @param compactionsRunning compactions at work now
 * @param isWriteStopped whether the engine takes no writes until compaction has caught up
 * @param cacheUsedBytes blocks, filters and indexes in the cache
 * @param cachePinnedBytes those of them that are in use and cannot fall out
 * @param cacheBytes what the cache may hold
 */
public record StoreFigures(
    List<FamilyFigures> families,
    long memtableBytes,
    long compactionPendingBytes,
    long compactionsRunning,
    boolean isWriteStopped,
    long cacheUsedBytes,
    long cachePinnedBytes,
    long cacheBytes) {
  /** Copies the list. */
  public StoreFigures {
    families = List.copyOf(families);
  }

  /**
   * One column family.
   *
   * @param name as {@link Schema} has it
   * @param rows an estimate; exact after a flush and compaction
   * @param fileBytes of its files on disk
   */
  public record FamilyFigures(String name, long rows, long fileBytes) {}
}
