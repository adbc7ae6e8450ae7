package bindery.feed;

import bindery.model.HostPort;
import bindery.tls.LiveTls;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A real API endpoint on loopback before any log. */
final class Api implements AutoCloseable {
  private final FeedService feed;
  private final ApiServer server;
  private final PrometheusRegistry metrics = new PrometheusRegistry();

  private Api(Proposals proposals, FeedLimits limits, Optional<ApiTls> tls) throws IOException {
    Links links =
        new Links(
            proposals,
            () -> CompletableFuture.failedFuture(new IllegalStateException("no barrier here")),
            () -> {
              throw new IllegalStateException("no store here");
            });
    feed = new FeedService(proposals, links, limits, new FeedMetrics(metrics));
    server =
        ApiServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), feed, List.of(), tls);
  }

  static Api before(Proposals proposals) {
    return before(proposals, FeedLimits.DEFAULT);
  }

  static Api before(Proposals proposals, FeedLimits limits) {
    return before(proposals, limits, Optional.empty());
  }

  /** Of cluster {@code edge}, with TLS. */
  static Api before(Proposals proposals, LiveTls tls) {
    return before(proposals, FeedLimits.DEFAULT, Optional.of(new ApiTls(tls, "edge")));
  }

  private static Api before(Proposals proposals, FeedLimits limits, Optional<ApiTls> tls) {
    try {
      return new Api(proposals, limits, tls);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HostPort address() {
    return new HostPort("127.0.0.1", server.port());
  }

  void setReady(boolean isReady) {
    server.setReady(isReady);
  }

  long bytesHeld() {
    return feed.bytesHeld();
  }

  /** Items acknowledged with that outcome. */
  double counted(String outcome) {
    return metrics.scrape().stream()
        .filter(metric -> metric.getMetadata().getPrometheusName().equals("bindery_feed_items"))
        .flatMap(metric -> metric.getDataPoints().stream())
        .filter(point -> outcome.equals(point.getLabels().get("outcome")))
        .map(
            io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot.class
                ::cast)
        .mapToDouble(point -> point.getValue())
        .sum();
  }

  @Override
  public void close() {
    server.close();
  }
}
