package bindery.deploy.kea;

import static org.awaitility.Awaitility.await;

import bindery.deploy.PackagedProgram;
import bindery.deploy.fault.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A DHCPv6 server's host and three nodes on the ports that {@code bindery dev} gives them, all on
 * the loopback of this process's own network namespace. The folders of Kea are elsewhere to
 * everybody else, and all processes are gone when this one ends.
 */
final class Site implements AutoCloseable {
  /** How many nodes there are, numbered from 1. */
  static final int NODES = 3;

  /** Where Kea listens. */
  static final String SERVER = "2001:db8:ff::1";

  private static final Duration CALM_MAX = Duration.ofSeconds(60);

  private final Path folder;
  private final PackagedProgram program;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Daemon> feeders = new ArrayList<>();
  private final Kea kea;

  private Site(Path folder, PackagedProgram program, Kea kea) {
    this.folder = folder;
    this.program = program;
    this.kea = kea;
  }

  /**
   * Lays it out and starts Kea and the nodes; returns when all serve.
   *
   * @param folder a new one
   * @param config Kea's
   * @param sources how many relays send from addresses of their own
   */
  private static Site start(Path folder, String config, int sources)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Shell.run("ip link set lo up");
    Shell.run("ip -6 address add " + SERVER + "/128 dev lo");
    for (int source = 0; source < sources; source++) {
      Shell.run("ip -6 address add " + Load.source(source) + "/128 dev lo");
    }
    for (String place : List.of("/etc/kea", "/var/lib/kea", "/run/kea")) {
      mount(folder.resolve("kea" + place.replace('/', '-')), Path.of(place));
    }
    Site site =
        new Site(folder, PackagedProgram.unpack(folder), Kea.of(config, folder.resolve("kea.log")));
    site.startAll();
    return site;
  }

  /** What is done at a site. */
  interface Script {
    void run(Site site) throws Exception;
  }

  /**
   * Lays one out, does that there, and takes it down; what all have said last goes to the error
   * output if it fails.
   */
  static void run(Path folder, String config, int sources, Script script) throws Exception {
    try (Site site = start(folder, config, sources)) {
      try {
        script.run(site);
      } catch (AssertionError | RuntimeException e) {
        System.err.println(site.tails());
        throw e;
      }
    }
  }

  // Hosts without systemd have no such folders; they stay empty there.
  private static void mount(Path own, Path place) throws IOException {
    Files.createDirectories(own);
    Files.createDirectories(place);
    Shell.run("mount --bind " + own + " " + place);
  }

  private void startAll() throws IOException {
    for (int number = 1; number <= NODES; number++) {
      Node node = Node.of(program, folder, number);
      nodes.add(node);
      node.daemon().start();
    }
    kea.start();
    nodes.forEach(Node::awaitReady);
  }

  Kea kea() {
    return kea;
  }

  PackagedProgram program() {
    return program;
  }

  Path folder() {
    return folder;
  }

  List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /** Those that run. */
  List<Node> living() {
    return nodes.stream().filter(node -> node.daemon().isAlive()).toList();
  }

  /** What feeds, in the order of its starts. */
  List<Daemon> feeders() {
    return List.copyOf(feeders);
  }

  /** Starts {@code bindery ARGUMENTS}, which feeds until it is told to end. */
  Daemon feed(String name, List<String> arguments) {
    return feed(
        name,
        program.command(arguments.toArray(String[]::new)),
        Map.of("XDG_STATE_HOME", state().toString()));
  }

  /** Where commands keep what must outlive them. */
  Path state() {
    return folder.resolve("state");
  }

  /** Starts any other command that feeds. */
  Daemon feed(String name, List<String> command, Map<String, String> environment) {
    Daemon feeder = new Daemon(name, command, environment, folder.resolve(name + ".log"));
    feeders.add(feeder);
    feeder.start();
    return feeder;
  }

  /** The {@code --server} options that name the API of each node. */
  static List<String> servers() {
    List<String> options = new ArrayList<>();
    for (int node = 1; node <= NODES; node++) {
      options.addAll(List.of("--server", Node.api(node)));
    }
    return options;
  }

  /** Runs {@code bindery ARGUMENTS}, with every node named, to its end; fails unless that is 0. */
  PackagedProgram.Outcome run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(servers());
    PackagedProgram.Outcome outcome = program.run(all.toArray(String[]::new));
    if (outcome.exit() != 0) {
      throw new IllegalStateException(
          String.join(" ", all) + ": " + outcome.exit() + ", " + outcome.err() + tails());
    }
    return outcome;
  }

  /**
   * Waits until every node tells what Kea says; fails with what they differ in.
   *
   * @return how many leases there are
   */
  int awaitAgreement() throws IOException {
    try {
      await()
          .atMost(CALM_MAX)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () -> {
                for (Node node : nodes) {
                  compare(node);
                }
              });
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + tails(), e);
    }
    return Truth.of(kea).leases().size();
  }

  // A node that does not answer yet differs too.
  private void compare(Node node) {
    try {
      Comparison.of(kea, node).check();
    } catch (IOException e) {
      throw new AssertionError(String.valueOf(e.getMessage()), e);
    }
  }

  /** The same of what {@code bindery query link} prints, at once. */
  void requireAgreement() throws IOException {
    for (Node node : nodes) {
      Comparison.of(kea, node, program).check();
    }
  }

  /** The last that everything here has said. */
  private String tails() {
    StringBuilder text = new StringBuilder();
    feeders.forEach(feeder -> text.append(feeder.tail()));
    nodes.forEach(node -> text.append(node.daemon().tail()));
    return text.append(kea.daemon().tail()).append('\n').toString();
  }

  @Override
  public void close() {
    feeders.forEach(Daemon::close);
    kea.close();
    nodes.forEach(node -> node.daemon().close());
  }
}
