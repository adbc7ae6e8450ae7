package bindery.deploy.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The feeders and readers of a run, each on a thread of its own. Closed by who made it. */
final class Workload implements AutoCloseable {
  /** Two sources' worth would not differ: what matters is that entries hold batches of several. */
  static final int FEEDERS = 4;

  private static final int GROUPS = 100;
  private static final long END_MILLIS = 120_000;

  private final Findings findings;
  private final History history = new History(FEEDERS, GROUPS);
  private final List<GroupFeeder> feeders = new ArrayList<>();
  private final List<GroupReader> readers = new ArrayList<>();
  private final List<Thread> feeding = new ArrayList<>();
  private final List<Thread> reading = new ArrayList<>();

  private Workload(Cluster cluster, Findings findings, long seed) {
    this.findings = findings;
    Random random = new Random(seed);
    for (int feeder = 1; feeder <= FEEDERS; feeder++) {
      feeders.add(new GroupFeeder(feeder, history, findings, random.nextLong()));
    }
    for (int host = 1; host <= Cluster.HOSTS; host++) {
      readers.add(new GroupReader(host, history, cluster, findings, random.nextLong()));
    }
  }

  static Workload start(Cluster cluster, Findings findings, long seed) {
    Workload workload = new Workload(cluster, findings, seed);
    workload.feeders.forEach(feeder -> workload.feeding.add(workload.started(feeder)));
    workload.readers.forEach(reader -> workload.reading.add(workload.started(reader)));
    return workload;
  }

  private Thread started(Runnable runnable) {
    Thread thread = new Thread(runnable, runnable.getClass().getSimpleName());
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(
        (failed, failure) -> findings.violation(failed.getName() + " failed: " + failure));
    thread.start();
    return thread;
  }

  /** Has one of the feeders begin anew. */
  void beginAnew(int feeder) {
    feeders.get(feeder % FEEDERS).beginAnew();
  }

  /** Has the feeders deliver what they are about and end, and then the readers. */
  void finish() throws InterruptedException {
    feeders.forEach(GroupFeeder::stop);
    for (Thread thread : feeding) {
      thread.join(END_MILLIS);
      if (thread.isAlive()) {
        findings.violation("a feeder could not deliver its last batch to a cluster that is whole");
      }
    }
    readers.forEach(GroupReader::stop);
    for (Thread thread : reading) {
      thread.join(END_MILLIS);
    }
  }

  /** Asks every node for everything, until each has answered. */
  void readAll() throws InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    for (GroupReader reader : readers) {
      while (!reader.askForAll()) {
        if (System.nanoTime() - endNanos > 0) {
          findings.violation("a node of a cluster that is whole does not answer");
          return;
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
  }

  @Override
  public void close() {
    feeding.forEach(Thread::interrupt);
    reading.forEach(Thread::interrupt);
  }
}
