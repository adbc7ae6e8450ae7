package bindery.admin;

import bindery.log.v1.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is told of the settings that decide rows, in the words of a node's configuration. */
final class SettingsText {
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
                        + " in this node's configuration; the cluster's rules");
              }
            });
    return differences;
  }

  // In the largest unit that tells it exactly; a day is written 24h.
  private static String duration(long seconds) {
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static String percentage(int permille) {
    return permille / 10 + (permille % 10 == 0 ? "" : "." + permille % 10) + "%";
  }
}
