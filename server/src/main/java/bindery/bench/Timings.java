package bindery.bench;

import java.util.List;
import java.util.Locale;

/**
 * How long the runs of one measurement took.
 *
 * @param seconds of each run, shortest first; at least one
 */
record Timings(List<Double> seconds) {
  /** Sorts the runs. */
  Timings {
    seconds = seconds.stream().sorted().toList();
  }

  /** Median, extremes and count, as members of a JSON object. */
  String json() {
    return String.format(
        Locale.ROOT,
        "\"seconds_median\":%.6f,\"seconds_min\":%.6f,\"seconds_max\":%.6f,\"runs\":%d",
        seconds.get(seconds.size() / 2),
        seconds.get(0),
        seconds.get(seconds.size() - 1),
        seconds.size());
  }
}
