package bindery.cli;

import bindery.model.DaemonThreads;
import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A line on the terminal that says how far something has come, twice a second until closed. */
final class ProgressLine implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter err;
  private final boolean terminal;
  private final Supplier<String> text;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("progress"));

  /**
   * With that text.
   *
   * @param terminal whether there is a terminal to draw on; otherwise nothing is
   * @param text what to draw now, without a line's end; called by a thread of its own
   */
  ProgressLine(PrintWriter err, boolean terminal, Supplier<String> text) {
    this.err = err;
    this.terminal = terminal;
    this.text = text;
  }

  /** Begins to draw. */
  void start() {
    if (terminal) {
      var unused =
          timer.scheduleAtFixedRate(
              this::draw, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void draw() {
    err.print(CLEAR_LINE + text.get());
    err.flush();
  }

  /** Writes a line that stays, above the one that is drawn. Any thread. */
  synchronized void tell(String line) {
    err.println((terminal ? CLEAR_LINE : "") + line);
    err.flush();
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
