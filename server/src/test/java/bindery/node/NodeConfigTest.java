package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import bindery.leasequery.RequestorRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private List<String> problems(String text) throws IOException {
    Path file = file(text);
    return catchThrowableOfType(
            ConfigException.class, () -> NodeConfig.load(Map.of(), Map.of(), file))
        .problems();
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
    assertThat(config.leasequery().reads()).isEqualTo(Settings.Reads.BOUNDED);
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
    "raft.election-timeout, 99ms, at least 100 ms",
    "raft.snapshot-interval, 1ms, at least 1000 ms",
    "leasequery.udp-listen, [::]:547, one address of this host",
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

  @Test
  void load_severalFaults_tellsAllTogether() throws Exception {
    List<String> problems =
        problems(
            """
            node: n9
            members: { n1: "127.0.0.1:5471", n2: "127.0.0.1:5481" }
            leasequery: { data-timeout: soon, max-conections: 3 }
            api: { listen: "192.0.2.1:5470" }
            """);

    assertThat(problems)
        .anySatisfy(p -> assertThat(p).contains("n9").contains("[n1, n2]"))
        .anySatisfy(p -> assertThat(p).contains("data-timeout").contains("soon").contains("30s"))
        .anySatisfy(
            p -> assertThat(p).contains("max-conections").contains("leasequery.max-connections"))
        .anySatisfy(p -> assertThat(p).contains("192.0.2.1:5470").contains("insecure: true"))
        .hasSize(4);
  }

  @Test
  void load_notYaml_namesFileAndLine() throws Exception {
    assertThat(problems("cluster: [")).singleElement().asString().contains("line", "YAML");
  }

  @Test
  void load_keyTwice_isAProblem() throws Exception {
    assertThat(problems("node: n1\nnode: n2\n")).singleElement().asString().contains("node");
  }

  @Test
  void load_missingFile_isAProblem() {
    Path missing = folder.resolve("missing.yaml");

    assertThat(
            catchThrowableOfType(
                    ConfigException.class, () -> NodeConfig.load(Map.of(), Map.of(), missing))
                .problems())
        .singleElement()
        .asString()
        .contains("missing.yaml", "cannot be read");
  }

  @Test
  void load_twoListenersOnOnePort_isAProblem() throws Exception {
    assertThat(problems("http: { listen: \"127.0.0.1:5470\" }"))
        .singleElement()
        .asString()
        .contains("5470", "api.listen", "http.listen");
  }

  @Test
  void load_raftPortOfTheMembersTaken_isAProblem() throws Exception {
    assertThat(problems("members: { n1: \"127.0.0.1:5470\", n2: \"127.0.0.1:5481\" }\nnode: n1\n"))
        .singleElement()
        .asString()
        .contains("api.listen: port 5470 is also that of members, n1");
    assertThat(problems("api: { listen: \"127.0.0.1:5471\" }"))
        .singleElement()
        .asString()
        .contains("api.listen: port 5471 is also that of raft.listen");
  }

  @Test
  void load_secondDocument_isAProblem() throws Exception {
    assertThat(problems("node: n1\n---\nnode: n2\n"))
        .singleElement()
        .asString()
        .contains("line 3", "a second document");
    assertThat(NodeConfig.load(Map.of(), Map.of(), file("---\nnode: n2\n...\n")).node())
        .isEqualTo("n2");
  }

  @Test
  void load_nothingBehindAName_isTheDefaultAndAnEmptyTextIsNot() throws Exception {
    assertThat(
            NodeConfig.load(
                    Map.of(), Map.of(), file("node:\nraft:\nleasequery: { requestors: [] }\n"))
                .node())
        .isEqualTo("n1");
    assertThat(problems("leasequery: { listen: \"\" }\nnode: \"\"\ndata: ''\nmembers: ''\n"))
        .anySatisfy(p -> assertThat(p).contains("leasequery.listen: \"\"", "ADDRESS:PORT"))
        .anySatisfy(p -> assertThat(p).contains("node: \"\""))
        .anySatisfy(p -> assertThat(p).contains("data: \"\", empty"))
        .anySatisfy(p -> assertThat(p).contains("members: \"\""))
        .hasSize(4);
  }

  @Test
  void load_listOrSectionWhereOneValueIsDue_isAProblem() throws Exception {
    assertThat(
            problems(
                """
                node: [ a ]
                cluster: { a: b }
                members: [ n1 ]
                leasequery: { requestors: { a: b } }
                raft: 7
                feed: ""
                """))
        .anySatisfy(p -> assertThat(p).contains("node: [\"a\"] (expected 1..64"))
        .anySatisfy(p -> assertThat(p).contains("cluster: {\"a\":\"b\"} (expected 1..64"))
        .anySatisfy(p -> assertThat(p).contains("members: [\"n1\"] (expected NAME=HOST:PORT"))
        .anySatisfy(p -> assertThat(p).contains("leasequery.requestors: {").contains("2001:db8::"))
        .anySatisfy(
            p -> assertThat(p).contains("raft: 7 (expected a section", "such as raft.listen"))
        .anySatisfy(p -> assertThat(p).contains("feed: \"\" (expected a section"))
        .hasSize(6);
  }

  @Test
  void load_badValues_areToldInPlainWords() throws Exception {
    assertThat(
            problems(
                """
                leasequery: { max-connections: many, max-queries-per-connection: 99999999999,
                              sensitive-options: [ x ], idle-timeout: 99999999d }
                store: { cache: 99999999999GiB }
                data: "/a\\0b"
                """))
        .anySatisfy(p -> assertThat(p).contains("\"many\", not a whole number (expected a number"))
        .anySatisfy(p -> assertThat(p).contains("\"99999999999\", out of range"))
        .anySatisfy(p -> assertThat(p).contains("\"x\", not a whole number (expected DHCPv6"))
        .anySatisfy(p -> assertThat(p).contains("\"99999999d\", longer than 36500d"))
        .anySatisfy(p -> assertThat(p).contains("\"99999999999GiB\", too large"))
        .anySatisfy(p -> assertThat(p).contains("not a name of a folder"))
        .hasSize(6);
  }

  @Test
  void load_fileThatCannotBeRead_saysWhy() throws Exception {
    Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', (byte) 0xfc});

    assertThat(problemsOf(latin)).contains("latin.yaml: cannot be read: it is not UTF-8");
    assertThat(problemsOf(folder)).contains("cannot be read: it is a folder");
    assertThat(problemsOf(folder.resolve("none.yaml")))
        .contains("none.yaml: cannot be read: there is no such file");
  }

  private static String problemsOf(Path file) {
    ConfigException problem =
        catchThrowableOfType(
            ConfigException.class, () -> NodeConfig.load(Map.of(), Map.of(), file));
    return String.join("\n", problem.problems());
  }

  @Test
  void load_shortDataTimeout_warns() throws Exception {
    assertThat(NodeConfig.load(Map.of("leasequery.data-timeout", "5s"), Map.of(), null).warnings())
        .singleElement()
        .asString()
        .contains("data-timeout");
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
}
