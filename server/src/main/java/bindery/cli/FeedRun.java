package bindery.cli;

import bindery.cli.FeedEntry.Fault;
import bindery.cli.FeedEntry.LeftOut;
import bindery.cli.FeedEntry.Update;
import bindery.feeder.ApiException;
import bindery.feeder.FeedOptions;
import bindery.feeder.FeedStream;
import bindery.feeder.FeederId;
import bindery.feeder.ServerList;
import bindery.v1.BeginSync;
import bindery.v1.EndSync;
import bindery.v1.Item;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One feeding of an input from its first line to its last acknowledgement. */
final class FeedRun {
  private final FeedInput input;
  private final FeederId feeder;
  private final ApiArguments api;
  private final PrintWriter err;
  private final boolean terminal;
  private final boolean isSync;
  private Sync sync = Sync.OPEN;
  private final FeedTally tally = new FeedTally();
  private final long startNanos = System.nanoTime();

  /** How a sync stands. */
  private enum Sync {
    /** Its end is not acknowledged. */
    OPEN,
    /** Ended as one that told everything. */
    SWEEPS,
    /** Ended as incomplete. */
    SWEEPS_NOTHING
  }

  /**
   * A feeding that has not begun.
   *
   * @param isSync whether what the input does not name is let go of at its end
   */
  FeedRun(
      FeedInput input,
      FeederId feeder,
      ApiArguments api,
      PrintWriter err,
      boolean terminal,
      boolean isSync) {
    this.input = input;
    this.feeder = feeder;
    this.api = api;
    this.err = err;
    this.terminal = terminal;
    this.isSync = isSync;
  }

  /**
   * Feeds all of the input, then tells on standard error what became of it.
   *
   * @return OK or REJECTS
   * @throws CommandException if the feeding broke off; what was acknowledged until then is told
   * @throws IOException if the input cannot be read on; what was read until then is fed
   */
  ExitCode run() throws CommandException, IOException, InterruptedException {
    FeedOptions options = FeedOptions.DEFAULT.withGiveUpAfter(api.timeout());
    try (ServerList servers = api.servers();
        FeedStream stream = FeedStream.open(servers, feeder, options, tally)) {
      feed(stream);
    } catch (ApiException e) {
      throw failure(e);
    } finally {
      tell();
    }
    return tally.counts().rejected() == 0 ? ExitCode.OK : ExitCode.REJECTS;
  }

  private void feed(FeedStream stream) throws ApiException, IOException, InterruptedException {
    try (FeedProgress progress = new FeedProgress(err, terminal, input, tally)) {
      progress.start();
      if (isSync) {
        tally.puttingNone();
        stream.put(Item.newBuilder().setBeginSync(BeginSync.getDefaultInstance()).build());
      }
      try {
        FeedEntry entry = input.next();
        while (entry != null) {
          feed(stream, entry);
          entry = input.next();
        }
      } catch (IOException e) {
        finish(stream, false); // what was read before the input broke off
        throw e;
      }
      finish(stream, true);
    }
  }

  /** Waits for the acknowledgements, then ends the sync: only one that told everything sweeps. */
  private void finish(FeedStream stream, boolean isWhole)
      throws ApiException, InterruptedException {
    stream.finish();
    if (isSync) {
      boolean isComplete = isWhole && tally.isClean();
      tally.puttingNone();
      stream.put(
          Item.newBuilder().setEndSync(EndSync.newBuilder().setIncomplete(!isComplete)).build());
      stream.finish();
      sync = isComplete && tally.isClean() ? Sync.SWEEPS : Sync.SWEEPS_NOTHING;
    }
  }

  private void feed(FeedStream stream, FeedEntry entry) throws ApiException, InterruptedException {
    if (entry instanceof Fault fault) {
      tally.fault(fault.lines(), fault.reason());
    } else if (entry instanceof LeftOut leftOut) {
      tally.leftOut(leftOut.lines(), leftOut.kind());
    } else if (entry instanceof Update update) {
      Item item = Item.newBuilder().setExchange(update.exchange()).build();
      if (item.getSerializedSize() > FeedStream.ITEM_BYTES_MAX) {
        tally.fault(
            update.lines(),
            "an exchange of "
                + item.getSerializedSize()
                + " octets (expected at most "
                + FeedStream.ITEM_BYTES_MAX
                + ")");
      } else {
        tally.putting(update.lines(), update.exchange().getLeasesCount());
        stream.put(item);
      }
    }
  }

  private CommandException failure(ApiException e) {
    String advice =
        switch (e.kind()) {
          case FENCED ->
              " (another import runs under source "
                  + feeder.source()
                  + ", feeder "
                  + feeder.feeder()
                  + ", or this clock is behind: name another --feeder)";
          case UNREACHABLE, UNKNOWN_OUTCOME, RESTORED ->
              " (what is not acknowledged may or may not be held; to feed it all again is safe)";
          case REFUSED, NOT_FOUND, FAULT -> "";
        };
    return new CommandException(CommandException.of(e).exitCode(), e.getMessage() + advice, e);
  }

  private void tell() {
    FeedTally.Counts counts = tally.counts();
    counts.rejects().forEach(err::println);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    StringBuilder text = new StringBuilder();
    text.append("read ").append(counts.read()).append(" lines");
    text.append(", accepted ").append(counts.accepted());
    text.append(", stale ").append(counts.stale());
    text.append(", rejected ").append(counts.rejected());
    Map<String, Long> further = new TreeMap<>(counts.leftOut());
    further.forEach((kind, count) -> text.append(", left out ").append(kind + " " + count));
    append(text, "applied before a resend", counts.seenBefore());
    append(text, "not acknowledged", counts.waiting());
    double rate = counts.read() / Math.max(seconds, 1e-3);
    text.append(String.format(Locale.ROOT, "; %.1f s, %.0f lines/s", seconds, rate));
    err.println(text);
    if (isSync) {
      err.println(
          switch (sync) {
            case SWEEPS ->
                "what was not named is let go of: bindery source list shows how that stands";
            case SWEEPS_NOTHING ->
                "nothing is let go of, since not every line could be fed: mend the input and feed"
                    + " it again";
            case OPEN ->
                "the end of the resync is not acknowledged: feed it again, until then nothing may be"
                    + " let go of";
          });
    }
    err.flush();
  }

  private static void append(StringBuilder text, String name, long count) {
    if (count > 0) {
      text.append(", ").append(name).append(' ').append(count);
    }
  }
}
