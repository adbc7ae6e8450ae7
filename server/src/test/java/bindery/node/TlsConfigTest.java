package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.cli.cert.TestCertificates;
import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ApiSecurity;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import bindery.tls.LiveTls;
import bindery.tls.Role;
import bindery.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section {@code tls} of a node's configuration, and what it allows. */
final class TlsConfigTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder = Path.of("");

  private NodeConfig load(String text) throws Exception {
    return NodeConfig.load(
        Map.of(), Map.of(), Files.writeString(folder.resolve("bindery.yaml"), text));
  }

  private void assertProblem(String text, String... says) {
    assertThatThrownBy(() -> load(text))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e -> assertThat(e.problems()).singleElement().asString().contains(says));
  }

  private static String section(TlsFiles files) {
    return "tls: { ca: %s, cert: %s, key: %s }\n"
        .formatted(files.ca(), files.certificate(), files.key());
  }

  @Test
  void load_beyondLoopback_needsTlsOrAWord() throws Exception {
    String open = "data: /d\napi: { listen: \"192.0.2.1:5470\" }\n";
    assertProblem(
        open, "192.0.2.1:5470 is not loopback", "tls.ca, tls.cert and tls.key", "insecure");
    assertThat(load(open + "insecure: true").tls()).isEmpty();
    // What is in the files is looked at later.
    NodeConfig secured = load(open + "tls: { ca: /none/ca, cert: /none/crt, key: /none/key }");
    assertThat(secured.tls()).isPresent();
    assertThat(secured.fileProblems())
        .containsExactly(
            "tls.ca: /none/ca: no such file (expected a PEM file)",
            "tls.cert: /none/crt: no such file (expected a PEM file)",
            "tls.key: /none/key: no such file (expected a PEM file)");
  }

  // What the page shows must be taken as it stands.
  @Test
  void load_thePagesCluster_isSound() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "secure.md"));
    int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
    NodeConfig config = load(page.substring(begin, page.indexOf("```", begin)));
    assertThat(config.tls())
        .contains(
            new TlsFiles(
                Path.of("/etc/bindery/tls/ca.crt"),
                Path.of("/etc/bindery/tls/n1.crt"),
                Path.of("/etc/bindery/tls/n1.key")));
    assertThat(config.leasequery().tlsListen().orElseThrow().getPort()).isEqualTo(5_473);
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void load_halfASection_isRefused() {
    assertProblem(
        "tls: { ca: /none/ca, key: /none/key }",
        "tls.ca and tls.key: without tls.cert (expected all three");
  }

  @Test
  void load_tlsListenWithoutTls_isRefused() throws Exception {
    assertProblem(
        "leasequery: { listen: \"[::]:547\", tls-listen: \"[::]:5473\" }",
        "leasequery.tls-listen: without TLS (expected tls.ca, tls.cert and tls.key");
    assertProblem(
        "tls: { ca: /a, cert: /b, key: /c }\n"
            + "leasequery: { listen: \"[::]:547\", tls-listen: \"[::]:547\" }",
        "leasequery.tls-listen: port 547 is also that of leasequery.listen");
  }

  private static String free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void node_withTls_takesWhomItKnows_andTellsWhenItsCertificateEnds() throws Exception {
    TestCertificates edge = new TestCertificates(folder.resolve("edge"), "bindery");
    TlsFiles own = edge.node("n1", "127.0.0.1");
    Map<String, String> flags = new HashMap<>();
    for (String port : List.of("raft.listen", "api.listen", "http.listen", "leasequery.listen")) {
      flags.put(port, free());
    }
    flags.put("leasequery.tls-listen", free());
    flags.put("data", folder.resolve("data").toString());
    flags.put("raft.election-timeout", "300ms");
    Path file = Files.writeString(folder.resolve("bindery.yaml"), section(own));
    ConfigSource source = new ConfigSource(flags, Map.of(), file);
    NodeConfig config = source.load();
    assertThat(config.fileProblems()).isEmpty();
    List<HostPort> api = List.of(HostPort.parse(NodeConfig.text(config.api())));
    try (Node node = Node.start(source, config);
        ServerList viewer =
            new ServerList(api, ApiSecurity.ofHosts(LiveTls.open(edge.client("v", Role.VIEWER))));
        ServerList plain = new ServerList(api)) {
      assertThat(node.exitCode()).isZero();
      AdminClient asked = new AdminClient(viewer, Duration.ofSeconds(20));
      assertThat(asked.status().getWarningsList())
          .anySatisfy(warning -> assertThat(warning).contains(own.certificate() + " expires on"));
      assertThatThrownBy(asked::flush)
          .isInstanceOf(ApiException.class)
          .hasMessageContaining(
              "viewer v may not Flush (expected a certificate of the role operator)");
      assertThatThrownBy(() -> new AdminClient(plain, Duration.ofSeconds(20)).status())
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("closed at once (if that node speaks TLS");
      // That both end is no reason not to serve.
      await().atMost(PATIENCE).until(() -> get(config, "/readyz").statusCode() == 200);
      assertThat(get(config, "/readyz?verbose").body())
          .contains("[!]tls warning: " + own.certificate() + " expires on ")
          .contains("; " + own.ca() + " expires on ")
          .endsWith("ready\n");
    }
  }

  private static HttpResponse<String> get(NodeConfig config, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + NodeConfig.text(config.http()) + path))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
