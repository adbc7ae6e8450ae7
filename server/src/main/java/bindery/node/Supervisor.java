package bindery.node;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the node stands, if systemd has started it and wants to know ({@code
 * Type=notify}): it has put a socket's name into the environment then. Its own {@code
 * systemd-notify} writes there, since Java has no datagram sockets of that kind.
 */
final class Supervisor {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final long SECONDS_MAX = 10;

  private final boolean isListening;

  private Supervisor(boolean isListening) {
    this.isListening = isListening;
  }

  /** The one that this environment names; one that is told nothing if it names none. */
  static Supervisor of(Map<String, String> environment) {
    return new Supervisor(!environment.getOrDefault(SOCKET, "").isEmpty());
  }

  /** All parts of the node have started. */
  void ready() {
    tell("READY=1");
  }

  /** The node begins to stop. */
  void stopping() {
    tell("STOPPING=1");
  }

  private void tell(String word) {
    if (!isListening) {
      return;
    }
    String reason;
    try {
      Process process =
          new ProcessBuilder("systemd-notify", word)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        reason = process.exitValue() == 0 ? "" : "it exited with " + process.exitValue();
      } else {
        process.destroyForcibly();
        reason = "it took more than " + SECONDS_MAX + " s";
      }
    } catch (IOException e) {
      reason = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reason = "interrupted";
    }
    if (!reason.isEmpty()) {
      LOG.warn(
          "event=supervisor_not_told word={}: {} (expected systemd-notify on the path, and"
              + " NotifyAccess=all in the unit)",
          word,
          reason);
    }
  }
}
