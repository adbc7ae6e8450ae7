package bindery.deploy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One DHCPv6 option, as the tests take messages apart. */
public final class WireOption {
  private final int code;
  private final byte[] data;

  private WireOption(int code, byte[] data) {
    this.code = code;
    this.data = data;
  }

  public int code() {
    return code;
  }

  /** Not to be changed. */
  public byte[] data() {
    return data;
  }

  public static List<WireOption> parse(byte[] octets, int from, int to) {
    List<WireOption> options = new ArrayList<>();
    int at = from;
    while (at < to) {
      int code = unsigned(octets, at);
      int length = unsigned(octets, at + 2);
      if (at + 4 + length > to) {
        throw new AssertionError("option " + code + " runs past its end at " + at);
      }
      options.add(new WireOption(code, Arrays.copyOfRange(octets, at + 4, at + 4 + length)));
      at += 4 + length;
    }
    return options;
  }

  private static int unsigned(byte[] octets, int at) {
    return (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff);
  }
}
