package bindery.node;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One option of a node: its name in the file, from which flag and environment variable follow, what
 * its value may be, and what happens without one.
 *
 * @param key the name in the file, sections with dots, such as {@code leasequery.data-timeout}
 * @param kind what a value may be
 * @param defaultText the value if none is given; null if there is none
 * @param example a value as it would stand in the file
 * @param help what it is for, with what goes wrong when it is too small or too large; sentences
 */
record Setting<T>(
    String key, Kind<T> kind, @Nullable String defaultText, String example, String help) {
  /** An option whose default serves as its example. */
  static <T> Setting<T> of(String key, Kind<T> kind, String defaultText, String help) {
    return new Setting<>(key, kind, defaultText, defaultText, help);
  }

  /** An option without a default. */
  static <T> Setting<T> withoutDefault(String key, Kind<T> kind, String example, String help) {
    return new Setting<>(key, kind, null, example, help);
  }

  /** The flag, such as {@code --leasequery-data-timeout}. */
  String flag() {
    return "--" + key.replace('.', '-');
  }

  /** The environment variable, such as {@code BINDERY_LEASEQUERY_DATA_TIMEOUT}. */
  String environment() {
    return "BINDERY_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
