package bindery.admin;

import bindery.model.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks each second whether a node can serve, and tells who has to know and the log when that
 * changes. One thread of its own.
 */
public final class ReadinessWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReadinessWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("readiness-watch"));
  private final Readiness readiness;
  private final Consumer<Boolean> listener;

  // The thread's alone; null before the first look.
  private @Nullable Boolean last;

  /** Before the first look. */
  ReadinessWatch(Readiness readiness, Consumer<Boolean> listener) {
    this.readiness = readiness;
    this.listener = listener;
  }

  /**
   * Begins to watch.
   *
   * @param listener told at once, and whenever it changes; must not block
   */
  public static ReadinessWatch start(Readiness readiness, Consumer<Boolean> listener) {
    ReadinessWatch watch = new ReadinessWatch(readiness, listener);
    var unused =
        watch.thread.scheduleWithFixedDelay(
            watch::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  /** Looks once. */
  void look() {
    try {
      boolean isReady = readiness.isReady();
      if (last != null && last == isReady) {
        return;
      }
      listener.accept(isReady);
      if (isReady) {
        LOG.info("event=ready");
      } else if (last != null) { // no news of a node that starts
        LOG.warn(
            "event=not_ready {}",
            readiness.deciding().stream()
                .filter(check -> !check.isOk())
                .map(check -> check.subject().label() + ": " + check.text())
                .collect(Collectors.joining("; ")));
      }
      last = isReady;
    } catch (RuntimeException e) {
      LOG.warn("event=readiness_watch_failed {}", e.toString());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
