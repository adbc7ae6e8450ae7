package bindery.feed;

import bindery.raft.Replica;
import bindery.v1.AdminGrpc;
import bindery.v1.FeedGrpc;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API endpoint of a node (gRPC): the feed, further services, health and reflection.
 *
 * <p>Bounded: {@value #MESSAGE_BYTES_MAX} octets a message, {@value #CALLS_MAX} calls a connection,
 * {@value #WINDOW_BYTES} octets of unread input a connection.
 */
public final class ApiServer implements AutoCloseable {
  /** The most octets of a message. */
  static final int MESSAGE_BYTES_MAX = 1 << 20;

  /** The most calls at a time of a connection. */
  static final int CALLS_MAX = 100;

  /** HTTP/2 flow-control window. */
  static final int WINDOW_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final int THREADS = 8;
  private static final int WAITING_MAX = 10_000;
  private static final long STOP_SECONDS_MAX = 5;
  private static final long IDLE_SECONDS_MAX = 10;

  private final Server server;
  private final FeedService feed;
  private final HealthStatusManager health;

  private ApiServer(Server server, FeedService feed, HealthStatusManager health) {
    this.server = server;
    this.feed = feed;
    this.health = health;
  }

  /**
   * Listens.
   *
   * @param further services beside the feed
   * @throws IOException if the address cannot be listened on; the message names it and the option
   */
  public static ApiServer start(
      InetSocketAddress address,
      Replica replica,
      PrometheusRegistry metrics,
      List<BindableService> further)
      throws IOException {
    Proposals proposals = replica::propose;
    FeedMetrics feedMetrics = new FeedMetrics(metrics);
    FeedService feed =
        new FeedService(
            proposals,
            new Links(proposals, replica::barrier, replica.store()::view),
            FeedLimits.DEFAULT,
            feedMetrics);
    feedMetrics.registerHeld(metrics, feed::bytesHeld);
    return start(address, feed, further);
  }

  static ApiServer start(InetSocketAddress address, FeedService feed, List<BindableService> further)
      throws IOException {
    HealthStatusManager health = new HealthStatusManager();
    // Never shut down: connections hand in their last words after the server has ended. Its threads
    // end by themselves.
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS_MAX,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            new DefaultThreadFactory("api", true));
    executor.allowCoreThreadTimeOut(true);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .executor(executor)
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .maxConcurrentCallsPerConnection(CALLS_MAX)
            .flowControlWindow(WINDOW_BYTES)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxRstFramesPerWindow(200, 30)
            .addService(feed)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance());
    further.forEach(builder::addService);
    try {
      Server server = builder.build().start();
      health.setStatus(AdminGrpc.SERVICE_NAME, ServingStatus.SERVING);
      tell(health, false);
      LOG.info("event=api_listening on={}", server.getListenSockets());
      return new ApiServer(server, feed, health);
    } catch (IOException e) {
      feed.close();
      throw new IOException(
          "cannot listen for the API on "
              + address
              + ": "
              + rootMessage(e)
              + " (choose another address or port by the option api.listen)",
          e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /**
   * Tells clients of the gRPC health service whether this node can serve: the service {@code ""}
   * and the feed. The admin service needs no majority and serves as long as the process runs. Any
   * thread.
   */
  public void setReady(boolean isReady) {
    tell(health, isReady);
  }

  private static void tell(HealthStatusManager health, boolean isReady) {
    ServingStatus status = isReady ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus(FeedGrpc.SERVICE_NAME, status);
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Takes no further call, ends the streams, gives other calls under way 5 s, and ends. */
  @Override
  public void close() {
    health.enterTerminalState();
    server.shutdown();
    feed.close();
    try {
      if (!server.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        server.shutdownNow();
        if (!server.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
          LOG.warn("event=api_calls_left calls did not end");
        }
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
