package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.cli.FeedEntry.Lines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FeedProgressTest {
  /** An input half read. */
  private record Half(long bytesTotal) implements FeedInput {
    @Override
    public @Nullable FeedEntry next() {
      return null;
    }

    @Override
    public long bytesRead() {
      return 500;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  @Test
  void progress_onATerminal_isDrawnAndTakenAway() {
    StringWriter err = new StringWriter();
    FeedTally tally = new FeedTally();
    tally.fault(Lines.of("f", 1), "bad");
    try (FeedProgress progress =
        new FeedProgress(new PrintWriter(err), true, new Half(1_000), tally)) {
      progress.start();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> err.toString().contains("[############            ] 1 lines, "));
    }

    assertThat(err.toString()).endsWith("\r\033[K");
  }

  @Test
  void progress_elsewhere_isNotDrawn() {
    StringWriter err = new StringWriter();
    try (FeedProgress progress =
        new FeedProgress(new PrintWriter(err), false, new Half(1_000), new FeedTally())) {
      progress.start();
    }

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void text_inputOfUnknownSize_hasNoBar() {
    FeedTally tally = new FeedTally();
    tally.fault(Lines.of("-", 1), "bad");
    try (FeedProgress progress =
        new FeedProgress(new PrintWriter(new StringWriter()), false, new Half(0), tally)) {
      assertThat(progress.text(tally.counts(), 500_000_000L)).isEqualTo("1 lines, 2/s");
    }
  }
}
