package bindery.leasequery;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The cutter of a connection's octets into messages: a size (2), then that many octets (RFC 5460
 * 5.1). Yields the message without its size; sizes 0..65535 all pass, and what to make of those
 * below 4 is the handler's to say.
 *
 * <p>Knows how many octets the current frame still lacks, so that the socket is never read beyond
 * it ({@link FrameSizedReads}). Holds one frame at most.
 */
final class FrameDecoder extends LengthFieldBasedFrameDecoder {
  private static final int SIZE_LENGTH = 2;

  // Netty compares this with the whole frame, its size field included.
  private static final int FRAME_BYTES_MAX = SIZE_LENGTH + 65_535;

  private int held;
  private int missing = SIZE_LENGTH;

  FrameDecoder() {
    super(FRAME_BYTES_MAX, 0, SIZE_LENGTH, 0, SIZE_LENGTH);
  }

  @Override
  protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
    Object frame = super.decode(context, in);
    held = in.readableBytes();
    missing =
        held < SIZE_LENGTH
            ? SIZE_LENGTH - held
            : SIZE_LENGTH + in.getUnsignedShort(in.readerIndex()) - held;
    return frame;
  }

  /** Whether a frame has begun and is not complete. */
  boolean isInFrame() {
    return held > 0;
  }

  /** Octets to read before anything more is known: of the size, else of the message; at least 1. */
  int missing() {
    return missing;
  }
}
