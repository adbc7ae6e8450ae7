package bindery.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** A line on the terminal that says how far a feed has come, until closed. */
final class FeedProgress implements AutoCloseable {
  private static final int BAR_WIDTH = 24;

  private final FeedInput input;
  private final ProgressLine line;

  /** Of that feed. */
  FeedProgress(PrintWriter err, boolean terminal, FeedInput input, FeedTally tally) {
    this.input = input;
    long startNanos = System.nanoTime();
    line =
        new ProgressLine(err, terminal, () -> text(tally.counts(), System.nanoTime() - startNanos));
  }

  /** Begins to draw, if there is a terminal. */
  void start() {
    line.start();
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
    line.close();
  }
}
