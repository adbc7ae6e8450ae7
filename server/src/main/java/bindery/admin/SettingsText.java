package bindery.admin;

import bindery.log.v1.Settings;
import bindery.v1.SetSettingsRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is told of the settings that decide rows, in the words of a node's configuration. */
final class SettingsText {
  // A hundred years: beyond it sums with instants would leave their range.
  private static final long SECONDS_MAX = 36_500L * 86_400;

  private SettingsText() {}

  /** Name to value; one that is not set is left out. */
  static Map<String, String> values(Settings settings) {
    Map<String, String> values = new LinkedHashMap<>();
    if (settings.hasRetainEndedSeconds()) {
      values.put("retain-ended", duration(settings.getRetainEndedSeconds()));
    }
    if (settings.hasSourceSilentAfterSeconds()) {
      values.put("source-silent-after", duration(settings.getSourceSilentAfterSeconds()));
    }
    if (settings.hasSweepLimitPermille()) {
      values.put("sweep-limit", percentage(settings.getSweepLimitPermille()));
    }
    return values;
  }

  /**
   * What an operator should know where a node was told something else than the cluster goes by: a
   * sentence each.
   *
   * @param given what the node's configuration says; unset where it says nothing
   */
  static List<String> differences(Settings cluster, Settings given) {
    Map<String, String> held = values(cluster);
    List<String> differences = new ArrayList<>();
    values(given)
        .forEach(
            (name, value) -> {
              String rules = held.getOrDefault(name, value);
              if (!rules.equals(value)) {
                differences.add(
                    "feed."
                        + name
                        + " is "
                        + rules
                        + " in the cluster and "
                        + value
                        + " in this node's configuration; the cluster's rules. Change it with"
                        + " `bindery settings set`, or the configuration");
              }
            });
    return differences;
  }

  /**
   * What a request asks to change, checked.
   *
   * @throws IllegalArgumentException if nothing is given, or it is out of its range
   */
  static Settings checked(SetSettingsRequest request) {
    Settings.Builder settings = Settings.newBuilder();
    if (request.hasRetainEndedSeconds()) {
      settings.setRetainEndedSeconds(seconds("retain_ended", request.getRetainEndedSeconds()));
    }
    if (request.hasSourceSilentAfterSeconds()) {
      settings.setSourceSilentAfterSeconds(
          seconds("source_silent_after", request.getSourceSilentAfterSeconds()));
    }
    if (request.hasSweepLimitPermille()) {
      int permille = request.getSweepLimitPermille();
      if (permille < 0 || permille > 1_000) {
        throw new IllegalArgumentException(
            "sweep_limit_permille " + Integer.toUnsignedString(permille) + " (expected 0..1000)");
      }
      settings.setSweepLimitPermille(permille);
    }
    if (settings.build().equals(Settings.getDefaultInstance())) {
      throw new IllegalArgumentException("no setting is given (expected at least one)");
    }
    return settings.build();
  }

  private static long seconds(String name, long seconds) {
    if (seconds < 1 || seconds > SECONDS_MAX) {
      throw new IllegalArgumentException(
          name
              + "_seconds "
              + Long.toUnsignedString(seconds)
              + " (expected 1.."
              + SECONDS_MAX
              + ")");
    }
    return seconds;
  }

  /** In the largest unit that tells it exactly; a day is written 24h. */
  static String duration(long seconds) {
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static String percentage(int permille) {
    return permille / 10 + (permille % 10 == 0 ? "" : "." + permille % 10) + "%";
  }
}
