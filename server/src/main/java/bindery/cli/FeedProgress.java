package bindery.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A line on the terminal that says how far a feed has come, twice a second until closed. */
final class FeedProgress implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;
  private static final int BAR_WIDTH = 24;
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter err;
  private final FeedInput input;
  private final FeedTally tally;
  private final boolean terminal;
  private final long startNanos = System.nanoTime();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "feed-progress");
            thread.setDaemon(true);
            return thread;
          });

  /** Of that feed. */
  FeedProgress(PrintWriter err, boolean terminal, FeedInput input, FeedTally tally) {
    this.err = err;
    this.input = input;
    this.tally = tally;
    this.terminal = terminal;
  }

  /** Begins to draw, if there is a terminal. */
  void start() {
    if (terminal) {
      var unused =
          timer.scheduleAtFixedRate(
              this::draw, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void draw() {
    err.print(CLEAR_LINE + text(tally.counts(), System.nanoTime() - startNanos));
    err.flush();
  }

  String text(FeedTally.Counts counts, long nanos) {
    long done = counts.read() - counts.waiting();
    String text =
        String.format(Locale.ROOT, "%,d lines, %,.0f/s", done, done / Math.max(1e-3, nanos / 1e9));
    long total = input.bytesTotal();
    if (total <= 0) {
      return text;
    }
    int filled = (int) Math.min(BAR_WIDTH, input.bytesRead() * BAR_WIDTH / total);
    return "[" + "#".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "] " + text;
  }

  /** Takes the line away. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      boolean idle = timer.awaitTermination(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
      if (terminal && idle) {
        err.print(CLEAR_LINE);
        err.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
