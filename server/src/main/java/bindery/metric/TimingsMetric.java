package bindery.metric;

import bindery.model.Timings;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** {@link Timings} as a histogram of Prometheus, read when it is asked for. */
final class TimingsMetric implements Collector {
  private final String name;
  private final String help;
  private final Timings timings;

  private TimingsMetric(String name, String help, Timings timings) {
    this.name = name;
    this.help = help;
    this.timings = timings;
  }

  /** Registers it, under a name that ends in {@code _seconds}. */
  static void register(PrometheusRegistry registry, String name, String help, Timings timings) {
    registry.register(new TimingsMetric(name, help, timings));
  }

  @Override
  public MetricSnapshot collect() {
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(
                    ClassicHistogramBuckets.of(Timings.boundsSeconds(), timings.counts()))
                .sum(timings.sumSeconds())
                .build())
        .build();
  }

  @Override
  public String getPrometheusName() {
    return name;
  }
}
