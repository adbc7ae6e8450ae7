package bindery.admin;

import bindery.log.v1.Job;
import bindery.log.v1.Source;
import bindery.metric.ReadMetrics;
import bindery.store.SourceObservation;
import bindery.store.StoreView;
import bindery.v1.JobStatus;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The metrics of what a node's store holds: read from a snapshot when they are asked for. */
public final class StoreMetrics {
  private final Supplier<StoreView> views;

  private StoreMetrics(Supplier<StoreView> views) {
    this.views = views;
  }

  /**
   * Registers them.
   *
   * @param views pins a snapshot; closed here
   */
  public static void register(PrometheusRegistry registry, Supplier<StoreView> views) {
    StoreMetrics metrics = new StoreMetrics(views);
    metrics.view(
        registry,
        "cluster_time_seconds",
        "The instant the log has reached, seconds since 1970.",
        view -> view.clusterTimeMillis() / 1e3);
    metrics.view(
        registry,
        "bindings",
        "Bindings held; an estimate.",
        view -> (double) view.bindingsEstimate());
    metrics.bySource(
        registry,
        "source_quiet_seconds",
        "Cluster time since the source's last item; NaN if it never told one.",
        (view, source) ->
            source.getLastItemMillis() == 0
                ? Double.NaN
                : Math.max(0, view.clusterTimeMillis() - source.getLastItemMillis()) / 1e3);
    metrics.bySource(
        registry,
        "source_silent",
        "1 if the source follows its server and fell silent, else 0.",
        (view, source) -> view.isSilent(source) ? 1 : 0);
    metrics.bySource(
        registry,
        "source_skew_seconds",
        "The source's clock less cluster time at its last batch; 0 if it never told its clock.",
        (view, source) -> source.getSkewMillis() / 1e3);
    metrics.bySource(
        registry,
        "source_ahead_exchanges",
        "Exchanges the source told whose CLT lay ahead of cluster time.",
        (view, source) -> (double) source.getAhead());
    metrics.observed(
        registry,
        "source_puts",
        "Exchanges of the source that put a lease, since this node opened its rows.",
        SourceObservation::puts);
    metrics.observed(
        registry,
        "source_relayed_puts",
        "Those of them that came through a relay.",
        SourceObservation::relayedPuts);
    metrics.observed(
        registry,
        "source_unlinked_puts",
        "Leases the source put that are on no link, since this node opened its rows.",
        SourceObservation::unlinkedPuts);
    metrics.observed(
        registry,
        "source_takeovers",
        "Leases the source put that another one held live for another client, since this node"
            + " opened its rows.",
        SourceObservation::takeovers);
    metrics.warnings(registry);
    metrics.jobs(registry);
  }

  private interface OfSource {
    double of(StoreView view, Source source);
  }

  private void view(
      PrometheusRegistry registry, String name, String help, ToDoubleFunction<StoreView> value) {
    new ReadMetrics(registry, "bindery_")
        .gauge(
            name,
            help,
            () -> {
              try (StoreView view = views.get()) {
                return value.applyAsDouble(view);
              }
            });
  }

  private void bySource(PrometheusRegistry registry, String name, String help, OfSource value) {
    GaugeWithCallback.builder()
        .name("bindery_" + name)
        .help(help)
        .labelNames("source")
        .callback(
            callback -> {
              try (StoreView view = views.get()) {
                view.sources()
                    .forEach(source -> callback.call(value.of(view, source), source.getName()));
              }
            })
        .register(registry);
  }

  private void observed(
      PrometheusRegistry registry,
      String name,
      String help,
      ToLongFunction<SourceObservation> value) {
    CounterWithCallback.builder()
        .name("bindery_" + name)
        .help(help)
        .labelNames("source")
        .callback(
            callback -> {
              try (StoreView view = views.get()) {
                for (Source source : view.sources()) {
                  callback.call(
                      (double) value.applyAsLong(view.observed(source)), source.getName());
                }
              }
            })
        .register(registry);
  }

  private void warnings(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("bindery_source_warning")
        .help("1 if this node warns so of what the source tells, else 0.")
        .labelNames("source", "warning")
        .callback(
            callback -> {
              try (StoreView view = views.get()) {
                List<SourceWarning> found = SourceWarnings.of(view);
                for (Source source : view.sources()) {
                  for (SourceWarning.Kind kind : SourceWarning.Kind.values()) {
                    boolean stands =
                        found.stream().anyMatch(warning -> warning.is(kind, source.getName()));
                    callback.call(stands ? 1 : 0, source.getName(), kind.label());
                  }
                }
              }
            })
        .register(registry);
  }

  private void jobs(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("bindery_jobs")
        .help("Jobs that are not done; kind sweep_held waits for an operator.")
        .labelNames("kind")
        .callback(
            callback -> {
              Map<JobStatus.Kind, Integer> counts = new EnumMap<>(JobStatus.Kind.class);
              for (JobStatus.Kind kind : JobStatus.Kind.values()) {
                if (kind != JobStatus.Kind.KIND_UNSPECIFIED
                    && kind != JobStatus.Kind.UNRECOGNIZED) {
                  counts.put(kind, 0);
                }
              }
              try (StoreView view = views.get()) {
                for (Job job : view.jobs()) {
                  counts.merge(JobText.status(job).getKind(), 1, Integer::sum);
                }
              }
              counts.forEach(
                  (kind, count) ->
                      callback.call((double) count, kind.toString().toLowerCase(Locale.ROOT)));
            })
        .register(registry);
  }
}
