package bindery.feed;

import bindery.metric.ReadMetrics;
import bindery.model.Timings;
import bindery.v1.ItemResult;
import bindery.v1.RejectReason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The metrics of the feed. Any thread. */
final class FeedMetrics {
  private final Counter items;
  private final Counter entries;
  private final Counter pieces;
  private final Gauge sessions;
  private final Counter rejects;
  private final Timings acknowledged = new Timings();
  private final ReadMetrics read;

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
    rejects =
        Counter.builder()
            .name("bindery_feed_rejects_total")
            .help("Items rejected, by reason.")
            .labelNames("reason")
            .register(registry);
    // From the start: what was never told yet is no rise to an alert.
    items.initLabelValues("accepted");
    for (RejectReason reason : RejectReason.values()) {
      if (reason != RejectReason.UNRECOGNIZED) {
        rejects.initLabelValues(reason.name().toLowerCase(Locale.ROOT));
      }
    }
    read = new ReadMetrics(registry, "bindery_feed_");
    read.timings(
        "acknowledge_seconds", "From a batch of updates to its acknowledgement.", acknowledged);
  }

  /** Registers what is held of the streams: octets taken in and not yet acknowledged. */
  void registerHeld(LongSupplier bytes) {
    read.gauge(
        "held_bytes", "Octets taken from feeders and not yet acknowledged.", bytes::getAsLong);
  }

  void proposed(int piecesOfEntry) {
    entries.inc();
    pieces.inc(piecesOfEntry);
  }

  void acknowledged(long count, Iterable<ItemResult> results, long nanos) {
    acknowledged.add(nanos);
    long told = 0;
    for (ItemResult result : results) {
      items.labelValues(result.getOutcome().name().toLowerCase(Locale.ROOT)).inc();
      if (result.getOutcome() == ItemResult.Outcome.REJECTED) {
        rejects.labelValues(result.getReason().name().toLowerCase(Locale.ROOT)).inc();
      }
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
