package bindery.feed;

import bindery.feed.Piece.Commit;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Refusal;
import bindery.log.v1.Result;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Status;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is waiting from all streams into log entries and proposes them, a few at a time.
 *
 * <p>While nothing is in flight, whatever waits goes at once; else an entry waits until it is worth
 * its cost or one in flight comes back, so that many small feeders share entries and one fast
 * feeder keeps the log busy. Feeders that shared an entry hear of it together and go on together:
 * so the next entry waits for as many of them, for a moment, lest the first one have it alone. Each
 * lane gets its turn. What was not taken for overload, or came back as a gap because something
 * before it was not taken, is proposed again for a short while.
 *
 * <p>Memory is bounded by the streams' budgets. Lanes are told by this gatherer's one thread, which
 * is never blocked by them. Closed by who made it, after all streams.
 */
final class EntryGatherer implements AutoCloseable {
  /** The most entries in flight. */
  static final int ENTRIES_MAX = 6;

  /** The least octets of an entry that is proposed while others are in flight. */
  static final int ENTRY_BYTES_MIN = 48 << 10;

  /** An entry of that size takes no further piece. */
  static final int ENTRY_BYTES_TARGET = 96 << 10;

  /** How long a piece that is not taken is proposed again. */
  static final Duration RETRY_MAX = Duration.ofSeconds(3);

  private static final long GATHER_NANOS_MAX = Duration.ofMillis(10).toNanos();

  private static final int GAPS_MAX = 3;
  private static final Duration OVERLOAD_PAUSE = Duration.ofMillis(50);

