package bindery.model;

/**
 * An IPv6 prefix: an address and how many of its first bits count.
 *
 * @param address no bit set beyond {@code length}
 * @param length 0..128
 */
public record Ipv6Prefix(Ipv6Address address, int length) implements Comparable<Ipv6Prefix> {
  /**
   * Checks length and boundary.
   *
   * @throws IllegalArgumentException if the length is outside 0..128 or a bit beyond it is set
   */
  public Ipv6Prefix {
    if (length < 0 || length > 128) {
      throw new IllegalArgumentException("a prefix length of " + length + " (expected 0..128)");
    }
    if (!address.masked(length).equals(address)) {
      throw new IllegalArgumentException(
          "bits set beyond the length of "
              + address
              + "/"
              + length
              + " (expected "
              + address.masked(length)
              + "/"
              + length
              + ")");
    }
  }

  /**
   * Reads {@code ADDRESS/LENGTH}.
   *
   * @throws IllegalArgumentException if the text is anything else, or bits beyond the length are
   *     set
   */
  public static Ipv6Prefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw notAPrefix(text);
    }
    int length;
    try {
      length = Integer.parseInt(text.substring(slash + 1));
    } catch (NumberFormatException e) {
      throw (IllegalArgumentException) notAPrefix(text).initCause(e);
    }
    return new Ipv6Prefix(Ipv6Address.parse(text.substring(0, slash)), length);
  }

  private static IllegalArgumentException notAPrefix(String text) {
    return new IllegalArgumentException(
        "not an IPv6 prefix: \"" + text + "\" (expected for example 2001:db8::/56)");
  }

  /** Whether {@code other} lies within this prefix. */
  public boolean contains(Ipv6Address other) {
    return other.masked(length).equals(address);
  }

  /** Whether all of {@code other} lies within this prefix. */
  public boolean contains(Ipv6Prefix other) {
    return other.length >= length && contains(other.address);
  }

  @Override
  public int compareTo(Ipv6Prefix other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(length, other.length);
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
