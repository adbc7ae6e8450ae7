package bindery.node;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of all options of one node, each taken from the first that gives one: flag,
 * environment variable, file, default.
 */
final class ConfigReader {
  private final Map<String, Object> values = new HashMap<>();
  private final Map<String, String> places = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  private ConfigReader() {}

  /**
   * Reads all options. One that cannot be read is added to the problems and has no value.
   *
   * @param flags texts by option key
   * @param environment the process's environment
   * @param file the configuration file, if there is one
   */
  static ConfigReader read(
      Map<String, String> flags,
      Map<String, String> environment,
      @Nullable Path file,
      Problems problems) {
    Map<String, String> fromFile = file == null ? Map.of() : ConfigFile.read(file, problems);
    ConfigReader reader = new ConfigReader();
    for (Setting<?> setting : Settings.ALL) {
      String flag = flags.get(setting.key());
      String variable = environment.get(setting.environment());
      String inFile = fromFile.get(setting.key());
      if (flag != null || variable != null || inFile != null) {
        reader.given.add(setting.key());
      }
      if (flag != null) {
        reader.take(setting, flag, setting.flag(), problems);
      } else if (variable != null) {
        reader.take(setting, variable, setting.environment(), problems);
      } else if (inFile != null) {
        reader.take(setting, inFile, file + ": " + setting.key(), problems);
      } else if (setting.defaultText() != null) {
        reader.take(setting, setting.defaultText(), setting.key(), problems);
      }
    }
    return reader;
  }

  private void take(Setting<?> setting, String text, String where, Problems problems) {
    places.put(setting.key(), where);
    try {
      values.put(setting.key(), setting.kind().parser().apply(text.strip()));
    } catch (Faults.Found e) {
      e.faults().forEach(fault -> problems.add(where + ": " + fault));
    } catch (IllegalArgumentException e) {
      String why = e.getMessage() == null ? "" : ", " + e.getMessage();
      problems.add(
          where + ": \"" + text + "\"" + why + " (expected " + setting.kind().expected() + ")");
    }
  }

  /**
   * The value of an option that has a default.
   *
   * @throws IllegalStateException if it has none and none was given
   */
  <T> T get(Setting<T> setting) {
    T value = find(setting);
    if (value == null) {
      throw new IllegalStateException("no value for " + setting.key());
    }
    return value;
  }

  /** Whether a value was given, so that it is not the default alone. */
  boolean isGiven(Setting<?> setting) {
    return given.contains(setting.key());
  }

  /** Where the value of an option stands, as it is named to whoever wrote it. */
  String place(Setting<?> setting) {
    return places.getOrDefault(setting.key(), setting.key());
  }

  /** The value of an option, or null if none was given and it has no default. */
  @SuppressWarnings("unchecked") // each value was put by its own setting's parser
  <T> @Nullable T find(Setting<T> setting) {
    return (T) values.get(setting.key());
  }
}
