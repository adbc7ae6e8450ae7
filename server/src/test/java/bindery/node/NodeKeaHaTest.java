package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.feeder.FeedOptions;
import bindery.feeder.FeedStream;
import bindery.feeder.FeederId;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.kea.ha.KeaListener;
import bindery.model.HostPort;
import bindery.v1.Link;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node on loopback that listens for Kea itself. */
final class NodeKeaHaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path folder = Path.of("");

  private static String free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private ConfigSource source(KeaListener kea) throws IOException {
    Map<String, String> flags = new HashMap<>();
    for (String listener : List.of("raft", "api", "http", "leasequery", "kea-ha")) {
      flags.put(listener + ".listen", free());
    }
    flags.put("data", folder.resolve("data").toString());
    flags.put("raft.election-timeout", "300ms");
    flags.put("kea-ha.source", "kea1");
    flags.put("kea-ha.urls", kea.uri().toString());
    flags.put("kea-ha.ack-within", "8s");
    return new ConfigSource(flags, Map.of(), null);
  }

  private String get(String address, String path) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private String bulkApply(String address) throws IOException, InterruptedException {
    String body =
        """
        { "command": "lease6-bulk-apply", "service": [ "dhcp6" ],
          "arguments": { "origin": "ha-partner", "deleted-leases": [], "leases": [
            { "ip-address": "2001:db8:5::1", "type": "IA_NA", "iaid": 1,
              "duid": "00:03:00:01:00:11:22:33:44:55", "subnet-id": 5, "expire": 4102444800,
              "preferred-lft": 4500, "valid-lft": 7200, "fqdn-fwd": false, "fqdn-rev": false,
              "hostname": "", "state": 0 } ] } }
        """;
    return http.send(
            HttpRequest.newBuilder(URI.create("http://" + address + "/"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void node_thatListensForKea_feedsWhatIsToldAndGoesOnWhenThatIsRefused() throws Exception {
    try (KeaListener kea = new KeaListener()) {
      kea.configure("{ \"subnet6\": [ { \"id\": 5, \"subnet\": \"2001:db8:5::/64\" } ] }");
      kea.hold(7);
      ConfigSource source = source(kea);
      NodeConfig config = source.load();
      String listen = NodeConfig.text(config.keaHa().orElseThrow().listen());
      String metrics = NodeConfig.text(config.http());
      try (Node node = Node.start(source, config)) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(get(metrics, "/metrics"))
                        .contains("bindery_kea_reconciliations_total{outcome=\"whole\"} 1.0"));
        assertThat(bulkApply(listen)).contains("Bulk apply of 1 IPv6 leases completed.");
        assertThat(get(metrics, "/metrics"))
            .contains("bindery_kea_leases_total{outcome=\"committed\"} 1.0", "bindery_kea_up 1.0");
        assertThat(folder.resolve("data").resolve("kea-ha")).isDirectory();

        try (ServerList api =
                new ServerList(List.of(HostPort.parse(NodeConfig.text(config.api()))));
            FeedStream other =
                FeedStream.open(
                    api,
                    new FeederId("kea1", config.node(), Long.MAX_VALUE / 2),
                    FeedOptions.DEFAULT,
                    acked -> {})) {
          assertThat(other.opened().getLastSequence()).isZero();
          assertThat(new LinkClient(api, PATIENCE).list().getLinksList())
              .extracting(Link::getName)
              .containsExactly("kea1/5");
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () ->
                      assertThatThrownBy(() -> bulkApply(listen))
                          .isInstanceOf(ConnectException.class));
        }
        assertThat(get(metrics, "/livez")).isNotEmpty();
        assertThat(node.exitCode()).isZero();
      }
    }
  }
}
