package bindery.node;

import bindery.leasequery.RequestorRule;
import bindery.model.DaemonThreads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration file again when it has changed, and puts its list of requestors in force.
 * A file with a fault changes nothing, and is told of; other options take effect at the next start.
 */
final class ConfigWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final ConfigSource source;
  private final Consumer<List<RequestorRule>> requestors;
  private static final int LOOKS_GONE = 2;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("config-watch"));

  // The thread's alone.
  private int looksGone;
  private NodeConfig current;
  private Optional<String> mark;

  private ConfigWatch(
      ConfigSource source, NodeConfig current, Consumer<List<RequestorRule>> requestors) {
    this.source = source;
    this.current = current;
    this.requestors = requestors;
    mark = source.mark();
  }

  /**
   * Begins to watch.
   *
   * @param current what the node was started with
   * @param requestors told each list that differs from the one before
   */
  static ConfigWatch start(
      ConfigSource source, NodeConfig current, Consumer<List<RequestorRule>> requestors) {
    ConfigWatch watch = new ConfigWatch(source, current, requestors);
    var unused =
        watch.thread.scheduleWithFixedDelay(
            watch::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  private void look() {
    Optional<String> now = source.mark();
    lookWhetherGone();
    if (now.isEmpty() || now.equals(mark)) {
      return;
    }
    mark = now;
    try {
      take(source.load());
    } catch (ConfigException e) {
      e.problems()
          .forEach(problem -> LOG.error("event=config_refused, nothing is changed: {}", problem));
    } catch (RuntimeException e) {
      LOG.error("event=config_refused, nothing is changed", e);
    }
  }

  // Twice in a row: it is no longer in the middle of being replaced.
  private void lookWhetherGone() {
    looksGone = source.isGone() ? looksGone + 1 : 0;
    if (looksGone == LOOKS_GONE) {
      LOG.error(
          "event=config_gone, nothing is changed: there is no file any more (expected one until the"
              + " node stops: put it back)");
    }
  }

  private void take(NodeConfig next) {
    if (!next.withRequestorsOf(current).equals(current)) {
      LOG.warn(
          "event=config_changed: of what has changed the requestors alone are put in force now, the"
              + " rest at the next start");
    }
    next.warnings().stream()
        .filter(warning -> !current.warnings().contains(warning))
        .forEach(warning -> LOG.warn("event=config_warning {}", warning));
    if (!next.leasequery().requestors().equals(current.leasequery().requestors())) {
      requestors.accept(next.leasequery().requestors());
    }
    current = next;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
