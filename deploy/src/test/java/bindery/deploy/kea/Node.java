package bindery.deploy.kea;

import static org.awaitility.Awaitility.await;

import bindery.deploy.PackagedProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One of the three nodes, on the ports that {@code bindery dev} gives them. */
final class Node {
  private static final int BASE_PORT = 15_470;
  private static final int LEASEQUERY_PORT = 547;
  private static final int LEASEQUERY = 1;
  private static final int API = 2;
  private static final int RAFT = 3;
  private static final int HTTP = 4;
  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final int number;
  private final Daemon daemon;

  private Node(int number, Daemon daemon) {
    this.number = number;
    this.daemon = daemon;
  }

  /** One that does not run yet, with its files in a folder of its own. */
  static Node of(PackagedProgram program, Path folder, int number) throws IOException {
    Path home = Files.createDirectories(folder.resolve("n" + number));
    Path file = home.resolve("bindery.yaml");
    Files.writeString(
        file,
        """
        node: n%d
        data: %s
        members: { n1: "%s", n2: "%s", n3: "%s" }
        api: { listen: "%s" }
        http: { listen: "%s" }
        store: { cache: 64MiB, memtables: 16MiB }
        leasequery:
          listen: "%s"
          max-connections: 100
          max-connections-per-requestor: 100
          requestors: [ "127.0.0.1", "2001:db8::/32" ]
        """
            .formatted(
                number,
                home.resolve("data"),
                endpoint(1, RAFT),
                endpoint(2, RAFT),
                endpoint(3, RAFT),
                endpoint(number, API),
                endpoint(number, HTTP),
                leasequery(number)));
    return new Node(
        number,
        new Daemon(
            "n" + number,
            program.command("node", "--config", file.toString()),
            Map.of(),
            home.resolve("log")));
  }

  // The last one stands where relays ask: at Kea's own address, on the port that is Kea's by UDP.
  private static String leasequery(int number) {
    return number == Site.NODES
        ? "[" + Site.SERVER + "]:" + LEASEQUERY_PORT
        : endpoint(number, LEASEQUERY);
  }

  private static String endpoint(int number, int service) {
    return "127.0.0.1:" + port(number, service);
  }

  private static int port(int number, int service) {
    return BASE_PORT + 10 * (number - 1) + service;
  }

  /** Where that node is fed and administered. */
  static String api(int number) {
    return endpoint(number, API);
  }

  /** Where it answers bulk leasequeries, as a command is told. */
  String leasequery() {
    return leasequery(number);
  }

  /** The same, as a socket is told. */
  InetSocketAddress socket() {
    return number == Site.NODES
        ? new InetSocketAddress(Site.SERVER, LEASEQUERY_PORT)
        : new InetSocketAddress(InetAddress.getLoopbackAddress(), port(number, LEASEQUERY));
  }

  Daemon daemon() {
    return daemon;
  }

  /** Waits until it says that it is ready. */
  void awaitReady() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint(number, HTTP) + "/readyz")).build();
    await()
        .atMost(READY_MAX)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions() // not listening yet
        .failFast(daemon::requireAlive)
        .until(
            () -> CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
  }

  /** Whether it leads, by its own word. */
  boolean isLeading() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint(number, HTTP) + "/metrics")).build();
    List<String> lines = CLIENT.send(request, HttpResponse.BodyHandlers.ofLines()).body().toList();
    return lines.stream().anyMatch(line -> line.matches("bindery_raft_is_leader\\S* 1(\\.0)?"));
  }
}
