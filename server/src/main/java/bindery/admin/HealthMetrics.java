package bindery.admin;

import bindery.metric.ReadMetrics;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The metrics of a node as a whole: what it runs, how its process does, how it is. */
public final class HealthMetrics {
  private HealthMetrics() {}

  /** Registers them, and those of the Java virtual machine. */
  public static void register(
      PrometheusRegistry registry, String node, String version, Readiness readiness) {
    Info.builder()
        .name("bindery_node_info")
        .help("The node and its program.")
        .labelNames("node", "version")
        .register(registry)
        .addLabelValues(node, version);
    new ReadMetrics(registry, "bindery_")
        .gauge(
            "ready",
            "1 if this node can serve, else 0: as /readyz says.",
            () -> readiness.isReady() ? 1 : 0);
    GaugeWithCallback.builder()
        .name("bindery_health_check")
        .help("What each check of /readyz found: 0 well, 1 to be seen to, 2 failed.")
        .labelNames("check")
        .callback(
            callback ->
                readiness
                    .checks()
                    .forEach(
                        check -> callback.call(number(check.verdict()), check.subject().label())))
        .register(registry);
    JvmMetrics.builder().register(registry);
  }

  private static int number(HealthCheck.Verdict verdict) {
    return switch (verdict) {
      case OK -> 0;
      case WARNING -> 1;
      case FAILED -> 2;
    };
  }
}
