package bindery.leasequery;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.wire.Incoming;
import bindery.wire.QueryDecoder;
import bindery.wire.Vectors;
import java.io.ByteArrayOutputStream;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** S-17: where segments begin and end is no part of what a requestor says. */
final class FrameSplitTest {
  private static final List<String> QUERIES = List.of("Q1", "Q2", "Q3", "Q4", "Q5");

  @Property(tries = 500)
  void decode_anySplit_givesTheSameMessages(
      @ForAll("messages") List<byte[]> messages, @ForAll("sizes") int[] sizes) {
    assertThat(FrameDecoderFuzz.frames(stream(messages), sizes))
        .usingElementComparator(java.util.Arrays::compare)
        .isEqualTo(messages);
  }

  @Property(tries = 200)
  void decode_anySplit_givesTheSameQueries(
      @ForAll("names") List<String> names, @ForAll("sizes") int[] sizes) {
    List<byte[]> messages = names.stream().map(Vectors::message).toList();

    List<Incoming> read =
        FrameDecoderFuzz.frames(stream(messages), sizes).stream()
            .map(message -> QueryDecoder.decode(message, Vectors.SERVER))
            .toList();

    assertThat(read).hasSameSizeAs(names).hasOnlyElementsOfType(Incoming.Query.class);
    assertThat(read)
        .isEqualTo(messages.stream().map(m -> QueryDecoder.decode(m, Vectors.SERVER)).toList());
  }

  private static byte[] stream(List<byte[]> messages) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      stream.write(message.length >> 8);
      stream.write(message.length);
      stream.writeBytes(message);
    }
    return stream.toByteArray();
  }

  @Provide
  Arbitrary<List<byte[]>> messages() {
    Arbitrary<byte[]> small = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
    Arbitrary<byte[]> large = Arbitraries.integers().between(4_000, 65_535).map(byte[]::new);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(9, small), net.jqwik.api.Tuple.of(1, large))
        .list()
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.of(QUERIES).list().ofMinSize(1).ofMaxSize(12);
  }

  @Provide
  Arbitrary<int[]> sizes() {
    Arbitrary<Integer> size =
        Arbitraries.oneOf(
            Arbitraries.integers().between(1, 4),
            Arbitraries.integers().between(1, 100),
            Arbitraries.integers().between(1, 70_000));
    return size.array(int[].class).ofMaxSize(40);
  }
}
