package bindery.leasequery;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that read the store for answers, so that no event loop ever waits for a disk.
 *
 * <p>First come, first served, and one page a turn while others wait: so answers take turns, over
 * the queries of a connection and over connections. A query that has a slot has at most one step
 * queued, be it on the way to its answer or of it, so that a queue as long as there are slots takes
 * them all. What has given its slot back early may still have one: a full queue refuses, and
 * whoever is refused comes again or says so.
 *
 * <p>Any thread.
 */
final class ScanThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScanThreads.class);

  /** How long closing takes at most. */
  static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final ThreadPoolExecutor executor;
  private final ThreadLocal<byte[]> page;

  /**
   * Starts the threads.
   *
   * @param count how many
   * @param stepsMax how many steps may wait
   * @param pageBytes the size of each thread's page
   * @param notices keeps requestors from filling the log
   */
  ScanThreads(int count, int stepsMax, int pageBytes, NoticeLimit notices) {
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(stepsMax),
            task -> {
              Thread thread = new Thread(task, "leasequery-scan-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            (task, refusing) -> {
              if (refusing.isShutdown()) {
                throw new RejectedExecutionException("the node is stopping");
              }
              if (notices.admits()) {
                LOG.warn("event=scans_full limit={}", stepsMax);
              }
              throw new RejectedExecutionException(
                  "the node has too much to read: "
                      + stepsMax
                      + " steps wait (expected fewer; ask again later)");
            });
    page = ThreadLocal.withInitial(() -> new byte[pageBytes]);
  }

  /**
   * Queues a step.
   *
   * @throws RejectedExecutionException after {@link #close}, or if as many wait as may; the message
   *     is fit for a requestor's eyes
   */
  void execute(Runnable step) {
    executor.execute(step);
  }

  /** Whether no step waits for a thread, so that one that runs may go on. */
  boolean isIdle() {
    return executor.getQueue().isEmpty();
  }

  /** Whether no step is taken any more, however few wait. */
  boolean isClosed() {
    return executor.isShutdown();
  }

  /** The calling thread's page, overwritten by each step. */
  byte[] page() {
    return page.get();
  }

  /** Runs what is queued, for at most {@link #CLOSE_MAX}. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_MAX.toSeconds(), TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
