package bindery.model;

/**
 * What a relay says of the line a client is on: an enterprise number and octets that only it
 * understands (RFC 4649 3). The two together are one opaque key.
 *
 * @param octets enterprise number (4) and 1..1,020 further octets
 */
public record RemoteId(Bytes octets) implements Comparable<RemoteId> {
  /** The fewest octets, the enterprise number included (RFC 4649 3). */
  public static final int SIZE_MIN = 5;

  /** The most octets that are held, the enterprise number included. */
  public static final int SIZE_MAX = 1_024;

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if there are fewer than 5 or more than 1,024 octets
   */
  public RemoteId {
    if (octets.size() < SIZE_MIN || octets.size() > SIZE_MAX) {
      throw new IllegalArgumentException(
          "a remote-ID of "
              + octets.size()
              + " octets with its enterprise number (expected "
              + SIZE_MIN
              + ".."
              + SIZE_MAX
              + ")");
    }
  }

  /**
   * Reads {@code ENTERPRISE:HEX}, such as {@code 32473:706f72742d3137}.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static RemoteId parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "not a remote-ID: \"" + text + "\" (expected for example 32473:706f72742d3137)");
    }
    long enterprise;
    try {
      enterprise = Long.parseLong(text.substring(0, colon));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "not an enterprise number: \"" + text.substring(0, colon) + "\" (expected 0..4294967295)",
          e);
    }
    if (enterprise < 0 || enterprise > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "an enterprise number of " + enterprise + " (expected 0..4294967295)");
    }
    Bytes id = Bytes.parseHex(text.substring(colon + 1));
    byte[] octets = new byte[4 + id.size()];
    for (int i = 0; i < 4; i++) {
      octets[i] = (byte) (enterprise >>> (24 - 8 * i));
    }
    id.copyTo(octets, 4);
    return new RemoteId(Bytes.wrap(octets));
  }

  /** The enterprise number, 0..4294967295. */
  public long enterprise() {
    return (long) octets.at(0) << 24
        | (long) octets.at(1) << 16
        | (long) octets.at(2) << 8
        | octets.at(3);
  }

  @Override
  public int compareTo(RemoteId other) {
    return octets.compareTo(other.octets);
  }

  /** {@code ENTERPRISE:HEX}. */
  @Override
  public String toString() {
    return enterprise() + ":" + octets.hex().substring(8);
  }
}
