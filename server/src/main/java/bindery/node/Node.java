package bindery.node;

import bindery.admin.AdminService;
import bindery.admin.HealthMetrics;
import bindery.admin.HttpEndpoint;
import bindery.admin.LastHour;
import bindery.admin.NodeFacts;
import bindery.admin.ReadinessWatch;
import bindery.admin.ReplicaMetrics;
import bindery.admin.SourceWatch;
import bindery.admin.StatusJson;
import bindery.admin.StatusPage;
import bindery.admin.StoreMetrics;
import bindery.cli.Commands;
import bindery.feed.ApiServer;
import bindery.kea.ha.HaConnector;
import bindery.kea.ha.HaOptions;
import bindery.leasequery.LeasequeryOptions;
import bindery.leasequery.LeasequeryServer;
import bindery.query.ReadMode;
import bindery.raft.Replica;
import bindery.raft.ReplicaOptions;
import bindery.store.StoreOptions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node: its parts, started in order and stopped in reverse.
 *
 * <p>HTTP comes first and goes last, so that health answers throughout; then the replica with its
 * store, then the leasequery front, then the API, then the endpoint for Kea. When a part cannot go
 * on, the process ends: whoever supervises it starts it again from what is on disk.
 */
final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  // What the parts beside the front may take to close: the API 10 s, the replica with its store
  // 15 s, HTTP 2 s.
  private static final Duration OTHER_PARTS_STOP_MAX =
      Duration.ofSeconds(30).plus(HaConnector.CLOSE_MAX);

  /** Between a fatal fault and the end of the process: as long as all parts may take to close. */
  static final Duration FATAL_STOP_MAX = LeasequeryServer.CLOSE_MAX.plus(OTHER_PARTS_STOP_MAX);

  /** How long a second one to stop the node waits for the first. */
  static final Duration STOP_MAX = Duration.ofSeconds(70);

  /** How far the node is. */
  enum State {
    STARTING,
    SERVING,
    STOPPING
  }

  private final ConfigSource source;
  private final NodeConfig config;
  private final PrometheusRegistry metrics = new PrometheusRegistry();
  // Guarded by itself: the node may have to stop while it starts.
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CountDownLatch startEnded = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable String> fault = new AtomicReference<>();
  private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
  private final StatusPage page = new StatusPage();
  private final NodeHealth health = new NodeHealth(state::get);
  private volatile @Nullable NodeTls tls;
  private volatile @Nullable LeasequeryServer front;
  private volatile @Nullable KeaEndpoint keaEndpoint;

  private Node(ConfigSource source, NodeConfig config) {
    this.source = source;
    this.config = config;
  }

  /**
   * Starts all parts.
   *
   * @param source what the configuration was read from; its file is watched
   * @throws NodeStartException if one cannot start; the others are stopped again
   */
  static Node start(ConfigSource source, NodeConfig config) throws NodeStartException {
    Node node = new Node(source, config);
    try {
      node.startParts();
      return node;
    } catch (IOException | RuntimeException e) {
      node.close();
      throw new NodeStartException(String.valueOf(e.getMessage()), e);
    } finally {
      node.startEnded.countDown();
    }
  }

  /** Takes in what was started; closes it instead if the node has to stop meanwhile. */
  private <T extends AutoCloseable> T add(T part) throws IOException {
    synchronized (parts) {
      if (state.get() == State.STARTING) {
        parts.push(part);
        return part;
      }
    }
    close(part);
    throw stopped();
  }

  private IOException stopped() {
    String reason = fault.get();
    return new IOException(reason == null ? "told to stop during the start" : reason);
  }

  private void startParts() throws IOException {
    LOG.info(
        "event=starting version={} cluster={} node={} data={}",
        Commands.version(),
        config.cluster(),
        config.node(),
        config.data());
    Optional<NodeTls> secured = Optional.empty();
    if (config.tls().isPresent()) {
      secured =
          Optional.of(add(NodeTls.start(config.tls().get(), config.cluster(), config.node())));
      tls = secured.get();
      health.watch(secured.get());
      secured.get().register(metrics);
    }
    HealthMetrics.register(metrics, config.node(), Commands.version(), health);
    add(HttpEndpoint.start(config.http(), health, metrics, page));
    Replica started = add(Replica.start(replicaOptions(secured), this::fail));
    health.watch(started);
    ReplicaMetrics.register(metrics, started);
    StoreMetrics.register(metrics, started.store()::view);
    add(SourceWatch.start(started.store()::view));
    LeasequeryServer leasequery =
        add(
            LeasequeryServer.start(
                leasequeryOptions(secured),
                new ReplicaBarrier(started),
                started.store()::view,
                e -> fail("the store cannot be trusted: " + e.getMessage())));
    front = leasequery;
    LeasequeryMetrics.register(
        metrics, leasequery.stats(), leasequery.withheld(), leasequery::staleReads);
    add(ConfigWatch.start(source, config, leasequery::setRequestors));
    NodeFacts facts =
        new NodeFacts(
            config.node(),
            Commands.version(),
            leasequery.stats()::connections,
            leasequery.stats()::answersInProgress,
            health,
            this::warnings,
            config.feed().given());
    showPage(facts, started, leasequery);
    AdminService admin = add(new AdminService(started, facts));
    ApiServer api =
        add(
            ApiServer.start(
                config.api(), started, metrics, List.of(admin), secured.map(NodeTls::api)));
    add(ReadinessWatch.start(health, api::setReady));
    if (config.keaHa().isPresent()) {
      List<String> problems = new ArrayList<>();
      HaOptions options = config.keaHa().get().options(config.node(), config.data(), problems);
      if (!problems.isEmpty()) {
        throw new IOException(String.join("; ", problems));
      }
      keaEndpoint =
          add(
              KeaEndpoint.start(
                  options, config.api(), secured.map(NodeTls::ownApi).orElse(null), metrics));
    }
    if (!state.compareAndSet(State.STARTING, State.SERVING)) {
      throw stopped();
    }
    LOG.info("event=serving node={}", config.node());
  }

  private void showPage(NodeFacts facts, Replica running, LeasequeryServer leasequery)
      throws IOException {
    LastHour hour = add(NodeFigures.start(running, leasequery.stats()));
    page.show(
        new StatusJson(
            facts, running, leasequery.stats()::answersUnderWay, Logging.recentEvents(), hour));
  }

  private ReplicaOptions replicaOptions(Optional<NodeTls> secured) {
    NodeConfig.Raft raft = config.raft();
    return new ReplicaOptions(
        config.cluster(),
        config.node(),
        config.data(),
        NodeConfig.text(raft.listen()),
        config.members(),
        config.isJoining(),
        raft.electionTimeout(),
        config.leasequery().barrierTimeout(),
        raft.snapshotLogBytes(),
        raft.snapshotInterval(),
        raft.keptEntries(),
        raft.freeSpaceMin(),
        new StoreOptions(config.store().cacheBytes(), config.store().memtableBytes()),
        config.feed().seeds(),
        secured.map(NodeTls::peers));
  }

  private LeasequeryOptions leasequeryOptions(Optional<NodeTls> secured) {
    NodeConfig.Leasequery front = config.leasequery();
    ReadMode reads =
        switch (front.reads()) {
          case LINEARIZABLE -> ReadMode.LINEARIZABLE;
          case BOUNDED ->
              front.maxStaleness().equals(Kind.UNLIMITED)
                  ? ReadMode.UNLIMITED
                  : ReadMode.bounded(front.maxStaleness());
        };
    return new LeasequeryOptions(
        List.of(front.listen()),
        reads,
        front.barrierTimeout(),
        front.limits(),
        Math.max(2, Runtime.getRuntime().availableProcessors()),
        front.requestors(),
        Set.copyOf(front.sensitiveOptions()),
        front.datagrams(),
        front.tlsListen().flatMap(listen -> secured.map(tls -> tls.leasequery(listen))));
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>(config.warnings());
    LeasequeryServer running = front;
    if (running != null && running.isLoopbackOnly()) {
      warnings.add(
          "leasequery.requestors names nobody: only this host may ask (name the relays there)");
    }
    NodeTls secured = tls;
    if (secured != null) {
      warnings.addAll(secured.warnings());
    }
    KeaEndpoint endpoint = keaEndpoint;
    if (endpoint != null) {
      endpoint.fault().ifPresent(warnings::add);
    }
    warnings.addAll(health.warnings());
    return warnings;
  }

  /** Notes that the node cannot go on, and lets it end. The first reason counts. */
  private void fail(String reason) {
    if (fault.compareAndSet(null, reason)) {
      LOG.error("event=fatal {}", reason);
      Thread last =
          new Thread(
              () -> {
                try {
                  if (!ended.await(FATAL_STOP_MAX.toSeconds(), TimeUnit.SECONDS)
                      || !startEnded.await(FATAL_STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                    Runtime.getRuntime().halt(1);
                  }
                } catch (InterruptedException e) {
                  Runtime.getRuntime().halt(1);
                }
              },
              "fatal");
      last.setDaemon(true);
      last.start();
      Thread stop = new Thread(this::close, "fatal-stop");
      stop.setDaemon(true);
      stop.start();
    }
  }

  /** Waits until the node has stopped. Returns {@link #exitCode}. */
  int awaitEnd() throws InterruptedException {
    ended.await();
    return exitCode();
  }

  /** The exit code: 0 as asked, 1 after a fault. */
  int exitCode() {
    return fault.get() == null ? 0 : 1;
  }

  /**
   * Stops all parts, in the reverse order of their start. A second call waits for the first, for
   * {@link #STOP_MAX} at most.
   */
  @Override
  public void close() {
    if (state.getAndSet(State.STOPPING) == State.STOPPING) {
      awaitStopped();
      return;
    }
    LOG.info("event=stopping node={}", config.node());
    for (AutoCloseable part = next(); part != null; part = next()) {
      close(part);
    }
    LOG.info("event=stopped node={}", config.node());
    ended.countDown();
  }

  private @Nullable AutoCloseable next() {
    synchronized (parts) {
      return parts.poll();
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.error("event=stop_failed part={}", part.getClass().getSimpleName(), e);
    }
  }

  private void awaitStopped() {
    try {
      if (!ended.await(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
        LOG.error("event=stop_slow: not stopped within {} s", STOP_MAX.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
