package bindery.node;

import java.nio.file.Path;
import java.util.Map;

/** Where a user's programs keep state that is not configuration (XDG Base Directory). */
final class StateFolder {
  private StateFolder() {}

  /** {@code $XDG_STATE_HOME/bindery}, else {@code ~/.local/state/bindery}. */
  static Path of(Map<String, String> environment) {
    String state = environment.get("XDG_STATE_HOME");
    Path base =
        state != null && !state.isEmpty()
            ? Path.of(state)
            : Path.of(System.getProperty("user.home"), ".local", "state");
    return base.resolve("bindery").toAbsolutePath();
  }
}
