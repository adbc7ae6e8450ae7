package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.admin.HealthCheck.Subject;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health and metrics over real sockets. */
final class HttpEndpointTest {
  private static final int SOCKET_TIMEOUT_MILLIS = 30_000;

  private final FixedReadiness readiness = new FixedReadiness();
  private final PrometheusRegistry metrics = new PrometheusRegistry();
  private HttpEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    Gauge.builder().name("bindery_test").help("A test.").register(metrics).set(7);
    endpoint = start(Duration.ofMillis(500));
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  private HttpEndpoint start(Duration requestMax) throws IOException {
    return HttpEndpoint.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        readiness,
        metrics,
        new StatusPage(),
        requestMax);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(endpoint.address());
    socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
    return socket;
  }

  /** Sends the octets and returns all that comes back until the server ends the connection. */
  private String ask(String octets) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String get(String path) throws IOException {
    return ask("GET " + path + " HTTP/1.1\r\nHost: n1\r\n\r\n");
  }

  @Test
  void readyz_withSomethingToSeeTo_isReadyAndTellsIt() throws IOException {
    readiness.advising.add(HealthCheck.warning(Subject.FEED, "kea is silent"));
    assertThat(get("/readyz"))
        .startsWith("HTTP/1.1 200")
        .endsWith("\r\n\r\nready\n[!]feed warning: kea is silent\n");
  }

  @Test
  void readyz_verbose_namesEveryCheck() throws IOException {
    readiness.advising.add(HealthCheck.warning(Subject.CLOCK, "2.5s ahead"));
    assertThat(get("/readyz?verbose"))
        .startsWith("HTTP/1.1 200")
        .endsWith(
            """
            \r\n\r
            [+]quorum ok: n1 leads
            [+]disk ok: 12.0 GiB are free
            [!]clock warning: 2.5s ahead
            ready
            """);
    readiness.deciding.add(HealthCheck.failed(Subject.READ_BARRIER, "nobody answers"));
    assertThat(get("/readyz?x=1&verbose"))
        .startsWith("HTTP/1.1 503")
        .contains("[-]read-barrier failed: nobody answers\n")
        .endsWith("not ready\n");
  }

  @Test
  void pages_areAnswered() throws IOException {
    assertThat(get("/livez")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nok\n");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nready\n");
    readiness.deciding.add(HealthCheck.failed(Subject.QUORUM, "no leader"));
    assertThat(get("/readyz"))
        .startsWith("HTTP/1.1 503")
        .endsWith("not ready\n[-]quorum failed: no leader\n");
    assertThat(get("/metrics")).startsWith("HTTP/1.1 200").contains("bindery_test 7.0");
    assertThat(get("/"))
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("content-security-policy: default-src 'self'")
        .contains("<!doctype html>");
    assertThat(get("/status.json")).startsWith("HTTP/1.1 503").endsWith("the node starts\n");
    assertThat(get("/livez/x")).startsWith("HTTP/1.1 404");
    assertThat(ask("POST /livez HTTP/1.1\r\nHost: n1\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("allow: GET, HEAD");
    assertThat(ask("HEAD /livez HTTP/1.1\r\nHost: n1\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .endsWith("\r\n\r\n");
  }

  @Test
  void whatIsNoRequest_endsTheConnection() throws IOException {
    assertThat(ask("\0\1\2\3\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(ask("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 4");
  }

  @Test
  void requestsThatNeverEnd_keepNobodyFromAsking() throws IOException {
    endpoint.close();
    endpoint = start(Duration.ofSeconds(60));
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        Socket socket = connect();
        socket.getOutputStream().write("GET /metrics HTT".getBytes(StandardCharsets.US_ASCII));
        held.add(socket);
      }
      assertThat(get("/livez")).startsWith("HTTP/1.1 200");
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  @Test
  void requestThatNeverEnds_isCutOff() throws IOException {
    assertThat(ask("GET /metrics HTT")).isEmpty();
  }

  @Test
  void start_portInUse_namesAddressAndOption() {
    assertThatThrownBy(
            () -> HttpEndpoint.start(endpoint.address(), readiness, metrics, new StatusPage()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("http.listen")
        .hasMessageContaining(String.valueOf(endpoint.address().getPort()));
  }
}
