package bindery.cli;

import bindery.model.DhcpTime;

/** Times in words that people read at a glance. */
final class Durations {
  private static final String[] UNITS = {"d", "h", "m", "s"};
  private static final long[] SECONDS = {86_400, 3_600, 60, 1};

  private Durations() {}

  /** The two largest units of that many seconds, such as {@code 2h 5m}. */
  static String text(long seconds) {
    for (int i = 0; i < UNITS.length; i++) {
      if (seconds >= SECONDS[i]) {
        long rest = i + 1 < UNITS.length ? seconds % SECONDS[i] / SECONDS[i + 1] : 0;
        String first = seconds / SECONDS[i] + UNITS[i];
        return rest == 0 ? first : first + " " + rest + UNITS[i + 1];
      }
    }
    return "0s";
  }

  /** The same for a lifetime, where 4294967295 never ends (RFC 8415 7.7). */
  static String lifetime(long seconds) {
    return seconds == DhcpTime.INFINITY ? "infinite" : text(seconds);
  }
}
