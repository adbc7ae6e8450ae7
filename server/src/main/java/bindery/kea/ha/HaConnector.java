package bindery.kea.ha;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.FeedOptions;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.kea.AlivePeriod;
import bindery.kea.ConfigGet;
import bindery.kea.ConfigOrigin;
import bindery.kea.ConfigPath;
import bindery.kea.LinkImport;
import bindery.kea.LinkWatch;
import bindery.kea.Pace;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the cluster what a Kea tells the backup server that it takes this for, and compares the
 * whole with Kea at its start, after each gap and from time to time.
 *
 * <p>Started and closed once; {@link #close} waits for what is in flight, for some seconds at most.
 * Memory: the feed's window, a page of Kea's leases, and the requests of Kea that wait.
 */
public final class HaConnector implements AutoCloseable {
  /** How long it may take to close: the feed, and the endpoint before it. */
  public static final Duration CLOSE_MAX = LiveFeed.CLOSE_MAX.plusSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(HaConnector.class);
  private static final String ADVICE_FILE =
      "(name Kea's configuration file by --kea-config; of a node, by kea-ha.config)";
  private static final String ADVICE =
      "(to have Kea's links, name its configuration file by --kea-config, or its control socket by"
          + " --control-socket; of a node, by kea-ha.config or kea-ha.control-socket)";
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration ACK_MAX = Duration.ofSeconds(5);
  private static final Duration OPEN_MAX = Duration.ofSeconds(3);

  private final LiveFeed feed;
  private final KeaWatch watch;
  private final LinkKeeper links;
  private final HaEndpoint endpoint;
  private final PrometheusRegistry registry;

  private HaConnector(
      LiveFeed feed,
      KeaWatch watch,
      LinkKeeper links,
      HaEndpoint endpoint,
      PrometheusRegistry registry) {
    this.feed = feed;
    this.watch = watch;
    this.links = links;
    this.endpoint = endpoint;
    this.registry = registry;
  }

  /**
   * Begins and listens. Waits for the cluster, but no longer than {@code ackWithin}: what Kea tells
   * before there is a way into the cluster could only be answered untruly.
   *
   * @param servers the nodes that are fed; left open
   * @param asides the same nodes, to be asked about other things; left open
   * @param onOver told once, with the reason, if the cluster refuses this feeder for good
   * @throws IOException if the address cannot be listened on, or the state's folder cannot be used
   */
  public static HaConnector start(
      HaOptions options, ServerList servers, ServerList asides, Consumer<ApiException> onOver)
      throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    HaMetrics metrics = new HaMetrics(registry);
    Gaps gaps = new Gaps(options.state(), metrics);
    List<KeaServer> keas =
        options.keas().stream().map(uri -> new KeaServer(uri, options.access())).toList();
    LinkKeeper links = new LinkKeeper(links(options, origin(options, keas), asides));
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
            metrics,
            links::again,
            onOver);
    Overtakings overtakings = new Overtakings(System::nanoTime, gaps);
    HaRequests requests =
        new HaRequests(feed, overtakings, gaps, metrics, options.feeder(), InstantSource.system());
    Supplier<String> page = () -> metricsPage(registry);
    Reconciler reconciler = new Reconciler(feed, options.pageLeases(), clock, metrics);
    KeaWatch watch =
        new KeaWatch(
            options,
            keas,
            feed,
            reconciler,
            new Rechecks(overtakings, feed, gaps, metrics),
            gaps,
            metrics,
            clock,
            new AlivePeriod(new AdminClient(asides, CALL_MAX)),
            links::isDone);
    feed.start();
    HaEndpoint endpoint;
    try {
      feed.awaitOpen(); // Kea takes an answer for a commit
      endpoint = listen(options, requests, page, gaps);
    } catch (IOException | RuntimeException e) {
      feed.close();
      throw e;
    }
    gaps.openAtStart();
    if (feed.isLate()) {
      LOG.warn(
          "event=kea_cluster_unreachable no node of {} has opened a session yet: tried on, and Kea is"
              + " answered all the same",
          servers.addresses());
    }
    watch.start();
    links.start();
    return new HaConnector(feed, watch, links, endpoint, registry);
  }

  private static HaEndpoint listen(
      HaOptions options, HaRequests requests, Supplier<String> page, Gaps gaps) throws IOException {
    Pace refusals = new Pace(10, Duration.ofMinutes(1), System::nanoTime);
    return HaEndpoint.start(
        options.listen(),
        options.access().tls(),
        number ->
            new HaEndpoint.Handlers(
                new RequestGate(options.access().asked(), refusals, gaps),
                new HaConnection(requests, page, refusals, gaps, number)),
        gaps);
  }

  private static ConfigOrigin origin(HaOptions options, List<KeaServer> keas) {
    if (options.configuration().isPresent()) {
      return new ConfigPath(options.configuration().get());
    }
    if (options.controlSocket().isPresent()) {
      return ConfigGet.of(options.controlSocket().get(), ADVICE_FILE);
    }
    return new ConfigGet(
        keas.get(0).uri().toString(), new ListenerConfig(keas), ADVICE, System::nanoTime);
  }

  private static LinkWatch links(HaOptions options, ConfigOrigin origin, ServerList asides) {
    return new LinkWatch(
        origin,
        options.source(),
        new LinkImport(new LinkClient(asides, CALL_MAX), put -> LOG.info("event=kea_link {}", put)),
        line -> LOG.info("event=kea_links {}", line),
        System::nanoTime);
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

  /** Its metrics as they are now, which it prints for whoever asks its endpoint as well. */
  public MetricSnapshots metrics() {
    return registry.scrape();
  }

  /** Where it listens, the port taken in place of 0. */
  public InetSocketAddress address() {
    return endpoint.address();
  }

  @Override
  public void close() {
    endpoint.stopListening();
    watch.close();
    links.close();
    feed.close(); // Kea is answered what was committed
    endpoint.close();
  }
}
