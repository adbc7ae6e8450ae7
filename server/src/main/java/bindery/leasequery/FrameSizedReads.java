package bindery.leasequery;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.util.function.IntSupplier;

/**
 * The amount that each read takes from the socket: never beyond the current frame, so that a query
 * that cannot be worked on yet stays in the socket, where TCP slows its sender down (S-82).
 *
 * <p>One per channel.
 */
final class FrameSizedReads extends DefaultMaxMessagesRecvByteBufAllocator {
  // A size may promise 65,535 octets that never come: memory follows what has come.
  private static final int READ_BYTES_MAX = 4_096;

  private final IntSupplier missing;

  /** Asks {@code missing} before each read, on the event loop. */
  FrameSizedReads(IntSupplier missing) {
    super(1);
    this.missing = missing;
  }

  @Override
  public ExtendedHandle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return Math.min(missing.getAsInt(), READ_BYTES_MAX);
      }
    };
  }
}
