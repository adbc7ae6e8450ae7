package bindery.admin;

import bindery.model.DaemonThreads;
import bindery.store.StoreView;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log of a node what is the matter with the sources: when it begins, once an hour while
 * it stands, and when it is over. What comes and goes is told at most once in ten minutes.
 */
public final class SourceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  /** How long after a warning the same one is told again while it stands. */
  static final Duration AGAIN_AFTER = Duration.ofHours(1);

  /** How long after a warning the same one is told again if it was over meanwhile. */
  static final Duration BACK_AFTER = Duration.ofMinutes(10);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("source-watch"));

  // The thread's alone.
  private final Map<Subject, Told> told = new HashMap<>();

  /** Before the first look. */
  SourceWatch() {}

  private record Subject(SourceWarning.Kind kind, List<String> sources) {
    static Subject of(SourceWarning warning) {
      return new Subject(warning.kind(), warning.sources());
    }
  }

  /**
   * When it was told last.
   *
   * @param stands whether it has stood since
   */
  private record Told(long nanos, boolean stands) {}

  /**
   * Begins to watch.
   *
   * @param views pins a snapshot; closed here
   */
  public static SourceWatch start(Supplier<StoreView> views) {
    SourceWatch watch = new SourceWatch();
    var unused =
        watch.thread.scheduleWithFixedDelay(
            () -> watch.look(views), EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  private void look(Supplier<StoreView> views) {
    try (StoreView view = views.get()) {
      look(SourceWarnings.of(view), System.nanoTime());
    } catch (RuntimeException e) {
      LOG.warn("event=source_watch_failed {}", e.toString());
    }
  }

  /**
   * Looks once.
   *
   * @param nanos now, by a monotonic clock
   */
  void look(List<SourceWarning> warnings, long nanos) {
    Set<Subject> standing = new HashSet<>();
    for (SourceWarning warning : warnings) {
      Subject subject = Subject.of(warning);
      standing.add(subject);
      Told last = told.get(subject);
      if (last == null
          || nanos - last.nanos() >= (last.stands() ? AGAIN_AFTER : BACK_AFTER).toNanos()) {
        told.put(subject, new Told(nanos, true));
        LOG.warn("event=source_warning warning={} {}", warning.kind().label(), warning.text());
      }
    }
    told.replaceAll((subject, last) -> standing.contains(subject) ? last : over(subject, last));
    told.values().removeIf(last -> !last.stands() && nanos - last.nanos() >= BACK_AFTER.toNanos());
  }

  private static Told over(Subject subject, Told last) {
    if (last.stands()) {
      LOG.info(
          "event=source_warning_over warning={} source={}",
          subject.kind().label(),
          String.join(",", subject.sources()));
    }
    return new Told(last.nanos(), false);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
