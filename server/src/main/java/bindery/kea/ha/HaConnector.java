package bindery.kea.ha;

import bindery.feeder.ApiException;
import bindery.feeder.FeedOptions;
import bindery.feeder.ServerList;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Feeds the cluster what a Kea tells the backup server that it takes this for, and compares the
 * whole with Kea at its start, after each gap and from time to time.
 *
 * <p>Started and closed once; {@link #close} waits for what is in flight, for some seconds at most.
 * Memory: the feed's window, a page of Kea's leases, and the requests of Kea that wait.
 */
public final class HaConnector implements AutoCloseable {
  private static final Duration ACK_MAX = Duration.ofSeconds(5);
  private static final Duration OPEN_MAX = Duration.ofSeconds(3);

  private final LiveFeed feed;
  private final KeaWatch watch;
  private final HaEndpoint endpoint;

  private HaConnector(LiveFeed feed, KeaWatch watch, HaEndpoint endpoint) {
    this.feed = feed;
    this.watch = watch;
    this.endpoint = endpoint;
  }

  /**
   * Listens and begins; does not wait for cluster or Kea.
   *
   * @param servers the nodes that are fed; left open
   * @param aliveEvery how often to tell that Kea answers: a third of the time after which the
   *     cluster takes a source for silent
   * @param onOver told once, with the reason, if the cluster refuses this feeder for good
   * @throws IOException if the address cannot be listened on, or the state's folder cannot be used
   */
  public static HaConnector start(
      HaOptions options,
      ServerList servers,
      Supplier<Duration> aliveEvery,
      Consumer<ApiException> onOver)
      throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    HaMetrics metrics = new HaMetrics(registry);
    Gaps gaps = new Gaps(options.state(), metrics);
    gaps.open("this connector was started: what Kea told before may be missing");
    KeaClock clock = new KeaClock(InstantSource.system());
    FeedOptions feeding =
        FeedOptions.DEFAULT.withSourceClock(clock::millis).withTimeouts(OPEN_MAX, ACK_MAX);
    LiveFeed feed =
        new LiveFeed(
            servers,
            options.source(),
            options.feeder(),
            feeding,
            options.ackWithin(),
            gaps,
            onOver);
    Overtakings overtakings = new Overtakings(System::nanoTime, gaps);
    HaRequests requests =
        new HaRequests(feed, overtakings, gaps, metrics, options.feeder(), InstantSource.system());
    Supplier<String> page = () -> metricsPage(registry);
    HaEndpoint endpoint =
        HaEndpoint.start(
            options.listen(),
            options.tls(),
            number -> new HaConnection(requests, page, options.credentials(), number));
    Reconciler reconciler = new Reconciler(feed, options.pageLeases(), clock, metrics);
    KeaWatch watch =
        new KeaWatch(options, feed, reconciler, overtakings, gaps, metrics, clock, aliveEvery);
    feed.start();
    watch.start();
    return new HaConnector(feed, watch, endpoint);
  }

  private static String metricsPage(PrometheusRegistry registry) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // to memory
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Where it listens, the port taken in place of 0. */
  public InetSocketAddress address() {
    return endpoint.address();
  }

  @Override
  public void close() {
    endpoint.close();
    watch.close();
    feed.close();
  }
}
