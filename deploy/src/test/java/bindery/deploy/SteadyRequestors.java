package bindery.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requestors that ask some nodes for all bindings of a link, one query after the other at each. A
 * query has failed if its answer is broken off or terminated, or holds less than an answer that any
 * of the nodes had given before it was asked: nothing is ever taken away here.
 */
final class SteadyRequestors implements AutoCloseable {
  private static final long PAUSE_MILLIS = 50;
  private static final long END_SECONDS_MAX = 60;

  private final DevRun cluster;
  private final byte[] link;
  private final ScheduledExecutorService threads;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicLong slowestNanos = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  private SteadyRequestors(DevRun cluster, byte[] link, int nodes) {
    this.cluster = cluster;
    this.link = link;
    threads = Executors.newScheduledThreadPool(nodes);
  }

  /** Begins to ask. */
  static SteadyRequestors start(DevRun cluster, String link, List<Integer> nodes)
      throws IOException {
    SteadyRequestors requestors =
        new SteadyRequestors(cluster, InetAddress.getByName(link).getAddress(), nodes.size());
    for (int node : nodes) {
      var unused =
          requestors.threads.scheduleWithFixedDelay(
              () -> requestors.ask(node), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
    return requestors;
  }

  private void ask(int node) {
    int least = most.get();
    long begunNanos = System.nanoTime();
    try {
      RawRequestor.Answer answer =
          RawRequestor.ask(cluster.leasequeryPort(node), RawRequestor.byLink(link, false));
      int held = answer.data().size();
      if (answer.endStatus() != 0) {
        failures.add("n" + node + " ended an answer with status " + answer.endStatus());
      } else if (held < least) {
        failures.add("n" + node + " answered " + held + " after an answer of " + least);
      }
      most.accumulateAndGet(held, Math::max);
    } catch (IOException e) {
      failures.add("n" + node + ": " + e);
    }
    asked.incrementAndGet();
    slowestNanos.accumulateAndGet(System.nanoTime() - begunNanos, Math::max);
  }

  /** How many queries have been answered, or have failed. */
  int asked() {
    return asked.get();
  }

  /** A sentence for each query that failed. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public String toString() {
    return "%d queries, the slowest of %d ms, %d failed"
        .formatted(asked(), TimeUnit.NANOSECONDS.toMillis(slowestNanos.get()), failures.size());
  }

  /** Waits for the answers that are on their way. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        failures.add("an answer did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
