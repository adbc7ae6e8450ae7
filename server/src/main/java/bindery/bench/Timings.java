package bindery.bench;

import java.util.List;
import java.util.Locale;

/**
 * How long the runs of one measurement took.
 *
 * @param seconds of each run, in their order; at least one
 */
record Timings(List<Double> seconds) {
  /** Runs enough that most of them are of compiled code, both in the node and beside it. */
  static final String RUNS = "101";

  /** The first run, median, extremes and count, as members of a JSON object. */
  String json() {
    List<Double> sorted = seconds.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "\"seconds_first\":%.6f,\"seconds_median\":%.6f,\"seconds_min\":%.6f,"
            + "\"seconds_max\":%.6f,\"runs\":%d",
        seconds.get(0),
        sorted.get(sorted.size() / 2),
        sorted.get(0),
        sorted.get(sorted.size() - 1),
        sorted.size());
  }
}
