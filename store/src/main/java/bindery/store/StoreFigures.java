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
 * @param lookups in the cache, by kind of block
 * @param compactionReadBytes read by compaction since the store was opened
 * @param compactionWrittenBytes written by it since then
 * @param flushWrittenBytes written by flushes since then
 * @param stallMicros how long writes waited for flushes and compaction since then
 */
public record StoreFigures(
    List<FamilyFigures> families,
    long memtableBytes,
    long compactionPendingBytes,
    long compactionsRunning,
    boolean isWriteStopped,
    long cacheUsedBytes,
    long cachePinnedBytes,
    long cacheBytes,
    List<CacheLookups> lookups,
    long compactionReadBytes,
    long compactionWrittenBytes,
    long flushWrittenBytes,
    long stallMicros) {
  /** Copies the lists. */
  public StoreFigures {
    families = List.copyOf(families);
    lookups = List.copyOf(lookups);
  }

  /**
   * One column family.
   *
   * @param name as {@link Schema} has it
   * @param rows an estimate; exact after a flush and compaction
   * @param fileBytes of its files on disk
   */
  public record FamilyFigures(String name, long rows, long fileBytes) {}

  /**
   * How often blocks of one kind were looked for in the cache since the store was opened.
   *
   * @param kind data, index or filter
   * @param hits that found one
   * @param misses that had to read it from a file
   */
  public record CacheLookups(String kind, long hits, long misses) {}
}
