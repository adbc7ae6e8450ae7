package bindery.fuzz;

import bindery.leasequery.FrameDecoderFuzz;
import bindery.model.Bytes;
import bindery.store.RowCodecFuzz;
import bindery.store.RowSeeds;
import bindery.wire.QueryDecoderFuzz;
import bindery.wire.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What is fuzzed.
 *
 * @param type the class that Jazzer calls
 * @param once runs one input
 * @param seeds what it begins with: rows, the vectors, every input that once failed, and those that
 *     reach what no other does ({@code fuzz/TYPE.txt}: why in a line that begins with #, then the
 *     octets in a line)
 */
record Target(Class<?> type, Consumer<byte[]> once, List<byte[]> seeds) {
  private static final List<String> NAMES =
      List.of("Q1", "Q2", "Q3", "Q4", "Q5", "R1", "R3", "A1", "A4");

  /** All of them. */
  static Stream<Target> all() throws IOException {
    List<byte[]> messages = new ArrayList<>();
    List<byte[]> streams = new ArrayList<>();
    for (String name : NAMES) {
      messages.add(Vectors.message(name));
      // Segments of 1, 60 and 3 octets in turn, and all in one.
      String frames = Vectors.frame(name) + "" + Vectors.frame("Q1");
      streams.add(Bytes.parseHex("03013c03" + frames).toArray());
      streams.add(Bytes.parseHex("00" + frames).toArray());
    }
    return Stream.of(
        of(FrameDecoderFuzz.class, FrameDecoderFuzz::fuzzerTestOneInput, streams),
        of(QueryDecoderFuzz.class, QueryDecoderFuzz::fuzzerTestOneInput, messages),
        of(RowCodecFuzz.class, RowCodecFuzz::fuzzerTestOneInput, RowSeeds.all()));
  }

  private static Target of(Class<?> type, Consumer<byte[]> once, List<byte[]> seeds)
      throws IOException {
    List<byte[]> all = new ArrayList<>(seeds);
    String findings = "/fuzz/" + type.getSimpleName() + ".txt";
    try (InputStream in = Objects.requireNonNull(Target.class.getResourceAsStream(findings))) {
      new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(line -> all.add(Bytes.parseHex(line.replace(" ", "")).toArray()));
    }
    return new Target(type, once, all);
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
