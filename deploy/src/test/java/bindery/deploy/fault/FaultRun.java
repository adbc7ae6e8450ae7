package bindery.deploy.fault;

import bindery.deploy.PackagedProgram;
import bindery.deploy.fault.Schedule.Step;
import bindery.feeder.ApiException;
import bindery.v1.HashResponse;
import bindery.v1.StatusResponse;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Puts faults into a cluster that is fed and asked, and judges every answer: {@code FaultRun FOLDER
 * SEED FAULTS}. Prints what happens to standard error and a summary to standard output; ends with 1
 * if a promise was broken.
 */
final class FaultRun {
  private static final int OVERLAPPING_MAX = 2;
  private static final Duration BEAR_MAX = Duration.ofMinutes(2);
  private static final int HASHES_MAX = 4;
  private static final long LOOK_MILLIS = 500;

  private final Cluster cluster;
  private final Workload workload;
  private final Findings findings;
  private final List<Active> active = new ArrayList<>();

  private record Active(Fault fault, int host, long endNanos) {}

  private FaultRun(Cluster cluster, Workload workload, Findings findings) {
    this.cluster = cluster;
    this.workload = workload;
    this.findings = findings;
  }

  /** Runs one. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    int faults = Integer.parseInt(arguments[2]);
    Findings findings = new Findings();
    try (Cluster cluster = Cluster.start(PackagedProgram.unpack(folder), folder, findings)) {
      cluster.putLinks(Workload.FEEDERS);
      try (Workload workload = Workload.start(cluster, findings, seed)) {
        new FaultRun(cluster, workload, findings).run(Schedule.of(seed, faults));
      }
    }
    System.out.println("seed=" + seed + " faults=" + faults + " " + findings.summary());
    System.exit(findings.isClean() ? 0 : 1);
  }

  private void run(List<Step> steps) throws IOException, InterruptedException {
    for (Step step : steps) {
      TimeUnit.MILLISECONDS.sleep(step.before().toMillis());
      endDue(OVERLAPPING_MAX - 1);
      int host = step.isAtLeader() ? cluster.leader().orElse(step.host()) : step.host();
      if (step.fault().isOfData()) {
        takeData(step, host);
      } else {
        begin(step, host);
      }
    }
    endDue(0);
    settle();
    workload.finish();
    compare();
    workload.readAll();
  }

  private void begin(Step step, int host) throws InterruptedException {
    findings.count("faults");
    findings.count("fault_" + step.fault());
    findings.tell(step.fault() + " at host " + host + " for " + step.hold().toMillis() + " ms");
    if (step.fault() == Fault.FEEDER) {
      workload.beginAnew(host);
    }
    step.fault().begin(cluster, host, new Random(step.seed()));
    active.add(new Active(step.fault(), host, System.nanoTime() + step.hold().toNanos()));
  }

  // Mends what is due, and waits for more of it until no more than that many are left.
  private void endDue(int most) throws InterruptedException {
    active.sort(Comparator.comparingLong(Active::endNanos));
    while (!active.isEmpty()) {
      Active first = active.get(0);
      long left = first.endNanos() - System.nanoTime();
      if (left > 0 && active.size() <= most) {
        return;
      }
      TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
      first.fault().end(cluster, first.host());
      active.remove(0);
    }
  }

  private void settle() throws InterruptedException, IOException {
    Optional<String> obstacle = cluster.settle();
    obstacle.ifPresent(
        text ->
            findings.violation("nothing is wrong any more, and the cluster is not whole: " + text));
  }

  // What a disk has lost may not be lost elsewhere too: so the others are whole first.
  private void takeData(Step step, int host) throws IOException, InterruptedException {
    endDue(0);
    settle();
    begin(new Step(step.fault(), host, false, step.before(), Duration.ZERO, step.seed()), host);
    endDue(0);
    Node node = cluster.node(host);
    if (step.fault() == Fault.LOST_DISK) {
      replace(host);
    } else {
      findings.tell(node.name() + ": " + node.damage());
      node.start();
      if (bears(node)) {
        findings.count("damage_borne");
      } else {
        findings.count("damage_refused");
        findings.tell(node.name() + " refuses: " + node.lastError());
        if (!node.lastError().contains(node.data().toString())) {
          findings.violation(
              node.name()
                  + " does not say what is wrong with "
                  + node.damage()
                  + ": "
                  + node.lastError());
        }
        if (node.lastError().contains("delete the folder store")) {
          mendRows(node);
        } else {
          replace(host);
        }
      }
    }
    settle();
  }

  // As the node itself has said. It fetches a copy then.
  private void mendRows(Node node) throws InterruptedException {
    node.kill();
    Shell.run("rm -rf " + node.data().resolve("store"));
    node.setDamage("its rows were deleted");
    node.start();
    if (bears(node)) {
      findings.count("rows_fetched_anew");
    } else {
      findings.violation(node.name() + " does not fetch rows that are gone: " + node.lastError());
    }
  }

  private void replace(int host) throws IOException, InterruptedException {
    cluster
        .replace(host)
        .ifPresent(text -> findings.violation("host " + host + " could not be replaced: " + text));
    findings.count("members_replaced");
  }

  // Whether it comes up to what the others have, and does not end by itself.
  private boolean bears(Node node) throws InterruptedException {
    long endNanos = System.nanoTime() + BEAR_MAX.toNanos();
    long committed =
        cluster
            .status(node.host() % Cluster.HOSTS + 1)
            .map(StatusResponse::getCommittedIndex)
            .orElse(0L);
    while (System.nanoTime() - endNanos < 0) {
      if (node.endings() > 0) {
        return false;
      }
      Optional<StatusResponse> status = cluster.status(node.host());
      if (status.isPresent() && committed > 0 && status.get().getRevision() >= committed) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    findings.violation(node.name() + " neither comes back nor ends after " + node.damage());
    return false;
  }

  private void compare() throws InterruptedException, IOException {
    String failure = "";
    for (int i = 0; i < HASHES_MAX; i++) {
      settle(); // a node that finds damage while it reads all ends, and is replaced
      try {
        Map<Integer, HashResponse> hashes = cluster.hashes();
        Set<ByteString> values =
            hashes.values().stream().map(HashResponse::getHash).collect(Collectors.toSet());
        if (values.size() != 1) {
          findings.violation("the nodes do not hold the same: " + hashes);
        }
        for (int host = 1; host <= Cluster.HOSTS; host++) {
          for (String fault : cluster.verify(host)) {
            findings.violation(cluster.node(host).name() + ": " + fault);
          }
        }
        return;
      } catch (ApiException e) {
        failure = String.valueOf(e.getMessage());
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    }
    findings.violation("the nodes could not be compared: " + failure);
  }
}
