package bindery.node;

import bindery.model.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The processes of a development cluster. Stops them all when it is closed, or when the program is
 * told to stop; a node that ends by itself is told of and left.
 */
final class DevCluster implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofMinutes(2);
  private static final Duration STOP_MAX = Duration.ofSeconds(20);
  private static final long READY_POLL_MILLIS = 200;

  private final DevLayout layout;
  private final PrintWriter err;
  private final FileChannel lock;
  // Whoever stops the program does so while nodes are still being started.
  private final List<Process> processes = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<Void>> told = new CopyOnWriteArrayList<>();
  private final Thread stopHook = new Thread(this::stopAll, "stop");
  private boolean stopping;

  private DevCluster(DevLayout layout, PrintWriter err, FileChannel lock) {
    this.layout = layout;
    this.err = err;
    this.lock = lock;
  }

  /**
   * Writes the nodes' configurations and starts them.
   *
   * @throws IOException if the folder is in use or was made for other nodes or ports, or a process
   *     cannot be started
   */
  static DevCluster start(DevLayout layout, PrintWriter err) throws IOException {
    Files.createDirectories(layout.folder());
    DevCluster cluster = new DevCluster(layout, err, lock(layout.folder()));
    try {
      for (int node = 1; node <= layout.nodes(); node++) {
        cluster.writeConfig(node);
        cluster.refuseRunning(node);
      }
      for (int node = 1; node <= layout.nodes(); node++) {
        checkFree(layout.leasequery(node), layout);
        checkFree(layout.api(node), layout);
        checkFree(layout.raft(node), layout);
        checkFree(layout.http(node), layout);
      }
      Runtime.getRuntime().addShutdownHook(cluster.stopHook);
      for (int node = 1; node <= layout.nodes(); node++) {
        cluster.startNode(node);
      }
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  // Another cluster's node would answer in the place of one that cannot start.
  private static void checkFree(String address, DevLayout layout) throws IOException {
    HostPort wanted = HostPort.parse(address);
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(wanted.host(), wanted.port()));
    } catch (IOException e) {
      throw new IOException(
          address
              + " is in use (stop what listens there, or give another --base-port than "
              + layout.basePort()
              + ")",
          e);
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held = channel.tryLock();
    if (held == null) {
      channel.close();
      throw new IOException(
          "the folder " + folder + " is in use by another bindery dev (stop it, or give --dir)");
    }
    return channel;
  }

  private void writeConfig(int node) throws IOException {
    Files.createDirectories(layout.home(node));
    String text = layout.configText(node);
    Path file = layout.config(node);
    if (Files.exists(file) && !Files.readString(file).equals(text)) {
      throw new IOException(
          file
              + " was made for another number of nodes or other ports (give the same --nodes and"
              + " --base-port as then, or another --dir)");
    }
    Files.writeString(file, text);
  }

  private void refuseRunning(int node) throws IOException {
    Path file = layout.pid(node);
    if (!Files.exists(file)) {
      return;
    }
    String text = Files.readString(file).strip();
    if (text.matches("\\d{1,10}") && commandLine(text).contains(layout.config(node).toString())) {
      throw new IOException(
          layout.name(node) + " still runs as process " + text + " (stop it: kill " + text + ")");
    }
  }

  // The JDK's own view of a command line is cut off behind 4,096 characters.
  private static String commandLine(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "cmdline"));
    } catch (IOException e) {
      return ""; // gone, or no Linux: the node's own lock on its folder still holds
    }
  }

  private void startNode(int node) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("node", "--config", layout.config(node).toString()));
    long logStart = Files.exists(layout.log(node)) ? Files.size(layout.log(node)) : 0;
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(layout.log(node).toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(layout.log(node).toFile()));
    // The environment wins over the file, and what each node has of its own stands in the file.
    DevLayout.OWN.forEach(setting -> builder.environment().remove(setting.environment()));
    Process process = builder.start();
    processes.add(process);
    if (isStopping()) {
      process.destroy();
    }
    Files.writeString(layout.pid(node), process.pid() + "\n");
    told.add(process.onExit().thenAccept(ended -> tellEnd(node, ended, logStart)));
  }

  private synchronized void tellEnd(int node, Process ended, long logStart) {
    if (!stopping) {
      err.printf(
          "%s (process %d) ended with %d; its log: %s%n  start it again: bindery node --config %s%n",
          layout.name(node), ended.pid(), ended.exitValue(), layout.log(node), layout.config(node));
      LogTail.lastError(layout.log(node), logStart)
          .ifPresent(line -> err.printf("  its last error: %s%n", line));
      err.flush();
    }
  }

  /**
   * Waits until every node serves, and tells where; tells of a node that does not within two
   * minutes.
   */
  void awaitReady() throws InterruptedException {
    HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    long deadline = System.nanoTime() + READY_MAX.toNanos();
    for (int node = 1; node <= layout.nodes(); node++) {
      boolean ready = false;
      while (!ready && processes.get(node - 1).isAlive() && System.nanoTime() < deadline) {
        ready = isReady(http, node) && processes.get(node - 1).isAlive();
        if (!ready) {
          Thread.sleep(READY_POLL_MILLIS);
        }
      }
      err.printf(
          "%s %s  leasequery %s  api %s  http %s  log %s%n",
          layout.name(node),
          ready ? "ready" : "NOT READY",
          layout.leasequery(node),
          layout.api(node),
          layout.http(node),
          layout.log(node));
      err.flush();
    }
    StringBuilder servers = new StringBuilder();
    for (int node = 1; node <= layout.nodes(); node++) {
      servers.append(" --server ").append(layout.api(node));
    }
    err.printf("Try: bindery status%s%nStop: Ctrl-C%n", servers);
    err.flush();
  }

  private boolean isReady(HttpClient http, int node) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + layout.http(node) + "/readyz"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // not listening yet
    }
  }

  /** Waits until all nodes have ended and that is told. Returns the exit code of the command. */
  int awaitEnd() throws InterruptedException {
    for (Process process : processes) {
      process.waitFor();
    }
    told.forEach(CompletableFuture::join);
    return 1;
  }

  private synchronized boolean isStopping() {
    return stopping;
  }

  private void stopAll() {
    synchronized (this) {
      stopping = true;
    }
    processes.forEach(Process::destroy);
    try {
      CompletableFuture.allOf(
              processes.stream().map(Process::onExit).toArray(CompletableFuture[]::new))
          .get(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      processes.forEach(Process::destroyForcibly);
    } catch (InterruptedException e) {
      processes.forEach(Process::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopAll();
    try {
      lock.close();
    } catch (IOException e) {
      err.println("Warning: the lock of " + layout.folder() + " could not be let go: " + e);
    }
  }
}
