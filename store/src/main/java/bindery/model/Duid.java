package bindery.model;

/**
 * A DHCP unique identifier, which names a client, a relay or a server (RFC 8415 11.1).
 *
 * <p>Always opaque: compared octet by octet, never taken apart.
 *
 * @param octets type (2) and 1..128 further octets
 */
public record Duid(Bytes octets) implements Comparable<Duid> {
  /** The fewest octets of a DUID, its type included. */
  public static final int SIZE_MIN = 3;

  /** The most octets of a DUID, its type included. */
  public static final int SIZE_MAX = 130;

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if there are fewer than 3 or more than 130 octets
   */
  public Duid {
    if (!isValidSize(octets.size())) {
      throw new IllegalArgumentException(
          "a DUID of " + octets.size() + " octets (expected " + SIZE_MIN + ".." + SIZE_MAX + ")");
    }
  }

  /** Whether a DUID may have that many octets. */
  public static boolean isValidSize(int size) {
    return size >= SIZE_MIN && size <= SIZE_MAX;
  }

  /**
   * Reads hexadecimal digits, with or without colons.
   *
   * @throws IllegalArgumentException if the text is not hexadecimal or of the wrong size
   */
  public static Duid parse(String text) {
    return new Duid(Bytes.parseHex(text));
  }

  @Override
  public int compareTo(Duid other) {
    return octets.compareTo(other.octets);
  }

  @Override
  public String toString() {
    return octets.hex();
  }
}
