package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What three nodes of the package say of themselves, while they are well and when they are not. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MonitorIT {
  private static final Path SHOTS = Path.of("target");

  @TempDir private static Path folder;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static PackagedProgram program;
  private static DevRun cluster;

  @BeforeAll
  static void startAndFeed() throws Exception {
    program = PackagedProgram.unpack(folder);
    cluster = DevRun.start(program, folder.resolve("cluster"));
    program.ok("link", "put", "access", "2001:db8:a::/64", "--server", cluster.api(1));
    cluster.feed(1, PutLine.of(1, 50));
    cluster.awaitBindings(2, "2001:db8:a::1", 50);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String url(int node, String path) {
    return "http://127.0.0.1:" + cluster.httpPort(node) + path;
  }

  private static HttpResponse<String> get(int node, String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url(node, path))).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static PackagedProgram.Outcome health() {
    return program.run(
        "health",
        "--server",
        cluster.api(1),
        "--server",
        cluster.api(2),
        "--server",
        cluster.api(3));
  }

  @Test
  @Order(1)
  void health_allUp_isProvedAtEveryNode() throws Exception {
    PackagedProgram.Outcome proof = health();

    assertThat(proof.exit()).as(proof.err()).isZero();
    assertThat(proof.lines()).hasSize(4);
    assertThat(proof.err()).isEmpty();
    assertThat(get(2, "/readyz?verbose").body())
        .contains("[+]quorum ok: ")
        .contains("3 of 3 voters were heard")
        .contains("[+]read-barrier ok")
        .contains("[+]feed ok: 1 sources")
        .endsWith("ready\n");
  }

  @Test
  @Order(2)
  void page_inABrowser_showsTheClusterAndLoadsNothingFromOutside() throws Exception {
    Chromium chromium = new Chromium(folder);
    String document = chromium.document(url(2, "/"));

    assertThat(document)
        .contains("Ready</p>")
        .contains("n2 of dev")
        .contains("3 of 3 voters heard, 2 needed: quorum, and 1 more may be lost")
        .contains("<td>n2 (this one)</td>")
        .contains("leader</td>")
        .contains("50 bindings, as of revision")
        .containsPattern("access</td><td class=\"number\\s*\">50</td>")
        .contains("exchanges fed a second")
        .contains("event=serving node=n2")
        .doesNotContain("No answer from the node")
        .doesNotContain("https://");
    chromium.screenshot(url(2, "/"), SHOTS.resolve("page.png"), 1_100, 1_700, false);
    chromium.screenshot(url(2, "/"), SHOTS.resolve("page-phone-dark.png"), 500, 1_900, true);
  }

  @Test
  @Order(3)
  void majorityLost_isToldByHealthReadinessAndPage() throws Exception {
    cluster.kill9(1);
    cluster.kill9(3);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(get(2, "/readyz").statusCode()).isEqualTo(503));
    assertThat(get(2, "/livez").statusCode()).isEqualTo(200);
    PackagedProgram.Outcome proof = health();
    assertThat(proof.exit()).isEqualTo(3);
    assertThat(proof.err()).contains("node n2: cannot commit: ").contains("no connection");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(new Chromium(folder).document(url(2, "/")))
                    .contains("Not ready, ")
                    .contains("1 of 3 voters heard, 2 needed: no quorum")
                    .contains("event=not_ready"));
  }
}
