package bindery.leasequery;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameDecoderTest {
  private static List<byte[]> frames(EmbeddedChannel channel) {
    List<byte[]> frames = new ArrayList<>();
    for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      frames.add(ByteBufUtil.getBytes(frame));
      frame.release();
    }
    return frames;
  }

  // S-17, V-01: every size passes, the two that Netty's own count would refuse included.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 65_533, 65_534, 65_535})
  void decode_anySize_yieldsTheMessage(int size) {
    FrameDecoder decoder = new FrameDecoder();
    EmbeddedChannel channel = new EmbeddedChannel(decoder);

    channel.writeInbound(Unpooled.buffer().writeShort(size).writeZero(size));

    assertThat(frames(channel)).singleElement().satisfies(f -> assertThat(f).hasSize(size));
    assertThat(decoder.isInFrame()).isFalse();
    assertThat(decoder.missing()).isEqualTo(2);
    assertThat(channel.finish()).isFalse();
  }

  // S-17
  @Test
  void decode_octetByOctet_tellsWhatIsMissing() {
    FrameDecoder decoder = new FrameDecoder();
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    byte[] frame = HexFormat.of().parseHex("0004100a1b2c");
    int[] missing = {1, 4, 3, 2, 1, 2};

    for (int i = 0; i < frame.length; i++) {
      assertThat(decoder.isInFrame()).isEqualTo(i > 0);
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {frame[i]}));
      assertThat(decoder.missing()).as("after %d octets", i + 1).isEqualTo(missing[i]);
    }

    assertThat(frames(channel)).singleElement().isEqualTo(HexFormat.of().parseHex("100a1b2c"));
    assertThat(channel.finish()).isFalse();
  }

  // S-17
  @Test
  void decode_severalFramesInOneSegment_yieldsEach() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());

    channel.writeInbound(
        Unpooled.wrappedBuffer(HexFormat.of().parseHex("00041000000100041000000200041000")));

    assertThat(frames(channel)).hasSize(2);
    assertThat(channel.finish()).isFalse();
  }

  // S-82: a read takes the frame and no octet of the next.
  @Test
  void readSize_ofAnyFrame_neverPassesItsEnd() {
    int[] missing = {2, 60, 65_535};
    for (int octets : missing) {
      FrameSizedReads reads = new FrameSizedReads(() -> octets);
      assertThat(reads.newHandle().guess()).isEqualTo(Math.min(octets, 4_096));
    }
  }
}
