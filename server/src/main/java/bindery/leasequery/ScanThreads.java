package bindery.leasequery;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that read the store for answers, so that no event loop ever waits for a disk.
 *
 * <p>First come, first served, one page a turn: so answers take turns, over the queries of a
 * connection and over connections. An answer has at most one step queued, hence the queue's bound
 * is never met.
 */
final class ScanThreads implements AutoCloseable {
  private static final long CLOSE_SECONDS_MAX = 5;

  private final ThreadPoolExecutor executor;
  private final ThreadLocal<byte[]> page;

  /**
   * Starts the threads.
   *
   * @param count how many
   * @param stepsMax how many answers there may be
   * @param pageBytes the size of each thread's page
   */
  ScanThreads(int count, int stepsMax, int pageBytes) {
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
            });
    page = ThreadLocal.withInitial(() -> new byte[pageBytes]);
  }

  /**
   * Queues a step.
   *
   * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
   */
  void execute(Runnable step) {
    executor.execute(step);
  }

  /** The calling thread's page, overwritten by each step. */
  byte[] page() {
    return page.get();
  }

  /** Runs what is queued, for at most 5 s. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