  private final Proposals proposals;
  private final FeedMetrics metrics;
  private final LongUnaryOperator gathering;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("feed-acks", true));

  // Lanes that may have something to propose, in the order of their turns.
  @GuardedBy("this") private final LinkedHashSet<Lane> ready = new LinkedHashSet<>();

  @GuardedBy("this") private long waitingBytes;

  @GuardedBy("this") private int inFlight;

  // How many lanes shared the last entry, and until when the next one waits for as many.
  @GuardedBy("this") private int shared;

  @GuardedBy("this") private long gatherUntilNanos = System.nanoTime();

  @GuardedBy("this") private boolean proposing;

  @GuardedBy("this") private boolean paused;

  @GuardedBy("this") private boolean closed;

  /** That proposes to this log. */
  EntryGatherer(Proposals proposals, FeedMetrics metrics) {
    // So whoever is waited for in vain makes an entry twice as long at most.
    this(proposals, metrics, took -> Math.min(took, GATHER_NANOS_MAX));
  }

  /**
   * That waits another while for those that shared the last entry.
   *
   * @param gathering nanoseconds to wait at most, of those that the last entry took
   */
  EntryGatherer(Proposals proposals, FeedMetrics metrics, LongUnaryOperator gathering) {
    this.proposals = proposals;
    this.metrics = metrics;
    this.gathering = gathering;
  }

  /** Takes pieces of a lane, in the order of their sequences. {@link #drain} proposes them. */
  synchronized void add(Lane lane, List<Piece> pieces) {
    for (Piece piece : pieces) {
      lane.add(piece);
      waitingBytes += piece.bytes();
    }
    ready.add(lane);
  }

  /** Forgets a lane whose session has ended. What is in flight of it may still be committed. */
  synchronized void abandon(Lane lane) {
    waitingBytes -= lane.abandon();
    ready.remove(lane);
  }

  /** Octets that wait to be proposed. */
  synchronized long waitingBytes() {
    return waitingBytes;
  }

  /** Proposes what may be proposed. One thread at a time does, so that entries leave in order. */
  void drain() {
    synchronized (this) {
      if (proposing) {
        return; // who proposes now looks again before leaving
      }
      proposing = true;
    }
    for (Entry entry = next(); entry != null; entry = next()) {
      Entry proposed = entry;
      long begunNanos = System.nanoTime();
      CompletableFuture<Result> outcome;
      try {
        outcome = proposals.propose(entry.command());
      } catch (RuntimeException e) {
        outcome = CompletableFuture.failedFuture(e);
      }
      var unused =
          outcome.whenCompleteAsync(
              (result, error) -> settled(proposed, begunNanos, result, error), thread);
    }
  }

  private synchronized @Nullable Entry next() {
    Entry entry = null;
    boolean worthIt = waitingBytes >= ENTRY_BYTES_MIN || (inFlight == 0 && !isGathering());
    if (!paused && !closed && worthIt && inFlight < ENTRIES_MAX) {
      entry = assemble();
    }
    if (entry == null) {
      proposing = false;
    } else {
      inFlight++;
      metrics.proposed(entry.parts().size());
    }
    return entry;
  }

  @GuardedBy("this") private boolean isGathering() {
    return ready.size() < shared && System.nanoTime() - gatherUntilNanos < 0;
  }

  @GuardedBy("this") private @Nullable Entry assemble() {
    Entry.Builder entry = new Entry.Builder();
    long now = System.nanoTime();
    int share = ENTRY_BYTES_TARGET / Math.max(1, ready.size());
    boolean full = false;
    while (!full && !ready.isEmpty()) {
      Lane lane = ready.iterator().next();
      int taken = 0;
      Piece piece = lane.peek();
      while (piece != null && (taken == 0 || taken < share)) {
        full = entry.bytes() >= ENTRY_BYTES_TARGET || !entry.fits(lane, piece);
        if (full) {
          break;
        }
        lane.propose(piece, now);
        entry.add(lane, piece);
        waitingBytes -= piece.bytes();
        taken += piece.bytes();
        piece = lane.peek();
      }
      if (piece == null) {
        ready.remove(lane);
      } else if (taken > 0) {
        ready.remove(lane);
        ready.add(lane); // behind the others
      } // else it did not fit, and is the first of the next entry: it could wait for ever
    }
    return entry.isEmpty() ? null : entry.build();
  }

  // The gatherer's thread.
  private void settled(
      Entry entry, long begunNanos, @Nullable Result result, @Nullable Throwable error) {
    List<Runnable> news = new ArrayList<>();
    synchronized (this) {
      inFlight--;
      for (Entry.Part part : entry.parts()) {
        if (part.lane().isOver()) {
          part.lane().discard();
        } else if (result == null || !entry.isAnsweredBy(result)) {
          untaken(part, result, error);
        } else {
          settle(part, result);
        }
      }
      Set<Lane> lanes = new LinkedHashSet<>();
      entry.parts().forEach(part -> lanes.add(part.lane()));
      lanes.forEach(lane -> collect(lane, news));
      int goOn = (int) lanes.stream().filter(lane -> !lane.isOver()).count();
      gather(goOn, System.nanoTime() - begunNanos);
    }
    news.forEach(Runnable::run);
    drain();
  }

  @GuardedBy("this") private void gather(int lanes, long tookNanos) {
    shared = lanes;
    if (lanes > 1 && inFlight == 0 && !closed) {
      long waits = gathering.applyAsLong(tookNanos);
      gatherUntilNanos = System.nanoTime() + waits;
      var unused = thread.schedule(this::drain, waits, TimeUnit.NANOSECONDS);
    }
  }

  // The entry was applied: one part of it.
  @GuardedBy("this") private void settle(Entry.Part part, Result result) {
    Lane lane = part.lane();
    Piece piece = part.piece();
    GroupResult group = result.getApply().getGroups(part.group());
    if (!group.hasRefusal()) {
      lane.commit(piece, new Commit(result.getRevision(), group, part.offset()));
      return;
    }
    Refusal refusal = group.getRefusal();
    boolean again =
        refusal.getCode() == Refusal.Code.GAP
            && (lane.isRewinding() || piece.gaps++ < GAPS_MAX)
            && isYoung(piece);
    if (again) {
      giveBack(lane, piece);
    } else {
      fail(lane, GrpcErrors.of(refusal));
    }
  }

  // The entry brought no result for its groups: one part of it.
  @GuardedBy("this") private void untaken(Entry.Part part, @Nullable Result result, @Nullable Throwable error) {
    Status status;
    if (error != null) {
      status = GrpcErrors.of(error);
    } else if (result != null && result.hasRefusal()) {
      status = GrpcErrors.of(result.getRefusal());
    } else {
      status = Status.INTERNAL.withDescription("a result that does not answer the entry");
    }
    if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && isYoung(part.piece())) {
      giveBack(part.lane(), part.piece());
      pause();
    } else {
      fail(part.lane(), status);
    }
  }

  private static boolean isYoung(Piece piece) {
    return System.nanoTime() - piece.firstProposedNanos < RETRY_MAX.toNanos();
  }

  @GuardedBy("this") private void giveBack(Lane lane, Piece piece) {
    lane.giveBack(piece);
    waitingBytes += piece.bytes();
  }

  @GuardedBy("this") private void fail(Lane lane, Status status) {
    lane.discard();
    lane.fail(status);
    waitingBytes -= lane.takeWaiting();
  }

  @GuardedBy("this") private void pause() {
    if (!paused && !closed) {
      paused = true;
      var unused = thread.schedule(this::resume, OVERLOAD_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void resume() {
    synchronized (this) {
      paused = false;
    }
    drain();
  }

  // What a lane is to be told, and whether it may go on.
  @GuardedBy("this") private void collect(Lane lane, List<Runnable> news) {
    for (Piece piece : lane.takeCommitted()) {
      Commit commit = piece.commit;
      if (commit != null) {
        news.add(() -> lane.receiver().committed(piece, commit));
      }
    }
    Status failure = lane.takeFailure();
    if (failure != null) {
      news.add(() -> lane.receiver().failed(failure));
    }
    if (lane.peek() != null) {
      ready.add(lane);
    }
  }

  /** Proposes nothing more, and tells nobody anything more. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.shutdownNow();
  }
}
