package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A running {@code bindery dev}: real processes that a test may kill and start again. */
final class DevRun implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofMinutes(2);
  private static final int EPHEMERAL_PORTS = 32_768; // Linux: net.ipv4.ip_local_port_range

  private final PackagedProgram program;
  private final Path folder;
  private final int basePort;
  private final List<String> environment;
  private final Process dev;
  private final Map<Integer, Process> restarted = new HashMap<>();

  private DevRun(
      PackagedProgram program, Path folder, int basePort, List<String> environment, Process dev) {
    this.program = program;
    this.folder = folder;
    this.basePort = basePort;
    this.environment = environment;
    this.dev = dev;
  }

  /**
   * Starts three nodes and waits until all of them serve.
   *
   * @param environment further {@code NAME=VALUE} pairs, such as options of nodes
   */
  static DevRun start(PackagedProgram program, Path folder, String... environment)
      throws IOException {
    Files.createDirectories(folder);
    int basePort = freeBasePort();
    List<String> pairs = List.of(environment);
    Process dev =
        program.start(
            folder.resolve("dev.log"),
            pairs,
            "dev",
            "--nodes",
            "3",
            "--dir",
            folder.toString(),
            "--base-port",
            String.valueOf(basePort));
    DevRun run = new DevRun(program, folder, basePort, pairs, dev);
    for (int node = 1; node <= 3; node++) {
      run.awaitServing(node);
    }
    return run;
  }

  /**
   * A base whose ports were all free a moment ago, below those that the kernel gives to outgoing
   * connections: such a one would take a port between this look and the node that listens.
   */
  static int freeBasePort() throws IOException {
    for (int base = 10_000 + (int) (ProcessHandle.current().pid() % 150) * 100; ; base += 100) {
      if (base > EPHEMERAL_PORTS - 100) {
        throw new IOException("no free run of ports");
      }
      boolean free = true;
      for (int port = base + 1; free && port <= base + 34; port++) {
        try (ServerSocket socket = new ServerSocket(port)) {
          free = socket.isBound();
        } catch (IOException e) {
          free = false;
        }
      }
      if (free) {
        return base;
      }
    }
  }

  /** The port that all ports are counted from. */
  String basePort() {
    return String.valueOf(basePort);
  }

  int leasequeryPort(int node) {
    return basePort + 10 * (node - 1) + 1;
  }

  String leasequery(int node) {
    return "127.0.0.1:" + leasequeryPort(node);
  }

  int httpPort(int node) {
    return basePort + 10 * (node - 1) + 4;
  }

  String api(int node) {
    return "127.0.0.1:" + (basePort + 10 * (node - 1) + 2);
  }

  /** The node's data folder. */
  Path data(int node) {
    return folder.resolve("n" + node).resolve("data");
  }

  /** Kills a node as a power cut would. */
  void kill9(int node) throws IOException {
    ProcessHandle handle = handle(node);
    assertThat(handle.destroyForcibly()).isTrue();
    await().atMost(Duration.ofSeconds(30)).until(() -> !handle.isAlive());
  }

  private ProcessHandle handle(int node) throws IOException {
    Process again = restarted.get(node);
    if (again != null) {
      return again.toHandle();
    }
    long pid = Long.parseLong(Files.readString(folder.resolve("n" + node).resolve("pid")).strip());
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** Tells a node to stop, as its supervisor would; returns with what it has ended. */
  int stop(int node) throws IOException, InterruptedException {
    ProcessHandle handle = handle(node);
    assertThat(handle.destroy()).isTrue();
    await().atMost(Duration.ofSeconds(60)).until(() -> !handle.isAlive());
    Process again = restarted.get(node);
    if (again != null) {
      return again.waitFor();
    }
    Pattern told =
        Pattern.compile("n" + node + " \\(process " + handle.pid() + "\\) ended with (\\d+)");
    return await()
        .until(
            () ->
                told.matcher(Files.readString(folder.resolve("dev.log")))
                    .results()
                    .map(found -> Integer.parseInt(found.group(1)))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Starts a node again that has ended, as its operator would. */
  void startAgain(int node) throws IOException {
    startAgain(node, program);
  }

  /** The same with another program, on the data that the node has. */
  void startAgain(int node, PackagedProgram program) throws IOException {
    Path home = folder.resolve("n" + node);
    restarted.put(
        node,
        program.start(
            home.resolve("log"),
            environment,
            "node",
            "--config",
            home.resolve("bindery.yaml").toString()));
  }

  /** Starts a node beside the three, with an empty data folder, that waits to be added. */
  void startNewcomer(int node) throws IOException {
    startBeside(node, true, List.of(1, 2, 3, node));
  }

  /** Starts a node beside the three with the data folder that it has, as a cluster of its own. */
  void startAlone(int node) throws IOException {
    startBeside(node, false, List.of(node));
  }

  private void startBeside(int node, boolean isJoining, List<Integer> members) throws IOException {
    Path home = Files.createDirectories(folder.resolve("n" + node));
    Files.writeString(
        home.resolve("bindery.yaml"),
        """
        cluster: dev
        node: n%d
        data: %s
        join: %s
        members: { %s }
        api: { listen: "%s" }
        http: { listen: "127.0.0.1:%d" }
        leasequery: { listen: "%s" }
        """
            .formatted(
                node,
                data(node),
                isJoining,
                members.stream()
                    .map(member -> "n" + member + ": \"" + raft(member) + "\"")
                    .collect(Collectors.joining(", ")),
                api(node),
                httpPort(node),
                leasequery(node)));
    startAgain(node);
  }

  /** A node's Raft endpoint. */
  String raft(int node) {
    return "127.0.0.1:" + (basePort + 10 * (node - 1) + 3);
  }

  /** The process of a node started again, to see it end. */
  Process again(int node) {
    Process process = restarted.get(node);
    if (process == null) {
      throw new IllegalStateException("n" + node + " was not started again");
    }
    return process;
  }

  /** What a node has logged. */
  String log(int node) throws IOException {
    return Files.readString(folder.resolve("n" + node).resolve("log"));
  }

  // What tells why a node does not come up: who ended, and the last that each one logged.
  private String logs() {
    StringBuilder text = new StringBuilder();
    for (String log : List.of("dev.log", "n1/log", "n2/log", "n3/log")) {
      text.append("\n--- ").append(log).append('\n');
      try {
        List<String> lines = Files.readAllLines(folder.resolve(log), StandardCharsets.ISO_8859_1);
        lines
            .subList(Math.max(0, lines.size() - 15), lines.size())
            .forEach(line -> text.append(line).append('\n'));
      } catch (IOException e) {
        text.append(e);
      }
    }
    return text.toString();
  }

  /** Waits until a node says of itself that it is well. */
  void awaitServing(int node) {
    await()
        .atMost(READY_MAX)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> {
              PackagedProgram.Outcome outcome = program.run("status", "--server", api(node));
              assertThat(outcome.exit()).as(() -> outcome.err() + logs()).isZero();
            });
  }

  /** Waits until a node that is no member yet can be spoken to by the others. */
  void awaitListening(int node) {
    int port = basePort + 10 * (node - 1) + 3;
    await()
        .atMost(READY_MAX)
        .ignoreExceptions() // not listening yet
        .until(
            () -> {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
              }
            });
  }

  /**
   * Waits until a node says by HTTP that it is ready: the same, without a command for each look.
   */
  void awaitReady(int node) {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort(node) + "/readyz"))
            .build();
    await()
        .atMost(READY_MAX)
        .ignoreExceptions() // not listening yet
        .until(
            () -> http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
  }

  /** Feeds lines of JSON to a node; fails unless all are accepted. */
  void feed(int node, String lines) {
    PackagedProgram.Outcome fed =
        program.runWith(lines, "feed", "json", "-", "--server", api(node));
    assertThat(fed.exit()).as(fed.err()).isZero();
  }

  /** Waits until a node tells so many bindings of a link. */
  void awaitBindings(int node, String link, int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        program
                            .run("query", "link", link, "-o", "json", "--server", leasequery(node))
                            .lines())
                    .hasSize(count));
  }

  @Override
  public void close() {
    restarted.values().forEach(Process::destroy);
    dev.destroy();
    awaitEnd(dev);
    restarted.values().forEach(DevRun::awaitEnd);
  }

  private static void awaitEnd(Process process) {
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
