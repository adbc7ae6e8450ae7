package bindery.deploy;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Three nodes of the packaged program on loopback that speak TLS, by what {@code bindery cert}
 * makes.
 */
final class SecureCluster implements AutoCloseable {
  static final String NAME = "edge";

  private static final Duration READY_MAX = Duration.ofMinutes(2);

  private final PackagedProgram program;
  private final Path folder;
  private final Path authority;
  private final int basePort;
  private final Map<Integer, Process> nodes = new HashMap<>();

  /** Makes the authority and the certificates of the nodes, and starts nothing. */
  SecureCluster(PackagedProgram program, Path folder) throws IOException {
    this.program = program;
    this.folder = folder;
    authority = folder.resolve("pki");
    basePort = DevRun.freeBasePort();
    program.ok("cert", "ca", "--cluster", NAME, "--dir", authority.toString());
    // No address: 127.0.0.1 is among its hosts at any rate.
    IntStream.rangeClosed(1, 3)
        .parallel()
        .forEach(node -> program.ok("cert", "node", "n" + node, "--dir", authority.toString()));
    for (int node = 1; node <= 3; node++) {
      deliver(node);
    }
  }

  /** The folder of its authority. */
  Path authority() {
    return authority;
  }

  /** Copies a node's files to where it reads them, as an operator would. */
  void deliver(int node) throws IOException {
    Path to = Files.createDirectories(tls(node));
    for (String file : List.of("ca.crt", "n" + node + ".crt", "n" + node + ".key")) {
      Path fresh = to.resolve(file + ".new");
      Files.copy(
          authority.resolve(file),
          fresh,
          StandardCopyOption.COPY_ATTRIBUTES,
          StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Where a node's files of TLS are. */
  Path tls(int node) {
    return folder.resolve("n" + node).resolve("tls");
  }

  /** The configuration of a node. */
  Path configuration(int node, String cluster, Path tls, Path data) throws IOException {
    Path file = Files.createDirectories(data.resolveSibling(cluster)).resolve("bindery.yaml");
    return Files.writeString(
        file,
        """
        cluster: %s
        node: n%d
        data: %s
        members: { n1: "127.0.0.1:%d", n2: "127.0.0.1:%d", n3: "127.0.0.1:%d" }
        tls:
          ca: %s/ca.crt
          cert: %s/n%d.crt
          key: %s/n%d.key
        api: { listen: "127.0.0.1:%d" }
        http: { listen: "127.0.0.1:%d" }
        leasequery:
          listen: "127.0.0.1:%d"
          tls-listen: "127.0.0.1:%d"
          requestors: [ "127.0.0.1" ]
        """
            .formatted(
                cluster,
                node,
                data,
                port(1, 3),
                port(2, 3),
                port(3, 3),
                tls,
                tls,
                node,
                tls,
                node,
                port(node, 2),
                port(node, 4),
                port(node, 1),
                port(node, 5)));
  }

  void start(int node) throws IOException {
    Path home = folder.resolve("n" + node);
    start(node, configuration(node, NAME, tls(node), home.resolve("data")), home.resolve("log"));
  }

  /** Starts what is configured there in the place of a node. */
  void start(int node, Path configuration, Path log) throws IOException {
    nodes.put(node, program.start(log, List.of(), "node", "--config", configuration.toString()));
  }

  /** Ends a node as its supervisor would. */
  void stop(int node) throws InterruptedException {
    Process process = nodes.remove(node);
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("n" + node + " does not stop");
    }
  }

  /** Starts all three. */
  void startAll() throws IOException {
    for (int node = 1; node <= 3; node++) {
      start(node);
    }
  }

  /** Waits until each of the three says by HTTP that it is ready. */
  void awaitAllReady() {
    for (int node = 1; node <= 3; node++) {
      awaitReady(node);
    }
  }

  /** Waits until a node says by HTTP that it is ready. */
  void awaitReady(int node) {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(node, 4) + "/readyz")).build();
    await()
        .atMost(READY_MAX)
        .ignoreExceptions() // not listening yet
        .until(
            () -> http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
  }

  private int port(int node, int which) {
    return basePort + 10 * (node - 1) + which;
  }

  String api(int node) {
    return "127.0.0.1:" + port(node, 2);
  }

  /** Where a node is asked over TLS. */
  int securePort(int node) {
    return port(node, 5);
  }

  /** What a node has logged. */
  String log(int node) throws IOException {
    return Files.readString(folder.resolve("n" + node).resolve("log"));
  }

  /** The options of TLS by which a client of that name comes. */
  List<String> as(String client) {
    return List.of(
        "--ca",
        authority.resolve("ca.crt").toString(),
        "--cert",
        authority.resolve(client + ".crt").toString(),
        "--key",
        authority.resolve(client + ".key").toString());
  }

  /** Runs a command with those options. */
  PackagedProgram.Outcome run(String input, String client, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(as(client));
    return program.runWith(input, all.toArray(new String[0]));
  }

  @Override
  public void close() {
    nodes.values().forEach(Process::destroy);
    for (Process process : nodes.values()) {
      try {
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
