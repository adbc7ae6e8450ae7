package bindery.bench;

import java.util.List;
import java.util.Locale;

/**
 * The figures of the runs of one measurement.
 *
 * @param values of each run, in their order; at least one
 */
record Runs(List<Double> values) {
  /** Runs enough that most of them are of compiled code, both in the node and beside it. */
  static final String DEFAULT = "101";

  /** The median; of an even number of runs the upper one in the middle. */
  double median() {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** The least. */
  double least() {
    return values.stream().min(Double::compare).orElseThrow();
  }

  /** The greatest. */
  double greatest() {
    return values.stream().max(Double::compare).orElseThrow();
  }

  /** The first run, median, extremes and count of seconds, as members of a JSON object. */
  String json() {
    return String.format(
        Locale.ROOT,
        "\"seconds_first\":%.6f,\"seconds_median\":%.6f,\"seconds_min\":%.6f,"
            + "\"seconds_max\":%.6f,\"runs\":%d",
        values.get(0),
        median(),
        least(),
        greatest(),
        values.size());
  }
}
