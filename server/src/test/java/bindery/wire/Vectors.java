package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Duid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The frames in {@code wire/vectors.txt}, by name. */
public final class Vectors {
  public static final Duid REQUESTOR = Duid.parse("0003000102005e10000a");
  public static final Duid SERVER = Duid.parse("0002000000090cc084d303000912");
  public static final Duid RELAY = Duid.parse("0003000102005e1000aa");

  private static final Map<String, Bytes> FRAMES = load();

  private Vectors() {}

  /** The whole frame of that name. */
  public static Bytes frame(String name) {
    return Objects.requireNonNull(FRAMES.get(name), name);
  }

  /** The frame of that name without its message-size. */
  public static byte[] message(String name) {
    byte[] frame = frame(name).toArray();
    return Arrays.copyOfRange(frame, 2, frame.length);
  }

  private static Map<String, Bytes> load() {
    Map<String, StringBuilder> hex = new LinkedHashMap<>();
    StringBuilder current = new StringBuilder();
    for (String line : text().split("\n", -1)) {
      if (line.startsWith("  ")) {
        current.append(line.strip());
      } else if (!line.startsWith("#") && !line.isEmpty()) {
        current = new StringBuilder();
        hex.put(line.substring(0, line.indexOf(' ')), current);
      }
    }
    Map<String, Bytes> frames = new LinkedHashMap<>();
    hex.forEach((name, digits) -> frames.put(name, Bytes.parseHex(digits.toString())));
    return frames;
  }

  private static String text() {
    try (InputStream in =
        Objects.requireNonNull(Vectors.class.getResourceAsStream("/wire/vectors.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
