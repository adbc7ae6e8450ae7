package bindery.query;

import java.util.OptionalLong;

/**
 * The span in which a binding must have changed to be told (RFC 7653 6.3.2, 6.3.3), both ends
 * included.
 *
 * @param first seconds since 2000
 * @param last seconds since 2000
 */
record TimeWindow(long first, long last) {
  /** The window of a query; a missing end is open. */
  static TimeWindow of(OptionalLong start, OptionalLong end) {
    return new TimeWindow(start.orElse(Long.MIN_VALUE), end.orElse(Long.MAX_VALUE));
  }

  /** Whether nothing lies outside. */
  boolean isOpen() {
    return first == Long.MIN_VALUE && last == Long.MAX_VALUE;
  }

  /** Whether a change at that instant, in seconds since 2000, lies in it. */
  boolean holds(long change) {
    return change >= first && change <= last;
  }
}
