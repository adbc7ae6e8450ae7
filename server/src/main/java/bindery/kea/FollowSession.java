package bindery.kea;

import bindery.feeder.ApiException;
import bindery.feeder.FeedStream;
import bindery.kea.RowTally.Settled;
import bindery.v1.Alive;
import bindery.v1.BeginSync;
import bindery.v1.EndSync;
import bindery.v1.Item;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The following of a lease file over one stream: a full resync unless it goes on from a position,
 * then row after row, and another full resync after every gap.
 *
 * <p>One thread, which never waits for the cluster: while too much is in flight it stops reading,
 * and goes on looking at the file, so that the clean-up may run meanwhile.
 */
final class FollowSession {
  private static final Logger LOG = LoggerFactory.getLogger(FollowSession.class);

  private static final int ROWS_AT_ONCE = 1_000;
  private static final long SAVE_NANOS = 1_000_000_000L;
  private static final Duration STOP_MAX = Duration.ofSeconds(3);
  private static final Duration MISSING_TOLD = Duration.ofSeconds(2);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
  private static final Duration RARELY = Duration.ofMinutes(10);

  private final FollowOptions options;
  private final FeedStream stream;
  private final long epoch;
  private final RowTally tally;
  private final FollowState state;
  private final Consumer<String> teller;
  private final Optional<PositionFile> positions;
  private final Pace rowWarnings = new Pace(10, Duration.ofMinutes(1), System::nanoTime);
  private final Pace missingWarnings = new Pace(1, RARELY, System::nanoTime);
  private final Pace saveWarnings = new Pace(1, RARELY, System::nanoTime);

  private @Nullable LeaseFileTail tail;
  private Phase phase = Phase.READING;
  private boolean isSwept;
  private boolean isClean = true; // every row of this resync could be fed
  private long rejectedBefore;
  private int fruitless; // resyncs begun since one was ended
  private long savedNanos = System.nanoTime() - SAVE_NANOS;
  private Settled saved = Settled.NOTHING;

  /** How a full resync stands. */
  private enum Phase {
    /** What the set of files held at its beginning is being read. */
    READING,
    /** That is read; its end is put when everything is acknowledged. */
    DRAINING,
    /** Its end is put. */
    ENDING,
    /** It is over, or was not needed. */
    FOLLOWING
  }

  /** Over a stream that was opened with that epoch and tells that tally. */
  FollowSession(
      FollowOptions options,
      FeedStream stream,
      long epoch,
      RowTally tally,
      FollowState state,
      Optional<PositionFile> positions,
      Consumer<String> teller) {
    this.options = options;
    this.stream = stream;
    this.epoch = epoch;
    this.tally = tally;
    this.state = state;
    this.positions = positions;
    this.teller = teller;
  }

  /**
   * Follows until it is to end, and saves the position then.
   *
   * @param from where to go on; empty for a full resync
   * @throws ApiException if the stream has failed for good
   */
  void run(Optional<SavedPosition> from) throws ApiException, InterruptedException, IOException {
    try {
      if (from.isPresent()) {
        goOnFrom(from.get());
      }
      while (!state.isStopping()) {
        stream.throwIfOver();
        step();
      }
      settle();
    } finally {
      drop();
    }
  }

  private void goOnFrom(SavedPosition from) {
    try {
      tail =
          LeaseFileTail.from(options.file(), from.position(), options.interval(), System::nanoTime);
      isSwept = from.isSwept();
      enter(Phase.FOLLOWING);
      teller.accept("goes on from " + from.position() + " without a resync");
    } catch (GapException | IOException | KeaFormatException e) {
      gap(e);
    }
  }

  private void enter(Phase next) {
    phase = next;
    state.following(next == Phase.FOLLOWING);
  }

  private void step() throws ApiException, InterruptedException {
    try {
      LeaseFileTail open = tail;
      if (open == null) {
        begin();
        return;
      }
      if (tally.hasRoom() && state.takeAlive()) {
        put(Item.newBuilder().setAlive(Alive.getDefaultInstance()).build());
      }
      if (phase == Phase.READING || phase == Phase.FOLLOWING) {
        read(open);
      } else {
        end(open);
      }
      if (tail == open) {
        state.behind(open.behind());
        tellIfMissing(open);
        saveIfDue();
      }
    } catch (GapException | IOException | KeaFormatException e) {
      if (!state.isStopping()) {
        gap(e);
      }
    }
  }

  private void begin() throws IOException, ApiException, InterruptedException {
    if (fruitless > 0) {
      Duration pause = Duration.ofSeconds(1L << Math.min(fruitless - 1, 5));
      state.pause(pause.compareTo(PAUSE_MAX) < 0 ? pause : PAUSE_MAX);
    }
    fruitless++; // until it has swept, whatever ends it
    try {
      tail = LeaseFileTail.ofSet(options.file(), options.interval(), System::nanoTime);
    } catch (NoSuchFileException e) {
      fruitless--;
      if (missingWarnings.allows()) {
        LOG.warn("event=lease_file_missing {}: waits for it", options.file());
      }
      state.pause(options.interval());
      return;
    }
    forget();
    isClean = true;
    isSwept = false;
    rejectedBefore = tally.counts().rejected();
    enter(Phase.READING);
    state.resync();
    teller.accept("full resync of " + options.file() + " and what its clean-up left beside it");
    if (options.isWhole()) {
      put(Item.newBuilder().setBeginSync(BeginSync.getDefaultInstance()).build());
    }
  }

