package bindery.model;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable run of octets, compared as unsigned octets from the left, so that its order is the
 * order of keys on disk.
 */
public final class Bytes implements Comparable<Bytes> {
  /** No octets. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final HexFormat HEX = HexFormat.of();

  private final byte[] octets;

  private Bytes(byte[] octets) {
    this.octets = octets;
  }

  /** Copies the given octets. */
  public static Bytes of(byte[] octets) {
    return octets.length == 0 ? EMPTY : new Bytes(octets.clone());
  }

  /** Copies {@code length} octets from {@code offset}. */
  public static Bytes of(byte[] octets, int offset, int length) {
    return length == 0 ? EMPTY : new Bytes(Arrays.copyOfRange(octets, offset, offset + length));
  }

  /**
   * Takes the given array over without a copy.
   *
   * @param octets must never be changed again
   */
  public static Bytes wrap(byte[] octets) {
    return new Bytes(octets);
  }

  /**
   * Reads hexadecimal digits of either case, optionally with colons between octets, as DUIDs are
   * commonly written.
   *
   * @throws IllegalArgumentException if the text holds anything else or an odd number of digits
   */
  public static Bytes parseHex(String text) {
    String digits = text.indexOf(':') < 0 ? text : joinOctets(text);
    try {
      return new Bytes(HEX.parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not hexadecimal octets: \"" + text + "\" (expected an even number of digits 0-9, a-f)",
          e);
    }
  }

  private static String joinOctets(String text) {
    StringBuilder joined = new StringBuilder(text.length());
    for (String octet : text.split(":", -1)) {
      if (octet.isEmpty() || octet.length() > 2) {
        throw new IllegalArgumentException(
            "not hexadecimal octets: \"" + text + "\" (expected one or two digits between colons)");
      }
      if (octet.length() == 1) {
        joined.append('0');
      }
      joined.append(octet);
    }
    return joined.toString();
  }

  /** The number of octets. */
  public int size() {
    return octets.length;
  }

  /** Whether there are no octets. */
  public boolean isEmpty() {
    return octets.length == 0;
  }

  /** The octet at {@code index}, 0..255. */
  public int at(int index) {
    return octets[index] & 0xff;
  }

  /** Copies all octets into {@code target} from {@code offset}; returns the offset behind them. */
  public int copyTo(byte[] target, int offset) {
    System.arraycopy(octets, 0, target, offset, octets.length);
    return offset + octets.length;
  }

  /** A copy of the octets. */
  public byte[] toArray() {
    return octets.clone();
  }

  /** The octets in lower-case hexadecimal without separators. */
  public String hex() {
    return HEX.formatHex(octets);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(octets, other.octets);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return hex();
  }
}
