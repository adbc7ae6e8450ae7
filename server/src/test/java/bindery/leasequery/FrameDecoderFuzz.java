package bindery.leasequery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz target: any octets, split into segments anyhow, give the frames that they hold, and no
 * buffer is left over (S-17, V-01, V-02).
 *
 * <pre>
 * input = cuts(1) *size(1) stream     ; cuts modulo 16 says how many sizes there are
 * </pre>
 *
 * <p>Each size is that of a segment, 0 standing for 256; they are taken in turn, again and again.
 * Without any the stream is one segment.
 */
public final class FrameDecoderFuzz {
  private static final int CUTS_MAX = 16;

  private FrameDecoderFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int cuts = Math.min((input[0] & 0xff) % CUTS_MAX, input.length - 1);
    int[] sizes = new int[cuts];
    for (int i = 0; i < cuts; i++) {
      sizes[i] = input[1 + i] == 0 ? 256 : input[1 + i] & 0xff;
    }
    frames(Arrays.copyOfRange(input, 1 + cuts, input.length), sizes);
  }

  /**
   * What the decoder makes of a stream, each frame proved to be the one that stands there.
   *
   * @param sizes of the segments, each at least 1, taken in turn; one segment if there is none
   */
  static List<byte[]> frames(byte[] stream, int[] sizes) {
    UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
    FrameDecoder decoder = new FrameDecoder();
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    channel.config().setAllocator(buffers);
    List<byte[]> frames = new ArrayList<>();
    int at = 0;
    int told = 0;
    for (int i = 0; at < stream.length; i++) {
      int size = sizes.length == 0 ? stream.length : sizes[i % sizes.length];
      int end = Math.min(stream.length, at + size);
      channel.writeInbound(buffers.buffer(end - at).writeBytes(stream, at, end - at));
      at = end;
      for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
        byte[] octets = ByteBufUtil.getBytes(frame);
        frame.release();
        check(told + 2 + octets.length <= at, "a frame before its end at " + told);
        byte[] expected = Arrays.copyOfRange(stream, told + 2, told + 2 + size(stream, told));
        check(Arrays.equals(octets, expected), "another frame at " + told);
        frames.add(octets);
        told += 2 + octets.length;
      }
      int held = at - told;
      int whole = held < 2 ? 2 : 2 + size(stream, told);
      check(held < whole, "a whole frame at " + told + " is not told");
      check(decoder.missing() == whole - held, "asks for " + decoder.missing() + " octets");
      check(decoder.isInFrame() == (held > 0), "does not know whether it is in a frame");
    }
    channel.finishAndReleaseAll();
    check(buffers.metric().usedHeapMemory() == 0, "a buffer is left over");
    check(buffers.metric().usedDirectMemory() == 0, "a direct buffer is left over");
    return frames;
  }

  private static int size(byte[] stream, int at) {
    return (stream[at] & 0xff) << 8 | (stream[at + 1] & 0xff);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
