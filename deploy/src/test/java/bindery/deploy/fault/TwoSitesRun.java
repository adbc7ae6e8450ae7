package bindery.deploy.fault;

import bindery.deploy.PackagedProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Cuts the way between two sites, one of two nodes and one of one, and asks at each what it then
 * answers by {@code reads: linearizable}, {@code bounded}, and {@code bounded} with {@code
 * max-staleness: unlimited}: {@code TwoSitesRun FOLDER}. Ends with 1 if a site answers otherwise
 * than promised (docs/promises.md, P-07).
 */
final class TwoSitesRun {
  private static final int LARGER = 1;
  private static final int SMALLER = 3;
  private static final int QUERY_TERMINATED = 11;
  private static final long REFUSED = -QUERY_TERMINATED;
  private static final Duration STALENESS = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final Findings findings;
  private final OneBinding binding = new OneBinding("two-sites");

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
    findings.expect("the smaller site, linearizable", REFUSED, OneBinding.ask(SMALLER));
    goOn();
    findings.expect("the smaller site, linearizable", REFUSED, OneBinding.ask(SMALLER));
    findings.tell("cut off at version " + before + ", now " + binding.version());
    mend();
  }

  private void bounded() throws Exception {
    long before = cut("reads: bounded", "max-staleness: " + STALENESS.toSeconds() + "s");
    // Its last barrier was just before the cut.
    findings.expect("the smaller site, bounded", before, OneBinding.ask(SMALLER));
    goOn();
    findings.expect("its log says so", true, cluster.node(SMALLER).hasLogged("event=stale_read"));
    await("it is refused once it is too old", () -> OneBinding.ask(SMALLER) == REFUSED);
    mend();
  }

  private void unlimited() throws Exception {
    long before = cut("reads: bounded", "max-staleness: unlimited");
    goOn();
    await(
        "no barrier for longer than any bound",
        () -> cluster.status(SMALLER).orElseThrow().getBarrierAgeMillis() > STALENESS.toMillis());
    findings.expect("the smaller site, unlimited", before, OneBinding.ask(SMALLER));
    findings.expect("its log says so", true, cluster.node(SMALLER).hasLogged("event=stale_read"));
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
    binding.tell(LARGER);
    await("the smaller site has it", () -> OneBinding.ask(SMALLER) == binding.version());
    findings.tell("cut, " + String.join(", ", reads));
    cluster.network().isolate(SMALLER, true, true);
    return binding.version();
  }

  // The larger site, whatever the smaller one does, and whichever of them led.
  private void goOn() throws Exception {
    binding.tell(LARGER);
    findings.expect("the larger site", binding.version(), OneBinding.ask(LARGER));
    findings.expect("the larger site's other node", binding.version(), OneBinding.ask(LARGER + 1));
  }

  private void mend() throws Exception {
    cluster.network().join(SMALLER);
    await(
        "the smaller site comes to the newest", () -> OneBinding.ask(SMALLER) == binding.version());
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    if (!findings.await(what, PATIENCE, condition)) {
      findings.violation("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }
}
