package bindery.kea.ha;

import bindery.metric.ReadMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The metrics of a connector. Any thread. */
final class HaMetrics {
  private final PrometheusRegistry registry;
  private final Counter requests;
  private final Counter leases;
  private final Counter gaps;
  private final Counter reconciliations;
  private final Counter rechecks;
  private final Gauge keaUp;
  private final Gauge keaSkew;

  HaMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    requests = counter("bindery_kea_requests", "Requests of Kea, by command.", "command");
    leases =
        counter(
            "bindery_kea_leases",
            "Leases told by Kea, by what became of them: committed before Kea was answered, late"
                + " (answered before), not_taken (there was no room), rejected.",
            "outcome");
    gaps = counter("bindery_kea_gaps", "Times that something may have been missed.");
    reconciliations =
        counter("bindery_kea_reconciliations", "Full comparisons with Kea, by outcome.", "outcome");
    rechecks =
        counter("bindery_kea_rechecks", "Leases asked for since two updates may have overtaken.");
    keaUp = gauge("bindery_kea_up", "Whether Kea answered last time it was asked.");
    keaSkew = gauge("bindery_kea_clock_skew_seconds", "Kea's clock less this host's.");
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Gauge gauge(String name, String help) {
    return Gauge.builder().name(name).help(help).register(registry);
  }

  /** How to learn of the gap that is open. */
  void gapSince(Supplier<Optional<Instant>> since) {
    new ReadMetrics(registry, "bindery_kea_")
        .gauge(
            "gap_seconds",
            "Since when something may be missing; 0 if nothing is.",
            () ->
                since
                    .get()
                    .map(open -> (System.currentTimeMillis() - open.toEpochMilli()) / 1e3)
                    .orElse(0.0));
  }

  void requested(String command) {
    requests.labelValues(command).inc();
  }

  void told(String outcome, long count) {
    leases.labelValues(outcome).inc(count);
  }

  void gapOpened() {
    gaps.inc();
  }

  void reconciled(Reconciler.Outcome outcome) {
    reconciliations.labelValues(outcome.name().toLowerCase(Locale.ROOT)).inc();
  }

  void rechecked() {
    rechecks.inc();
  }

  void kea(boolean isUp, double skewSeconds) {
    keaUp.set(isUp ? 1 : 0);
    keaSkew.set(skewSeconds);
  }
}
