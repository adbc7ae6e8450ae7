package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.leasequery.RequestorRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeConfigTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("bindery.yaml"), text);
  }

  @Test
  void load_nothingGiven_isSingleNodeOnLoopback() throws ConfigException {
    NodeConfig config = NodeConfig.load(Map.of(), Map.of("XDG_STATE_HOME", "/state"), null);

    assertThat(config.members()).hasSize(1);
    assertThat(config.members().get(0).address()).isEqualTo("127.0.0.1:5471");
    assertThat(config.data()).isEqualTo(Path.of("/state/bindery/n1"));
    assertThat(config.leasequery().listen().getPort()).isEqualTo(547);
    assertThat(config.leasequery().listen().getAddress().isLoopbackAddress()).isTrue();
    assertThat(config.leasequery().limits().maxConnections()).isEqualTo(10);
    assertThat(config.leasequery().limits().dataTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.api().getPort()).isEqualTo(5470);
    assertThat(config.http().getPort()).isEqualTo(5472);
    assertThat(config.feed().seeds().getSweepLimitPermille()).isEqualTo(100);
    assertThat(config.feed().seeds().getRetainEndedSeconds()).isEqualTo(86_400);
    assertThat(config.feed().given().getAllFields()).isEmpty();
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void load_fileOfTheDesignedShape_isRead() throws Exception {
    Path file =
        file(
            """
            cluster: edge-north
            node: n1
            data: /var/lib/bindery
            insecure: true
            members: { n1: "10.0.0.1:5471", n2: "10.0.0.2:5471", n3: "10.0.0.3:5471" }
            raft:       { listen: "10.0.0.1:5471", election-timeout: 1s }
            api:        { listen: "10.0.0.1:5470" }
            http:       { listen: "127.0.0.1:5472" }
            leasequery: { listen: "[::]:547", reads: bounded, max-staleness: unlimited,
                          requestors: [ "2001:db8:ff::1", "2001:db8:a::/48" ] }
            feed:       { retain-ended: 24h, source-silent-after: 15m, sweep-limit: 2.5% }
            """);

    NodeConfig config = NodeConfig.load(Map.of(), Map.of(), file);

    assertThat(config.members()).extracting("name").containsExactly("n1", "n2", "n3");
    assertThat(config.leasequery().reads()).isEqualTo(LeasequerySettings.Reads.BOUNDED);
    assertThat(config.leasequery().requestors())
        .extracting(RequestorRule::from)
        .containsExactly("2001:db8:ff::1", "2001:db8:a::/48");
    assertThat(config.feed().seeds().getSweepLimitPermille()).isEqualTo(25);
    assertThat(config.feed().given()).isEqualTo(config.feed().seeds());
  }

  // What the page shows must be taken as it stands.
  @Test
  void load_theReadmesCluster_isSound() throws Exception {
    String page = Files.readString(Path.of("..", "README.md"));
    int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
    String text = page.substring(begin, page.indexOf("```", begin));

    NodeConfig config = NodeConfig.load(Map.of(), Map.of(), file(text));

    assertThat(config.members()).hasSize(3);
    assertThat(config.leasequery().requestors()).contains(RequestorRule.of("127.0.0.1"));
    assertThat(config.leasequery().listen().getAddress().isLoopbackAddress()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "feed.retain-ended, 500ms, whole seconds",
    "feed.source-silent-after, 1500ms, whole seconds",
    "raft.election-timeout, 99ms, too small (expected a duration of 100ms to 1h",
    "raft.snapshot-interval, 1ms, too small (expected a duration of 1s to 365d",
    "leasequery.udp-listen, [::]:547, one address of this host",
    "leasequery.udp-listen, [ff02::1:2]:547, one address of this host",
    "leasequery.max-connections, 100001, too large (expected a number",
    "leasequery.barrier-timeout, 2d, too large (expected a duration of 10ms to 1d",
    "leasequery.output-memory, 198KiB, expected at least 792KiB",
    "store.cache, 1MiB, too small (expected a size of 8MiB",
    "leasequery.requestors, ::ffff:127.0.0.1, plain IPv4",
    "leasequery.requestors, n1.example, not a prefix"
  })
  void load_valueThatWouldDoHarm_isRefusedByName(String key, String value, String says) {
    assertThatThrownBy(() -> NodeConfig.load(Map.of(key, value), Map.of(), null))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .contains(key.substring(key.indexOf('.') + 1))
                    .contains(says));
  }

  @Test
  void load_byEnvironmentAlone_listensWhereItSays() throws Exception {
    assertThat(
            NodeConfig.load(
                    Map.of(), Map.of("BINDERY_LEASEQUERY_REQUESTORS", "2001:db8::/32"), null)
                .leasequery()
                .listen()
                .getAddress()
                .isLoopbackAddress())
        .isFalse();
    assertThat(
            NodeConfig.load(Map.of(), Map.of(), null)
                .leasequery()
                .listen()
                .getAddress()
                .isLoopbackAddress())
        .isTrue();
  }

  @Test
  void load_sameOptionEverywhere_flagWinsOverEnvironmentOverFile() throws Exception {
    Path file = file("leasequery: { max-connections: 20 }");
    Map<String, String> environment = Map.of("BINDERY_LEASEQUERY_MAX_CONNECTIONS", "30");

    assertThat(NodeConfig.load(Map.of(), Map.of(), file).leasequery().limits().maxConnections())
        .isEqualTo(20);
    assertThat(NodeConfig.load(Map.of(), environment, file).leasequery().limits().maxConnections())
        .isEqualTo(30);
    assertThat(
            NodeConfig.load(Map.of("leasequery.max-connections", "40"), environment, file)
                .leasequery()
                .limits()
                .maxConnections())
        .isEqualTo(40);
  }

  // A limit that an option takes must be one that the program takes.
  @Test
  void load_limitsAtTheirEnds_areTaken() throws Exception {
    for (String key :
        List.of("data-timeout", "idle-timeout", "max-answer-time", "barrier-timeout")) {
      for (String value : List.of("10ms", "1d")) {
        var unused = NodeConfig.load(Map.of("leasequery." + key, value), Map.of(), null);
      }
    }
    for (String key :
        List.of(
            "max-connections",
            "max-connections-per-requestor",
            "max-queries-per-requestor",
            "udp-max-queries",
            "udp-max-queries-per-requestor",
            "udp-max-rate")) {
      for (String value : List.of("1", "100000")) {
        var unused =
            NodeConfig.load(
                Map.of("leasequery." + key, value, "leasequery.udp-listen", "[::1]:547"),
                Map.of(),
                null);
      }
    }
    NodeConfig most =
        NodeConfig.load(
            Map.of(
                "leasequery.max-queries-per-connection", "1024",
                "leasequery.output-memory", "1GiB",
                "leasequery.least-progress", "1GiB"),
            Map.of(),
            null);
    assertThat(most.leasequery().limits().pageBytes()).isPositive();
    assertThat(
            NodeConfig.load(
                    Map.of(
                        "leasequery.max-queries-per-connection", "1",
                        "leasequery.output-memory", "198KiB",
                        "leasequery.least-progress", "1B"),
                    Map.of(),
                    null)
                .leasequery()
                .limits()
                .leastProgressBytes())
        .isEqualTo(1);
  }

  @Test
  void load_shortDataTimeout_warns() throws Exception {
    assertThat(NodeConfig.load(Map.of("leasequery.data-timeout", "5s"), Map.of(), null).warnings())
        .singleElement()
        .asString()
        .contains("data-timeout");
    String own = "[{\"from\":\"2001:db8::1\",\"data-timeout\":\"29s\"}]";
    assertThat(NodeConfig.load(Map.of("leasequery.requestors", own), Map.of(), null).warnings())
        .singleElement()
        .asString()
        .contains("data-timeout of 2001:db8::1 is below 30s");
  }

  // One number, two protocols: the port is taken once by each.
  @Test
  void load_udpOnThePortOfTcp_isRead() throws Exception {
    NodeConfig config =
        NodeConfig.load(
            Map.of("leasequery.listen", "[::1]:547", "leasequery.udp-listen", "[::1]:547"),
            Map.of(),
            null);

    assertThat(config.leasequery().datagrams().orElseThrow().listen().getPort()).isEqualTo(547);
    assertThat(NodeConfig.load(Map.of(), Map.of(), null).leasequery().datagrams()).isEmpty();
  }

  @Test
  void sampleFile_asWritten_setsNothing() throws Exception {
    NodeConfig config =
        NodeConfig.load(Map.of(), Map.of("XDG_STATE_HOME", "/state"), file(SampleFile.text()));

    assertThat(config)
        .isEqualTo(
            NodeConfig.load(
                Map.of("leasequery.listen", "[::]:547"), // without a file: loopback
                Map.of("XDG_STATE_HOME", "/state"),
                null));
  }

  @Test
  void sampleFile_everyLineTakenIn_isAConfiguration() throws Exception {
    String text =
        SampleFile.text().lines().map(NodeConfigTest::uncomment).reduce("", (a, b) -> a + b + "\n");

    NodeConfig config = NodeConfig.load(Map.of("insecure", "true"), Map.of(), file(text));

    assertThat(config.members()).hasSize(3);
  }

  private static String uncomment(String line) {
    return line.replaceFirst("^( *)#([a-z])", "$1$2");
  }

  @Test
  void sampleFile_inThePackage_isWhatTheOptionsGive() throws IOException {
    assertThat(Files.readString(Path.of("..", "deploy", "etc", "bindery.yaml")))
        .as("deploy/etc/bindery.yaml; write it anew with: bindery node --print-sample")
        .isEqualTo(SampleFile.text());
  }

  @Test
  void load_membersWhoseNamesAreNotKnown_isNoFaultButAWarning() throws Exception {
    NodeConfig config =
        NodeConfig.load(
            Map.of(
                "members", "n1=127.0.0.1:5471,n2=no.such.host.invalid:5471",
                "raft.listen", "127.0.0.1:5471"),
            Map.of(),
            null);

    assertThat(MemberHosts.unknown(config.members()))
        .singleElement()
        .asString()
        .startsWith("members: n2=no.such.host.invalid:5471: ")
        .contains("it is looked up again");
  }

  @Test
  void load_ownNameNotKnown_isAFaultOnlyWhereThisNodeListensThere() throws Exception {
    Map<String, String> flags = Map.of("members", "n1=no.such.host.invalid:5471,n2=127.0.0.2:5471");
    assertThatThrownBy(() -> NodeConfig.load(flags, Map.of(), null))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .contains("n1=no.such.host.invalid:5471", "raft.listen"));

    Map<String, String> listening = new HashMap<>(flags);
    listening.put("raft.listen", "127.0.0.1:5471");
    assertThat(NodeConfig.load(listening, Map.of(), null).members()).hasSize(2);
  }
}
