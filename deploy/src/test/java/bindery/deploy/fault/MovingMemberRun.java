package bindery.deploy.fault;

import bindery.deploy.PackagedProgram;
import bindery.feeder.AdminClient;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import bindery.v1.ChangeMembersRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Three nodes that know each other by names, as in containers: {@code MovingMemberRun FOLDER}. The
 * first is started before any name is known; then a member moves to another host, once after it was
 * stopped and once without a word, and its former address swallows what it is sent. Ends with 1 if
 * the others do not follow.
 */
final class MovingMemberRun {
  private static final int SPARE = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration CALL_MAX = Duration.ofSeconds(30);
  private static final long STOP_SECONDS_MAX = 60;

  private final PackagedProgram program;
  private final Path folder;
  private final Findings findings;
  private final Network network;
  private final NamedHosts names;
  private final OneBinding binding = new OneBinding("moving");
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Map<String, Process> running = new HashMap<>();

  private MovingMemberRun(PackagedProgram program, Path folder, Findings findings)
      throws IOException {
    this.program = program;
    this.folder = folder;
    this.findings = findings;
    network = Network.of(SPARE);
    names = new NamedHosts(folder);
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Findings findings = new Findings();
    MovingMemberRun run = new MovingMemberRun(PackagedProgram.unpack(folder), folder, findings);
    try {
      run.formWithoutNames();
      run.moveStopped();
      run.moveWithoutAWord();
    } finally {
      run.running.values().forEach(Process::destroyForcibly);
    }
    System.exit(findings.isClean() ? 0 : 1);
  }

  private void formWithoutNames() throws Exception {
    for (String name : List.of("n1", "n2", "n3")) {
      configure(name);
    }
    PackagedProgram.Outcome checked = program.run("node", "--check", "--config", file("n1"));
    findings.expect("--check ends with", 0, checked.exit());
    findings.expect(
        "--check warns", 3L, checked.err().lines().filter(MovingMemberRun::isWarning).count());

    start("n1", 1);
    await("n1 lives by itself", () -> asks(1, "/livez") == 200);
    findings.expect("n1 is ready by itself", 503, asks(1, "/readyz"));
    await("n1's log says so", () -> log("n1").contains("event=member_unknown"));
    names.put("n1", 1);
    names.put("n2", 2);
    names.put("n3", 3);
    start("n2", 2);
    start("n3", 3);
    awaitReady(1, 2, 3);
    try (ServerList servers = server(1)) {
      new LinkClient(servers, CALL_MAX).put(Groups.link(1), OptionalLong.empty());
    }
    binding.tell(1);
  }

  private void moveStopped() throws Exception {
    lead("n3", 1);
    Process gone = running.remove("n3");
    gone.destroy();
    findings.expect("n3 stops", true, gone.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS));
    binding.tell(1);
    names.put("n3", SPARE);
    start("n3", SPARE);
    awaitReady(SPARE);
    await("n3 catches up", () -> OneBinding.ask(SPARE) == binding.version());
  }

  private void moveWithoutAWord() throws Exception {
    lead("n1", 1);
    binding.tell(1);
    network.isolate(SPARE, true, true);
    kill("n3");
    binding.tell(2);
    names.put("n3", 3);
    start("n3", 3);
    awaitReady(3);
    await("n3 catches up", () -> OneBinding.ask(3) == binding.version());

    // Without the second node, the first and the one that moved are the majority.
    kill("n2");
    binding.tell(1);
    findings.expect("the node that moved has it", binding.version(), OneBinding.ask(3));
  }

  private void lead(String name, int asked) throws Exception {
    try (ServerList servers = server(asked)) {
      new AdminClient(servers, CALL_MAX)
          .changeMembers(ChangeMembersRequest.newBuilder().setMoveLeader(name).build());
    }
    findings.tell(name + " leads");
  }

  private static ServerList server(int host) {
    return new ServerList(List.of(new HostPort(Network.address(host), Cluster.API_PORT)));
  }

  private String file(String name) {
    return folder.resolve(name + ".yaml").toString();
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  private static boolean isWarning(String line) {
    return line.startsWith("Warning: members: ") && line.contains("is not known yet");
  }

  private void configure(String name) throws IOException {
    Files.writeString(
        Path.of(file(name)),
        """
        cluster: moving
        node: %s
        data: %s
        insecure: true
        members: { n1: "n1:5471", n2: "n2:5471", n3: "n3:5471" }
        raft: { listen: "0.0.0.0:5471" }
        api: { listen: "0.0.0.0:%d" }
        http: { listen: "0.0.0.0:5472" }
        store: { cache: 64MiB, memtables: 16MiB }
        leasequery: { listen: "0.0.0.0:%d", requestors: [ "%s" ] }
        """
            .formatted(
                name,
                folder.resolve(name),
                Cluster.API_PORT,
                Cluster.QUERY_PORT,
                Network.requestors()));
  }

  private void start(String name, int host) throws IOException {
    Path log = folder.resolve(name + ".log");
    running.put(
        name,
        new ProcessBuilder(Network.on(host, program.command("node", "--config", file(name))))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  private void kill(String name) throws InterruptedException {
    Process gone = running.remove(name);
    gone.destroyForcibly();
    findings.expect(name + " is gone", true, gone.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS));
  }

  private void awaitReady(int... hosts) throws Exception {
    for (int host : hosts) {
      await("ready: host " + host, () -> asks(host, "/readyz") == 200);
    }
  }

  // The status of the answer; 0 if there is none.
  private int asks(int host, String path) throws InterruptedException {
    URI uri = URI.create("http://" + Network.address(host) + ":5472" + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    if (!findings.await(what, PATIENCE, condition)) {
      throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }
}
