package bindery.leasequery;

import bindery.wire.Frame;
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
  // Netty compares this with the whole frame, its size field included.
  private static final int FRAME_BYTES_MAX = Frame.PREFIX_SIZE + Frame.MESSAGE_SIZE_MAX;

  private int held;
  private int missing = Frame.PREFIX_SIZE;

  FrameDecoder() {
    super(FRAME_BYTES_MAX, 0, Frame.PREFIX_SIZE, 0, Frame.PREFIX_SIZE);
  }

  @Override
  protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
    Object frame = super.decode(context, in);
    held = in.readableBytes();
    missing =
        held < Frame.PREFIX_SIZE
            ? Frame.PREFIX_SIZE - held
            : Frame.PREFIX_SIZE + in.getUnsignedShort(in.readerIndex()) - held;
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
