package bindery.model;

/**
 * The count of instants in rows and on the wire: unsigned seconds since 2000-01-01 00:00 UTC, as
 * DHCPv6 counts absolute time (RFC 7653 2, RFC 8415 11.2).
 *
 * <p>Held in a {@code long}, so that sums of an instant and a lifetime never wrap.
 */
public final class DhcpTime {
  /** 2000-01-01 00:00 UTC, in seconds since 1970. */
  public static final long EPOCH_UNIX_SECONDS = 946_684_800L;

  /** The lifetime that never ends (RFC 8415 7.7), and the absolute end of such a lease. */
  public static final long INFINITY = 0xffff_ffffL;

  private DhcpTime() {}

  /** Seconds since 2000 of an instant given in seconds since 1970; negative before 2000. */
  public static long ofUnixSeconds(long unixSeconds) {
    return unixSeconds - EPOCH_UNIX_SECONDS;
  }

  /** Seconds since 2000, rounded down, of an instant given in milliseconds since 1970. */
  public static long ofUnixMillis(long unixMillis) {
    return Math.floorDiv(unixMillis, 1_000L) - EPOCH_UNIX_SECONDS;
  }

  /** Seconds since 1970 of an instant given in seconds since 2000. */
  public static long toUnixSeconds(long instant) {
    return instant + EPOCH_UNIX_SECONDS;
  }

  /**
   * The end of a lifetime that runs from {@code start}.
   *
   * @param lifetime seconds, 0..4294967295, where {@link #INFINITY} never ends
   * @return {@link Long#MAX_VALUE} for an infinite lifetime
   */
  public static long end(long start, long lifetime) {
    return lifetime == INFINITY ? Long.MAX_VALUE : start + lifetime;
  }

  /**
   * What is left at {@code now} of a lifetime that ends then, as 32 bits of seconds: infinity for
   * {@link Long#MAX_VALUE}, 0 for what has ended, and the longest finite lifetime for what ends
   * beyond it (RFC 8415 7.7).
   */
  public static int remaining(long end, long now) {
    if (end == Long.MAX_VALUE) {
      return (int) INFINITY;
    }
    if (end <= now) {
      return 0;
    }
    long distance = end - now;
    // So far off that the distance wraps is as far as a finite lifetime can say.
    return (int) (distance < 0 ? INFINITY - 1 : Math.min(distance, INFINITY - 1));
  }
}