  private void read(LeaseFileTail open)
      throws IOException, KeaFormatException, GapException, ApiException, InterruptedException {
    for (int i = 0; i < ROWS_AT_ONCE; i++) {
      if (!tally.hasRoom()) {
        open.lookIfDue();
        tally.awaitProgress(options.interval().toMillis());
        return;
      }
      LeaseRow row = open.next();
      if (row != null) {
        feed(row, open.position());
      }
      if (phase == Phase.READING && (row == null ? open.hasHeader() : open.isThroughOpening())) {
        enter(Phase.DRAINING);
        return;
      }
      if (row == null) {
        if (phase == Phase.FOLLOWING) {
          resyncIfUnswept(open);
        }
        state.pause(options.interval());
        return;
      }
    }
  }

  // A clean-up may have taken away the row that could not be fed.
  private void resyncIfUnswept(LeaseFileTail open) throws IOException {
    if (options.isWhole() && !isSwept && open.isCleanedUp()) {
      teller.accept("the last resync could not feed every row, and Kea has cleaned up since");
      drop();
    }
  }

  private void end(LeaseFileTail open)
      throws IOException, GapException, ApiException, InterruptedException {
    open.lookIfDue();
    if (!tally.isIdle()) {
      tally.awaitProgress(options.interval().toMillis());
      return;
    }
    boolean isComplete = isClean && tally.counts().rejected() == rejectedBefore;
    if (phase == Phase.DRAINING && options.isWhole()) {
      put(Item.newBuilder().setEndSync(EndSync.newBuilder().setIncomplete(!isComplete)).build());
      enter(Phase.ENDING);
      return;
    }
    isSwept = isComplete;
    fruitless = 0;
    enter(Phase.FOLLOWING);
    if (isComplete || !options.isWhole()) {
      teller.accept("resynced: " + tally.counts().text());
    } else {
      LOG.warn(
          "event=resync_incomplete not every row could be fed, so nothing is let go of; it is tried"
              + " again when Kea has cleaned up");
    }
  }

  private void feed(LeaseRow row, Optional<FilePosition> position)
      throws ApiException, InterruptedException {
    if (row instanceof LeaseRow.Update update) {
      Item item = Item.newBuilder().setExchange(update.exchange()).build();
      int bytes = item.getSerializedSize();
      if (bytes <= FeedStream.ITEM_BYTES_MAX) {
        tally.putting(new RowTally.Row(row.file(), row.line(), bytes), position);
        var unused = stream.put(item);
      } else {
        malformed(
            row,
            "an exchange of "
                + bytes
                + " octets (expected at most "
                + FeedStream.ITEM_BYTES_MAX
                + ")",
            position);
      }
    } else if (row instanceof LeaseRow.Malformed malformed) {
      malformed(row, malformed.fault(), position);
    } else if (row instanceof LeaseRow.LeftOut leftOut
        && leftOut.reason() == LeaseRow.Reason.UNFINISHED) {
      malformed(row, "not finished, and nothing more is written to this file", position);
    } else {
      tally.leftOut(position);
    }
  }

  private void malformed(LeaseRow row, String fault, Optional<FilePosition> position) {
    isClean = false;
    tally.malformed(position);
    warnOfRow("row_malformed", row.file() + ":" + row.line() + ": " + fault);
  }

  private void warnOfRow(String event, String text) {
    if (rowWarnings.allows()) {
      LOG.warn("event={} {}; skipped{}", event, text, rowWarnings.passedOver());
    }
  }

  private void put(Item item) throws ApiException, InterruptedException {
    tally.puttingNone();
    var unused = stream.put(item);
  }

  private void gap(Exception reason) {
    state.gap();
    // What the system says of a file may be no more than its name.
    String text = reason instanceof IOException ? reason.toString() : reason.getMessage();
    LOG.warn("event=lease_file_gap {}: resyncs in full", text);
    try {
      drop();
    } catch (IOException e) {
      LOG.warn("event=lease_file_gap {}", e.getMessage());
    }
  }

  private void drop() throws IOException {
    LeaseFileTail open = tail;
    tail = null;
    if (open != null) {
      open.close();
    }
  }

  private void tellIfMissing(LeaseFileTail open) {
    if (open.missing().compareTo(MISSING_TOLD) > 0 && missingWarnings.allows()) {
      LOG.warn(
          "event=lease_file_missing {}: has gone, what is open is read on; waits for it",
          options.file());
    }
  }

  private void forget() {
    saved = Settled.NOTHING;
    try {
      if (positions.isPresent()) {
        positions.get().forget();
      }
    } catch (IOException e) {
      LOG.warn("event=position_not_saved cannot remove the old position: {}", e.getMessage());
    }
  }

  private void saveIfDue() {
    if (System.nanoTime() - savedNanos >= SAVE_NANOS) {
      save();
    }
  }

  // Only what is acknowledged, and only once the resync is: else the next start must resync.
  private void save() {
    Settled settled = tally.settled();
    if (positions.isEmpty()
        || phase != Phase.FOLLOWING
        || settled.position().isEmpty()
        || settled.position().equals(saved.position())) {
      return;
    }
    savedNanos = System.nanoTime();
    try {
      positions
          .get()
          .save(
              new SavedPosition(
                  options.owner(),
                  epoch,
                  settled.sequence(),
                  stream.opened().getIncarnation(),
                  isSwept,
                  settled.position().get()));
      saved = settled;
    } catch (IOException e) {
      if (saveWarnings.allows()) {
        LOG.warn("event=position_not_saved {}; goes on, a restart reads again", e.toString());
      }
    }
  }

  // What is in flight gets a few seconds more.
  private void settle() throws InterruptedException {
    long end = System.nanoTime() + STOP_MAX.toNanos();
    while (!tally.isIdle() && System.nanoTime() < end) {
      tally.awaitProgress(options.interval().toMillis());
    }
    save();
  }
}
