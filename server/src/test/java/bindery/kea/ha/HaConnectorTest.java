package bindery.kea.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.kea.FakeCluster;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connector between a Kea and a cluster that both do as they are told. */
class HaConnectorTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder = Path.of("");

  private final CompletableFuture<ApiException> over = new CompletableFuture<>();
  private KeaListener kea;
  private FakeCluster cluster;
  private ServerList servers;
  private ServerList asides;
  private @Nullable HaConnector started;

  @BeforeEach
  void start() throws Exception {
    kea = new KeaListener();
    cluster = new FakeCluster();
    servers = new ServerList(List.of(cluster.address()));
    asides = new ServerList(List.of(cluster.address()));
  }

  @AfterEach
  void stop() throws Exception {
    if (started != null) {
      started.close();
    }
    servers.close();
    asides.close();
    cluster.close();
    kea.close();
  }

  private void connect(Optional<Credentials> credentials) throws IOException {
    started =
        HaConnector.start(
            new HaOptions(
                "kea1",
                "kea-ha",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HaAccess(null, credentials, null, Optional.empty()),
                List.of(kea.uri()),
                Duration.ofMillis(300),
                Duration.ofHours(1),
                2,
                folder,
                Optional.empty(),
                Optional.empty()),
            servers,
            asides,
            over::complete);
  }

  private Socket socket() throws IOException {
    InetSocketAddress address = Objects.requireNonNull(started).address();
    return new Socket(address.getAddress(), address.getPort());
  }

  private void connectAndReconcile() throws IOException {
    connect(Optional.empty());
    await().atMost(PATIENCE).until(() -> !folder.resolve("gap").toFile().exists());
  }

  private String post(String head, String body) throws IOException {
    try (Socket socket = socket()) {
      return exchange(socket, head, body);
    }
  }

  private static String exchange(Socket socket, String head, String body) throws IOException {
    socket.setSoTimeout((int) PATIENCE.toMillis());
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    String request =
        "POST / HTTP/1.1\r\nHost: ::1\r\n"
            + head
            + "Content-Length: "
            + octets.length
            + "\r\nContent-Type: application/json\r\n\r\n"
            + body;
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) in.read());
    }
    String length = answer.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
    return answer + new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
  }

  private static JsonNode body(String answer) throws IOException {
    JsonNode list = MAPPER.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertThat(list.isArray()).isTrue();
    return list.get(0);
  }

  static String apply(List<ObjectNode> deleted, List<ObjectNode> held) {
    ObjectNode request = MAPPER.createObjectNode().put("command", "lease6-bulk-apply");
    ObjectNode arguments = request.putObject("arguments");
    arguments
        .putArray("deleted-leases")
        .addAll(deleted.stream().map(HaConnectorTest::told).toList());
    arguments.putArray("leases").addAll(held.stream().map(HaConnectorTest::told).toList());
    request.putArray("service").add("dhcp6");
    return request.toString();
  }

  // To a peer Kea tells the end of a lease in the place of the CLT.
  private static ObjectNode told(ObjectNode lease) {
    ObjectNode told = lease.deepCopy();
    told.put("expire", lease.get("cltt").asLong() + lease.get("valid-lft").asLong());
    told.remove("cltt");
    return told;
  }

  @Test
  void apply_isAnsweredAfterTheCommit_overOneConnection() throws Exception {
    connectAndReconcile();
    try (Socket socket = socket()) {
      JsonNode first =
          body(
              exchange(
                  socket,
                  "",
                  apply(List.of(), List.of(KeaListener.lease(1), KeaListener.lease(2)))));
      assertThat(first.path("result").asInt()).isZero();
      assertThat(first.path("text").asText()).isEqualTo("Bulk apply of 2 IPv6 leases completed.");
      assertThat(cluster.held()).containsExactlyInAnyOrder(1, 2);

      body(exchange(socket, "", apply(List.of(KeaListener.lease(1)), List.of())));
      assertThat(cluster.held()).containsExactly(2);
    }
  }

  @Test
  void apply_lease_thatIsRejectedOrBroken_isNamedAndTheRestHolds() throws Exception {
    connectAndReconcile();
    ObjectNode broken = KeaListener.lease(3).put("ip-address", "nowhere");
    JsonNode answer =
        body(
            post(
                "",
                apply(
                    List.of(),
                    List.of(KeaListener.lease(0xbad & 0xffff), broken, KeaListener.lease(4)))));
    assertThat(answer.path("result").asInt()).isZero();
    assertThat(answer.path("arguments").path("failed-leases").findValuesAsText("ip-address"))
        .containsExactlyInAnyOrder("nowhere", "2001:db8::bad");
    assertThat(cluster.held()).containsExactly(4);
  }

  @Test
  void apply_withoutAcknowledgements_isAnsweredAndRepairedLater() throws Exception {
    connectAndReconcile();
    long compared = cluster.syncs();
    cluster.hold();
    for (int number = 1; number <= 3; number++) {
      kea.hold(number);
      JsonNode answer = body(post("", apply(List.of(), List.of(KeaListener.lease(number)))));
      assertThat(answer.path("result").asInt()).isZero();
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(folder.resolve("gap"))
                    .content()
                    .contains("no acknowledgement within 300 ms"));
    cluster.release();
    await().atMost(PATIENCE).until(() -> !folder.resolve("gap").toFile().exists());
    assertThat(cluster.syncs()).isGreaterThan(compared);
    assertThat(cluster.held()).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void start_comparesEverything_andLetsGoOfWhatKeaDoesNotHold() throws Exception {
    for (int number = 1; number <= 5; number++) {
      kea.hold(number);
    }
    kea.leases.put(KeaListener.address(6), KeaListener.lease(6).put("state", 2));
    kea.leases.put(
        KeaListener.address(7),
        KeaListener.lease(7).put("cltt", 1_700_000_000).put("valid-lft", 10));
    connectAndReconcile();
    assertThat(cluster.held()).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    kea.leases.remove(KeaListener.address(2));
    kea.restart();
    await().atMost(PATIENCE).until(() -> cluster.held().equals(Set.of(1, 3, 4, 5)));
  }

  @Test
  void reconcile_pagesFail_letsGoOfNothingAndIsTriedAgain() throws Exception {
    kea.hold(1);
    connectAndReconcile();
    kea.failPages(true);
    kea.restart();
    long asked = kea.asked("lease6-get-page");
    await().atMost(PATIENCE).until(() -> kea.asked("lease6-get-page") >= asked + 2);
    assertThat(cluster.held()).containsExactly(1);
    assertThat(folder.resolve("gap")).content().contains("was started anew");
    kea.failPages(false);
    await().atMost(PATIENCE).until(() -> !folder.resolve("gap").toFile().exists());
    assertThat(cluster.held()).containsExactly(1);
  }

  @Test
  void cluster_thatWasRestored_isToldEverythingAgain() throws Exception {
    kea.hold(1);
    connectAndReconcile();
    cluster.restore();
    await().atMost(PATIENCE).until(() -> cluster.held().contains(1));
    await().atMost(PATIENCE).until(() -> !folder.resolve("gap").toFile().exists());
  }

  @Test
  void feeder_thatIsFenced_isOver() throws Exception {
    connectAndReconcile();
    cluster.fence();
    await().atMost(PATIENCE).until(over::isDone);
    assertThat(over.get().kind()).isEqualTo(ApiException.Kind.FENCED);
  }

  @Test
  void updatesOfOneSecond_overTwoConnections_haveTheLeaseAskedFor() throws Exception {
    connectAndReconcile();
    ObjectNode lease = KeaListener.lease(9);
    post("", apply(List.of(), List.of(lease)));
    post("", apply(List.of(lease), List.of())); // came late: Kea holds it
    kea.leases.put(KeaListener.address(9), lease);
    await().atMost(PATIENCE).until(() -> cluster.held().contains(9));
  }

  @Test
  void links_areTakenFromKeaItselfBeforeTheLeases() throws Exception {
    kea.configure("{ \"subnet6\": [ { \"id\": 5, \"subnet\": \"2001:db8:5::/64\" } ] }");
    connectAndReconcile();
    assertThat(cluster.links()).containsExactly("kea1/5");
    assertThat(kea.commands.indexOf("config-get"))
        .isNotNegative()
        .isLessThan(kea.commands.indexOf("lease6-get-page"));
  }

  @Test
  void links_keaRefusesToTell_leasesAreFedAllTheSame() throws Exception {
    kea.hold(1);
    connectAndReconcile();
    assertThat(kea.asked("config-get")).isEqualTo(1);
    assertThat(cluster.held()).containsExactly(1);
    assertThat(cluster.links()).isEmpty();
  }

  @Test
  void credentials_areAskedFor() throws Exception {
    connect(Optional.of(new Credentials("kea1", "secret")));
    String body = "{ \"command\": \"ha-heartbeat\" }";
    assertThat(post("", body)).startsWith("HTTP/1.1 401").contains("Basic realm");
    assertThat(post("Authorization: Basic a2VhMTpndWVzcw==\r\n", body)).startsWith("HTTP/1.1 401");
    assertThat(post("Authorization: Basic a2VhMTpzZWNyZXQ=\r\n", body))
        .startsWith("HTTP/1.1 200")
        .contains("\"state\":\"backup\"");
  }

  @Test
  void otherCommands_areAnsweredAsABackupWould() throws Exception {
    connect(Optional.empty());
    assertThat(body(post("", "{ \"command\": \"status-get\" }")).toString())
        .contains("\"ha-mode\":\"passive-backup\"", "\"role\":\"backup\"", "\"uptime\":");
    assertThat(body(post("", "{ \"command\": \"list-commands\" }")).toString())
        .contains("lease6-bulk-apply");
    assertThat(body(post("", "{ \"command\": \"dhcp-disable\" }")).path("result").asInt()).isZero();
    assertThat(body(post("", "{ \"command\": \"lease6-wipe\" }")).toString())
        .isEqualTo("{\"result\":2,\"text\":\"'lease6-wipe' command not supported.\"}");
    for (String nonsense :
        List.of(
            "",
            "[",
            "7",
            "\u0000",
            "{ \"command\": \"lease6-bulk-apply\", \"arguments\": { \"leases\": 7 } }")) {
      assertThat(body(post("", nonsense)).path("result").asInt()).as(nonsense).isPositive();
    }
  }
}
