package bindery.store;

/**
 * How much memory a store may take, and up to which level it follows rules.
 *
 * @param cacheBytes block cache, filters and index blocks included; at least 8 MiB
 * @param memtableBytes all memory tables together before a flush; at least 1 MiB
 * @param levelSupported the highest level whose rules and formats the program knows
 */
public record StoreOptions(long cacheBytes, long memtableBytes, int levelSupported) {
  /** 384 MiB of cache and 64 MiB of memory tables. */
  public static final StoreOptions DEFAULT = new StoreOptions(384L << 20, 64L << 20);

  /** Of this program, which knows {@link BindingStore#LEVEL_SUPPORTED}. */
  public StoreOptions(long cacheBytes, long memtableBytes) {
    this(cacheBytes, memtableBytes, BindingStore.LEVEL_SUPPORTED);
  }

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

  /**
   * Refuses what is of a higher level than the program knows.
   *
   * @throws StoreException if it is; the node must stop then
   */
  void checkLevel(String what, long level) {
    if (level > levelSupported) {
      throw new StoreException(
          what
              + " is of level "
              + level
              + " (this program knows up to "
              + levelSupported
              + "); run the program that the cluster was upgraded to");
    }
  }
}
