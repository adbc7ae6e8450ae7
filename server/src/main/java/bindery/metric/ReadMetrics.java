package bindery.metric;

import bindery.model.Timings;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;

/**
 * Metrics without labels whose names begin alike, each read from what is measured when it is asked
 * for. What is given to read them is called on any thread, one at a time or several.
 */
public final class ReadMetrics {
  private final PrometheusRegistry registry;
  private final String prefix;

  /**
   * Into that registry.
   *
   * @param prefix what all names begin with, such as {@code bindery_raft_}
   */
  public ReadMetrics(PrometheusRegistry registry, String prefix) {
    this.registry = registry;
    this.prefix = prefix;
  }

  /**
   * Registers a count that only grows.
   *
   * @param name without the prefix, and without {@code _total}, which is added
   */
  public void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(prefix + name + "_total")
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** Registers a figure as it is at the moment; NaN where there is none. */
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(prefix + name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** Registers how long something takes, under a name that ends in {@code _seconds}. */
  public void timings(String name, String help, Timings timings) {
    TimingsMetric.register(registry, prefix + name, help, timings);
  }
}
