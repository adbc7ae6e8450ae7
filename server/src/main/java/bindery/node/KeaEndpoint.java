package bindery.node;

import bindery.feeder.ApiException;
import bindery.feeder.ApiSecurity;
import bindery.feeder.ServerList;
import bindery.kea.ha.HaConnector;
import bindery.kea.ha.HaOptions;
import bindery.model.HostPort;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's own endpoint for Kea's high availability. It feeds this node's API as any feeder
 * would; if the cluster refuses it for good it goes off, and the node goes on. Any thread.
 */
final class KeaEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeaEndpoint.class);

  private final ServerList servers;
  private final ServerList asides;
  private final HaConnector connector;
  private volatile String fault = "";

  private KeaEndpoint(ServerList servers, ServerList asides, HaConnector connector) {
    this.servers = servers;
    this.asides = asides;
    this.connector = connector;
  }

  /**
   * Listens for Kea.
   *
   * @param api where this node's own API listens
   * @param security to that API; null if it has no TLS
   * @param metrics where the endpoint's metrics are added
   * @throws IOException if the address cannot be listened on, or the state's folder not be used
   */
  static KeaEndpoint start(
      HaOptions options,
      InetSocketAddress api,
      @Nullable ApiSecurity security,
      PrometheusRegistry metrics)
      throws IOException {
    List<HostPort> own = List.of(reachable(api));
    ServerList servers = new ServerList(own, security);
    ServerList asides = new ServerList(own, security);
    CompletableFuture<ApiException> over = new CompletableFuture<>();
    HaConnector connector;
    try {
      connector = HaConnector.start(options, servers, asides, over::complete);
    } catch (IOException | RuntimeException e) {
      servers.close();
      asides.close();
      throw e;
    }
    metrics.register((MultiCollector) connector::metrics);
    KeaEndpoint endpoint = new KeaEndpoint(servers, asides, connector);
    // Not on the feed's own thread, whose end is waited for.
    var unused =
        over.thenAcceptAsync(
            e -> endpoint.turnOff(e, options), task -> new Thread(task, "kea-ha-off").start());
    LOG.info("event=kea_ha_listening on={} source={}", connector.address(), options.source());
    return endpoint;
  }

  private static HostPort reachable(InetSocketAddress api) {
    InetAddress host =
        api.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : api.getAddress();
    return HostPort.parse(NodeConfig.text(new InetSocketAddress(host, api.getPort())));
  }

  private void turnOff(ApiException reason, HaOptions options) {
    String advice =
        reason.kind() == ApiException.Kind.FENCED
            ? " (another program feeds as source "
                + options.source()
                + ", feeder "
                + options.feeder()
                + ": end it, or give another kea-ha.source, and start this node again)"
            : " (mend it, and start this node again)";
    fault = "the endpoint for Kea is off: " + reason.getMessage() + advice;
    LOG.error("event=kea_ha_off {}", fault);
    connector.close();
  }

  /** Where it listens, the port taken in place of 0. */
  InetSocketAddress address() {
    return connector.address();
  }

  /** Why it is off; empty while it is on. */
  Optional<String> fault() {
    return Optional.of(fault).filter(text -> !text.isEmpty());
  }

  @Override
  public void close() {
    connector.close();
    servers.close();
    asides.close();
  }
}
