package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  // Which element has the focus, where it is, and whether one can see that it has it.
  private static final String FOCUS =
      """
      (() => {
        const at = document.activeElement;
        const style = getComputedStyle(at);
        const box = at.getBoundingClientRect();
        const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
          && box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth
          && box.bottom > 0 && box.top < innerHeight;
        return at.tagName + " " + (at.getAttribute("aria-label") || at.textContent.trim()) + " " + (seen ? "seen" : "unseen");
      })()""";

  private static final List<String> STOPS =
      List.of(
          "A To the content",
          "A Nodes",
          "A Sources",
          "A Answers",
          "A Bindings",
          "A Last hour",
          "A Events",
          "DIV Nodes",
          "DIV Sources",
          "DIV Answers in progress",
          "DIV Bindings by link",
          "DIV Bindings by relay",
          "A Checks",
          "A Metrics",
          "A JSON");

  @Test
  @Order(3)
  void page_byTheKeyboardAlone_isWalkedThroughAndBack_andTheFocusIsSeen() throws Exception {
    List<String> seen = STOPS.stream().map(stop -> stop + " seen").toList();
    try (BrowserTab tab = BrowserTab.open(folder.resolve("keys"), url(2, "/"))) {
      tab.awaitTrue("document.querySelectorAll('#members td').length > 0");
      List<String> walked = new ArrayList<>();
      for (int i = 0; i < STOPS.size(); i++) {
        tab.tab(0);
        walked.add(tab.evaluate(FOCUS));
      }
      assertThat(walked).containsExactlyElementsOf(seen);

      List<String> back = new ArrayList<>(List.of(tab.evaluate(FOCUS)));
      for (int i = 1; i < STOPS.size(); i++) {
        tab.tab(BrowserTab.SHIFT);
        back.add(0, tab.evaluate(FOCUS));
      }
      assertThat(back).containsExactlyElementsOf(seen);

      // Past what stands above; and what is written anew meanwhile does not take the focus away.
      tab.enter();
      assertThat(tab.evaluate("document.activeElement.id")).isEqualTo("main");
      tab.tab(0);
      assertThat(tab.evaluate(FOCUS)).isEqualTo("DIV Nodes seen");
      String looks =
          "performance.getEntriesByType('resource').filter(one => one.name.endsWith('status.json')).length";
      int before = Integer.parseInt(tab.evaluate(looks));
      tab.awaitTrue(looks + " > " + (before + 1));
      assertThat(tab.evaluate(FOCUS)).isEqualTo("DIV Nodes seen");
    }
  }

  @Test
  @Order(4)
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
