package bindery.model;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv6 address as two 64-bit halves, ordered as unsigned 128-bit numbers.
 *
 * @param high the first 8 octets in network order
 * @param low the last 8 octets in network order
 */
public record Ipv6Address(long high, long low) implements Comparable<Ipv6Address> {
  /** The number of octets of an address. */
  public static final int SIZE = 16;

  /** The unspecified address, {@code ::}. */
  public static final Ipv6Address UNSPECIFIED = new Ipv6Address(0, 0);

  /** Reads 16 octets from {@code offset}. */
  public static Ipv6Address of(byte[] octets, int offset) {
    return new Ipv6Address(readLong(octets, offset), readLong(octets, offset + 8));
  }

  /**
   * Reads 16 octets.
   *
   * @throws IllegalArgumentException if there are not exactly 16
   */
  public static Ipv6Address of(byte[] octets) {
    if (octets.length != SIZE) {
      throw new IllegalArgumentException(
          "an IPv6 address of " + octets.length + " octets (expected 16)");
    }
    return of(octets, 0);
  }

  /**
   * Reads the usual text form (RFC 4291 2.2), without a zone and without brackets. Never asks a
   * name server.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Ipv6Address parse(String text) {
    boolean plain =
        text.indexOf(':') >= 0
            && text.chars()
                .allMatch(c -> c == ':' || c == '.' || (c < 128 && Character.digit(c, 16) >= 0));
    if (plain) {
      try {
        InetAddress parsed = InetAddress.getByName(text);
        byte[] octets = parsed.getAddress();
        if (parsed instanceof Inet6Address) {
          return of(octets, 0);
        }
        // The JDK turns ::ffff:a.b.c.d into an IPv4 address.
        return new Ipv6Address(0, 0xffff_0000_0000L | readInt(octets, 0));
      } catch (UnknownHostException e) {
        throw notAnAddress(text, e);
      }
    }
    throw notAnAddress(text, null);
  }

  private static IllegalArgumentException notAnAddress(
      String text, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException(
        "not an IPv6 address: \"" + text + "\" (expected for example 2001:db8::1)", cause);
  }

  /** Writes the 16 octets to {@code target} from {@code offset}; returns the offset behind them. */
  public int copyTo(byte[] target, int offset) {
    writeLong(target, offset, high);
    writeLong(target, offset + 8, low);
    return offset + SIZE;
  }

  /** The 16 octets, in a new array. */
  public byte[] toArray() {
    byte[] octets = new byte[SIZE];
    copyTo(octets, 0);
    return octets;
  }

  /** Whether this is {@code ::}. */
  public boolean isUnspecified() {
    return (high | low) == 0;
  }

  /** Whether this is a multicast address, ff00::/8. */
  public boolean isMulticast() {
    return high >>> 56 == 0xff;
  }

  /** This address with every bit beyond the first {@code length} (0..128) cleared. */
  public Ipv6Address masked(int length) {
    long highMask = length >= 64 ? -1L : length == 0 ? 0 : -1L << (64 - length);
    long lowMask = length >= 128 ? -1L : length <= 64 ? 0 : -1L << (128 - length);
    return new Ipv6Address(high & highMask, low & lowMask);
  }

  private static long readLong(byte[] octets, int offset) {
    return readInt(octets, offset) << 32 | readInt(octets, offset + 4);
  }

  private static long readInt(byte[] octets, int offset) {
    return (octets[offset] & 0xffL) << 24
        | (octets[offset + 1] & 0xffL) << 16
        | (octets[offset + 2] & 0xffL) << 8
        | (octets[offset + 3] & 0xffL);
  }

  private static void writeLong(byte[] target, int offset, long value) {
    for (int i = 0; i < 8; i++) {
      target[offset + i] = (byte) (value >>> (56 - 8 * i));
    }
  }

  @Override
  public int compareTo(Ipv6Address other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** The canonical text form (RFC 5952): lower case, the longest run of zero groups shortened. */
  @Override
  public String toString() {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (int) ((i < 4 ? high : low) >>> (48 - 16 * (i % 4))) & 0xffff;
    }
    int runStart = -1;
    int runLength = 1; // a single zero group is not shortened
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
