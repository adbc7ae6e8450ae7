package bindery.feed;

/**
 * What bounds the feed's memory.
 *
 * @param streamBytesMax octets of one stream's batches that are not acknowledged; the next is read
 *     below that
 * @param streamBatchesMax how many batches of one stream these may be
 * @param bytesMax octets of all streams' batches that are not acknowledged
 * @param streamsMax how many streams may be open at this node
 */
public record FeedLimits(long streamBytesMax, int streamBatchesMax, long bytesMax, int streamsMax) {
  /** 1 MiB and 256 batches a stream, 32 MiB in all, 1,024 streams. */
  public static final FeedLimits DEFAULT = new FeedLimits(1 << 20, 256, 32 << 20, 1_024);

  /** The most items of a batch. */
  public static final int BATCH_ITEMS_MAX = 1_000;

  /** The most octets of a batch of several items, encoded. */
  public static final int BATCH_BYTES_MAX = 128 << 10;

  /** The most octets of any batch, encoded. */
  public static final int BATCH_OF_ONE_BYTES_MAX = 256 << 10;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public FeedLimits {
    if (streamBytesMax < 1 || streamBatchesMax < 1 || bytesMax < 1 || streamsMax < 1) {
      throw new IllegalArgumentException(
          "feed limits of "
              + streamBytesMax
              + " octets and "
              + streamBatchesMax
              + " batches a stream, "
              + bytesMax
              + " octets and "
              + streamsMax
              + " streams in all (expected each >= 1)");
    }
  }
}
