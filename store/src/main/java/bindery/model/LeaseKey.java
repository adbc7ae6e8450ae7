package bindery.model;

/**
 * What is leased: one address or one delegated prefix. An address and a delegated /128 of the same
 * number are two things.
 *
 * @param kind which of the two
 * @param prefix of length 128 for an address, 1..128 for a delegated prefix
 */
public record LeaseKey(Kind kind, Ipv6Prefix prefix) implements Comparable<LeaseKey> {
  /** The most octets of the options that a lease is told with, inside its own option. */
  public static final int OPTIONS_SIZE_MAX = 255;

  /** The kinds of lease; the code is what rows and the log hold. */
  public enum Kind {
    /** An address (IA_NA, RFC 8415 21.4). */
    ADDRESS(1),
    /** A delegated prefix (IA_PD, RFC 8415 21.21). */
    PREFIX(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** The octet that stands for this kind in rows and in the log. */
    public int code() {
      return code;
    }

    /**
     * The kind of that code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind of(int code) {
      return switch (code) {
        case 1 -> ADDRESS;
        case 2 -> PREFIX;
        default ->
            throw new IllegalArgumentException(
                "a lease kind of " + code + " (expected 1 for an address or 2 for a prefix)");
      };
    }
  }

  /**
   * Checks the length against the kind.
   *
   * @throws IllegalArgumentException if an address has a length other than 128, or a prefix has 0
   */
  public LeaseKey {
    if (kind == Kind.ADDRESS && prefix.length() != 128) {
      throw new IllegalArgumentException(
          "an address with prefix length " + prefix.length() + " (expected 128)");
    }
    if (prefix.length() == 0) {
      throw new IllegalArgumentException("a delegated prefix of length 0 (expected 1..128)");
    }
  }

  /** The lease of that address. */
  public static LeaseKey ofAddress(Ipv6Address address) {
    return new LeaseKey(Kind.ADDRESS, new Ipv6Prefix(address, 128));
  }

  /** The lease of that delegated prefix. */
  public static LeaseKey ofPrefix(Ipv6Prefix prefix) {
    return new LeaseKey(Kind.PREFIX, prefix);
  }

  @Override
  public int compareTo(LeaseKey other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : prefix.compareTo(other.prefix);
  }

  /** The address alone, or the prefix with its length. */
  @Override
  public String toString() {
    return kind == Kind.ADDRESS ? prefix.address().toString() : prefix.toString();
  }
}
