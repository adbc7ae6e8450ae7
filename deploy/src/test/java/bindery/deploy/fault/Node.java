package bindery.deploy.fault;

import bindery.deploy.PackagedProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node's process on a host, with a disk and a clock of its own. It is kept running as by a
 * supervisor, unless it was told to stop. Any thread.
 */
final class Node {
  private static final Duration STOP_MAX = Duration.ofSeconds(60);

  private final PackagedProgram program;
  private final Path home;
  private final int host;
  private final String name;
  private final Disk disk;
  private @Nullable Process process;
  private boolean isWanted;
  private boolean isPaused;
  private boolean hasAnswered;
  private int disturbances;
  private int endings;
  private String damage = "";

  /**
   * A node that does not run yet.
   *
   * @param home a new folder, for its configuration and its log
   */
  Node(PackagedProgram program, Path home, int host, String name, Disk disk) {
    this.program = program;
    this.home = home;
    this.host = host;
    this.name = name;
    this.disk = disk;
  }

  /**
   * Writes its configuration.
   *
   * @param members all members' names with their hosts
   * @param isJoining whether it waits to be added
   * @param reads how it answers without a quorum, with the lines that go with it
   */
  void configure(List<Node> members, boolean isJoining, String... reads) throws IOException {
    Files.createDirectories(home);
    Files.writeString(clock(), "+0s\n");
    String names =
        members.stream()
            .map(node -> node.name + ": \"" + Network.address(node.host) + ":5471\"")
            .collect(Collectors.joining(", "));
    String queries = Stream.of(reads).map(line -> "  " + line + "\n").collect(Collectors.joining());
    Files.writeString(
        file(),
        """
        cluster: fault
        node: %s
        data: %s
        join: %s
        insecure: true
        members: { %s }
        raft: { snapshot-log-bytes: 4MiB, snapshot-interval: 20s, kept-entries: 200 }
        api: { listen: "%s:%d" }
        http: { listen: "127.0.0.1:5472" }
        store: { cache: 64MiB, memtables: 16MiB }
        leasequery:
          listen: "%s:%d"
          requestors: [ "%s" ]
          max-connections: 100
          max-connections-per-requestor: 100
        """
                .formatted(
                    name,
                    data(),
                    isJoining,
                    names,
                    Network.address(host),
                    Cluster.API_PORT,
                    Network.address(host),
                    Cluster.QUERY_PORT,
                    Network.requestors())
            + queries);
  }

  String name() {
    return name;
  }

  int host() {
    return host;
  }

  Disk disk() {
    return disk;
  }

  /** Its data folder. */
  Path data() {
    return disk.path().resolve(name);
  }

  private Path file() {
    return home.resolve("bindery.yaml");
  }

  private Path log() {
    return home.resolve("log");
  }

  private Path clock() {
    return home.resolve("clock");
  }

  /** Starts it, unless it runs. */
  synchronized void start() {
    isWanted = true;
    if (isAlive()) {
      return;
    }
    isPaused = false;
    hasAnswered = false;
    disturbances++;
    try {
      List<String> command =
          new ArrayList<>(Network.on(host, program.command("node", "--config", file().toString())));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
      Clock.attach(builder.environment(), clock());
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether it should run and has ended by itself. */
  synchronized boolean hasEnded() {
    return isWanted && !isAlive();
  }

  /** Whether it runs and is not held. */
  synchronized boolean isUp() {
    return isAlive() && !isPaused;
  }

  /** How often something was done to its process: what it did meanwhile says nothing of it. */
  synchronized int disturbances() {
    return disturbances;
  }

  /** It has answered. */
  synchronized void noteAnswer() {
    hasAnswered = isUp();
  }

  /** Whether it runs, is not held, and has answered since it was started. */
  synchronized boolean isWell() {
    return isUp() && hasAnswered;
  }

  /** It has ended by itself. */
  synchronized void countEnding() {
    disturbances++;
    endings++;
  }

  /** How often it has ended by itself since its files were damaged. */
  synchronized int endings() {
    return endings;
  }

  /** One of its files has been damaged, as said. */
  synchronized void setDamage(String said) {
    damage = said;
    endings = 0;
  }

  /** What was done to its files; empty if nothing was. */
  synchronized String damage() {
    return damage;
  }

  /** Counts as something done to it. */
  synchronized void disturb() {
    disturbances++;
  }

  /** Kills it, as a power cut would. */
  synchronized void kill() {
    disturbances++;
    isWanted = false;
    if (process != null) {
      process.destroyForcibly();
      await(process);
    }
  }

  /** Has it stop, as its operator would; whether it did within a minute. */
  synchronized boolean stop() {
    disturbances++;
    isWanted = false;
    if (process == null) {
      return true;
    }
    process.destroy();
    boolean isInTime = await(process);
    process.destroyForcibly();
    return isInTime;
  }

  private static boolean await(Process process) {
    try {
      return process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Holds it, as a machine that swaps or is migrated is held. */
  synchronized void pause() {
    signal("STOP");
    isPaused = true;
  }

  synchronized void resume() {
    if (isPaused) {
      signal("CONT");
      isPaused = false;
    }
  }

  private void signal(String which) {
    disturbances++;
    if (process != null && process.isAlive()) {
      Shell.run("kill -" + which + " " + process.pid());
    }
  }

  /** Puts its wall clock that far from the others'. */
  void setClock(Duration offset) {
    try {
      Files.writeString(clock(), "%+ds%n".formatted(offset.toSeconds()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether its log has that text in it. */
  boolean hasLogged(String text) throws IOException {
    return Files.readString(log()).contains(text);
  }

  /** Why it ended last, by its log; empty if that does not say. */
  String lastError() {
    try (Stream<String> lines = Files.lines(log())) {
      return lines
          .filter(line -> line.contains("event=fatal") || line.startsWith("Error: "))
          .reduce("", (before, line) -> line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
