package bindery.feed;

import bindery.model.DhcpTime;
import bindery.v1.RejectReason;

/** The instants that rows can hold: those from 2000-01-01 to 2136-02-07 (RFC 7653 2). */
final class Instants {
  /** The first, in seconds since 1970. */
  static final long MIN = DhcpTime.EPOCH_UNIX_SECONDS;

  /** The last, in seconds since 1970; one more would read as infinity. */
  static final long MAX = DhcpTime.EPOCH_UNIX_SECONDS + DhcpTime.INFINITY - 1;

  private Instants() {}

  /** Returns {@code unixSeconds} if it can be held. */
  static long check(long unixSeconds, String what) throws RejectException {
    if (unixSeconds < MIN || unixSeconds > MAX) {
      throw new RejectException(
          RejectReason.BAD_INSTANT,
          what
              + " "
              + Long.toUnsignedString(unixSeconds)
              + " (expected seconds since 1970, "
              + MIN
              + ".."
              + MAX
              + ")");
    }
    return unixSeconds;
  }
}
