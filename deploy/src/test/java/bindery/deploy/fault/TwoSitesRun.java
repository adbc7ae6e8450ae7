package bindery.deploy.fault;

import bindery.deploy.PackagedProgram;
import bindery.deploy.RawRequestor;
import bindery.v1.Batch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Cuts the way between two sites, one of two nodes and one of one, and asks at each what it then
 * answers by {@code reads: linearizable}, {@code bounded}, and {@code bounded} with {@code
 * max-staleness: unlimited}: {@code TwoSitesRun FOLDER}. Ends with 1 if a site answers otherwise
 * than promised (docs/promises.md, P-07).
 */
final class TwoSitesRun {
  private static final int LARGER = 1;
  private static final int SMALLER = 3;
  private static final int FEEDER = 1;
  private static final int GROUP = 0;
  private static final int CLIENT = 0;
  private static final int QUERY_TERMINATED = 11;
  private static final long REFUSED = -QUERY_TERMINATED;
  private static final int ATTEMPTS_MAX = 5;
  private static final int SILENCE_MILLIS = 60_000;
  private static final Duration STALENESS = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final Findings findings;
  private long version;
  private long sequence;

  private TwoSitesRun(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Findings findings = new Findings();
    try (Cluster cluster = Cluster.start(PackagedProgram.unpack(folder), folder, findings)) {
      cluster.putLinks(1);
      TwoSitesRun run = new TwoSitesRun(cluster, findings);
      run.linearizable();
      run.bounded();
      run.unlimited();
    }
    System.exit(findings.isClean() ? 0 : 1);
  }

  private void linearizable() throws Exception {
    long before = cut("reads: linearizable");
    expect("the smaller site, linearizable", REFUSED, ask(SMALLER));
    goOn();
    expect("the smaller site, linearizable", REFUSED, ask(SMALLER));
    findings.tell("cut off at version " + before + ", now " + version);
    mend();
  }

  private void bounded() throws Exception {
    long before = cut("reads: bounded", "max-staleness: " + STALENESS.toSeconds() + "s");
    // Its last barrier was just before the cut.
    expect("the smaller site, bounded", before, ask(SMALLER));
    goOn();
    expect("its log says so", true, cluster.node(SMALLER).hasLogged("event=stale_read"));
    await("it is refused once it is too old", () -> ask(SMALLER) == REFUSED);
    mend();
  }

  private void unlimited() throws Exception {
    long before = cut("reads: bounded", "max-staleness: unlimited");
    goOn();
    await(
        "no barrier for longer than any bound",
        () -> cluster.status(SMALLER).orElseThrow().getBarrierAgeMillis() > STALENESS.toMillis());
    expect("the smaller site, unlimited", before, ask(SMALLER));
    expect("its log says so", true, cluster.node(SMALLER).hasLogged("event=stale_read"));
    mend();
  }

  // The version that both sites have held.
  private long cut(String... reads) throws Exception {
    Node smaller = cluster.node(SMALLER);
    if (!smaller.stop()) {
      findings.violation("the smaller site's node does not stop");
    }
    smaller.configure(cluster.all(), false, reads);
    smaller.start();
    cluster.settle().ifPresent(findings::violation);
    tell();
    await("the smaller site has it", () -> ask(SMALLER) == version);
    findings.tell("cut, " + String.join(", ", reads));
    cluster.network().isolate(SMALLER, true, true);
    return version;
  }

  // The larger site, whatever the smaller one does, and whichever of them led.
  private void goOn() throws Exception {
    tell();
    expect("the larger site", version, ask(LARGER));
    expect("the larger site's other node", version, ask(LARGER + 1));
  }

  private void mend() throws Exception {
    cluster.network().join(SMALLER);
    await("the smaller site comes to the newest", () -> ask(SMALLER) == version);
  }

  private void tell() throws IOException, InterruptedException {
    version++;
    if (History.isEnded(version)) {
      version++;
    }
    Batch batch =
        Batch.newBuilder()
            .setFirstSequence(++sequence)
            .addItems(Groups.item(FEEDER, GROUP, CLIENT, version))
            .build();
    // The leader may have gone with the other site: then what was sent is sent again, once.
    for (int attempt = 1; ; attempt++) {
      try (FeedCall feed = new FeedCall(Network.address(LARGER), Cluster.API_PORT)) {
        if (feed.open("two-sites", "f1", 1).getLastSequence() < sequence) {
          feed.send(batch);
          var unused = feed.awaitAck();
        }
        return;
      } catch (IOException e) {
        if (attempt == ATTEMPTS_MAX) {
          throw e;
        }
      }
    }
  }

  // The version that a node shows, or the status that it refuses with, negative.
  private static long ask(int host) throws IOException {
    byte[] query = RawRequestor.byClient(Groups.duid(FEEDER, GROUP, CLIENT), new byte[16], true);
    InetSocketAddress node = new InetSocketAddress(Network.address(host), Cluster.QUERY_PORT);
    RawRequestor.Answer answer = RawRequestor.ask(node, query, SILENCE_MILLIS, SILENCE_MILLIS);
    return answer.status() != 0 ? -answer.status() : Groups.version(answer.data().get(0));
  }

  private void expect(String what, Object expected, Object actual) {
    findings.tell(what + ": " + actual);
    if (!expected.equals(actual)) {
      findings.violation(what + ": " + actual + " (expected " + expected + ")");
    }
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    long endNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - endNanos > 0) {
        findings.violation("not within " + PATIENCE.toSeconds() + " s: " + what);
        return;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    findings.tell(what);
  }
}
