package bindery.store;

/**
 * How much memory a store may take.
 *
 * @param cacheBytes block cache, filters and index blocks included; at least 8 MiB
 * @param memtableBytes all memory tables together before a flush; at least 1 MiB
 */
public record StoreOptions(long cacheBytes, long memtableBytes) {
  /** 512 MiB of cache and 64 MiB of memory tables. */
  public static final StoreOptions DEFAULT = new StoreOptions(512L << 20, 64L << 20);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is below its least
   */
  public StoreOptions {
    if (cacheBytes < 8L << 20) {
      throw new IllegalArgumentException(
          "a cache of " + cacheBytes + " octets (expected >= 8 MiB)");
    }
    if (memtableBytes < 1L << 20) {
      throw new IllegalArgumentException(
          "memory tables of " + memtableBytes + " octets (expected >= 1 MiB)");
    }
  }
}
