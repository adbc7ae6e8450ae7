package bindery.feed;

import bindery.v1.ItemResult;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/** The metrics of the feed. Any thread. */
final class FeedMetrics {
  private final Counter items;
  private final Counter entries;
  private final Counter pieces;
  private final Gauge sessions;

  FeedMetrics(PrometheusRegistry registry) {
    items =
        Counter.builder()
            .name("bindery_feed_items_total")
            .help("Items acknowledged, by outcome.")
            .labelNames("outcome")
            .register(registry);
    entries =
        Counter.builder()
            .name("bindery_feed_entries_total")
            .help("Log entries proposed.")
            .register(registry);
    pieces =
        Counter.builder()
            .name("bindery_feed_pieces_total")
            .help("Runs of items put into log entries; more than entries where feeders share them.")
            .register(registry);
    sessions =
        Gauge.builder()
            .name("bindery_feed_sessions")
            .help("Feed streams open now.")
            .register(registry);
  }

  void proposed(int piecesOfEntry) {
    entries.inc();
    pieces.inc(piecesOfEntry);
  }

  void acknowledged(long count, Iterable<ItemResult> results) {
    long told = 0;
    for (ItemResult result : results) {
      items.labelValues(result.getOutcome().name().toLowerCase(Locale.ROOT)).inc();
      told++;
    }
    items.labelValues("accepted").inc(Math.max(0, count - told));
  }

  void sessionOpened() {
    sessions.inc();
  }

  void sessionClosed() {
    sessions.dec();
  }
}
