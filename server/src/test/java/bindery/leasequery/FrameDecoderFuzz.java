package bindery.leasequery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz target: any octets, split into segments anyhow, give the frames that they hold, and no
 * buffer is left over (S-17, V-01, V-02).
 *
 * <p>The first octet says how long segments are; what follows is the stream.
 */
public final class FrameDecoderFuzz {
  private FrameDecoderFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int segment = 1 + (input[0] & 0xff);
    byte[] stream = Arrays.copyOfRange(input, 1, input.length);
    FrameDecoder decoder = new FrameDecoder();
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    List<byte[]> frames = new ArrayList<>();
    List<ByteBuf> segments = new ArrayList<>();
    for (int at = 0; at < stream.length; at += segment) {
      int end = Math.min(stream.length, at + segment);
      ByteBuf part = Unpooled.copiedBuffer(stream, at, end - at);
      segments.add(part);
      channel.writeInbound(part);
      for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
        frames.add(ByteBufUtil.getBytes(frame));
        frame.release();
      }
      check(decoder.missing() >= 1, "asks for " + decoder.missing() + " octets");
    }
    check(decoder.isInFrame() == (rest(stream) > 0), "does not know whether it is in a frame");
    channel.finishAndReleaseAll();
    check(segments.stream().allMatch(part -> part.refCnt() == 0), "a buffer is left over");
    compare(frames, stream);
  }

  private static void compare(List<byte[]> frames, byte[] stream) {
    int at = 0;
    for (byte[] frame : frames) {
      int size = size(stream, at);
      byte[] expected = Arrays.copyOfRange(stream, at + 2, at + 2 + size);
      check(Arrays.equals(frame, expected), "another frame at " + at);
      at += 2 + size;
    }
    check(stream.length - at == rest(stream), "frames are missing from " + at);
  }

  // Octets behind the last whole frame.
  private static int rest(byte[] stream) {
    int at = 0;
    while (at + 2 <= stream.length && at + 2 + size(stream, at) <= stream.length) {
      at += 2 + size(stream, at);
    }
    return stream.length - at;
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
