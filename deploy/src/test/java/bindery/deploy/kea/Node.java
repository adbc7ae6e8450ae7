package bindery.deploy.kea;

import static org.awaitility.Awaitility.await;

import bindery.deploy.PackagedProgram;
import java.io.IOException;
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

/** One of the three nodes, at an address of its own, on the ports that it takes by itself. */
final class Node {
  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

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
    String address = address(number);
    Files.writeString(
        file,
        """
        node: n%d
        data: %s
        members: { n1: "10.0.0.1:5471", n2: "10.0.0.2:5471", n3: "10.0.0.3:5471" }
        insecure: true
        api: { listen: "%s:5470" }
        http: { listen: "%s:5472" }
        store: { cache: 64MiB, memtables: 16MiB }
        leasequery:
          listen: "%s:547"
          requestors: [ "10.0.0.0/24" ]
          max-connections: 100
          max-connections-per-requestor: 100
        """
            .formatted(number, home.resolve("data"), address, address, address));
    return new Node(
        number,
        new Daemon(
            "n" + number,
            program.command("node", "--config", file.toString()),
            Map.of(),
            home.resolve("log")));
  }

  /** The address of a node, by its number. */
  static String address(int number) {
    return "10.0.0." + number;
  }

  String address() {
    return address(number);
  }

  /** Where it answers bulk leasequeries. */
  InetSocketAddress leasequery() {
    return new InetSocketAddress(address(), 547);
  }

  Daemon daemon() {
    return daemon;
  }

  /** Waits until it says that it is ready. */
  void awaitReady() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address() + ":5472/readyz")).build();
    await()
        .atMost(READY_MAX)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions() // not listening yet
        .failFast(daemon::requireAlive)
        .until(
            () -> HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
  }

  /** Whether it leads, by its own word. */
  boolean isLeading() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address() + ":5472/metrics")).build();
    List<String> lines = HTTP.send(request, HttpResponse.BodyHandlers.ofLines()).body().toList();
    return lines.stream().anyMatch(line -> line.matches("bindery_raft_is_leader\\S* 1(\\.0)?"));
  }
}
