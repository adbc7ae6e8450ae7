package bindery.feed;

import bindery.feed.Piece.Commit;
import bindery.log.v1.Apply;
import bindery.log.v1.Command;
import bindery.log.v1.Group;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Refusal;
import bindery.log.v1.Result;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Status;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is waiting from all streams into log entries and proposes them, a few at a time.
 *
 * <p>While nothing is in flight, whatever waits goes at once; else an entry waits until it is worth
 * its cost or one in flight comes back, so that many small feeders share entries and one fast
 * feeder keeps the log busy. Each lane gets its turn. What was not taken for overload, or came back
 * as a gap because something before it was not taken, is proposed again for a short while.
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

  private static final int GAPS_MAX = 3;
  private static final Duration OVERLOAD_PAUSE = Duration.ofMillis(50);

  private final Proposals proposals;
  private final FeedMetrics metrics;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("feed-acks", true));

  // Lanes with something waiting, each once, in the order of their turns.
  @GuardedBy("this") private final Deque<Lane> ready = new ArrayDeque<>();

  @GuardedBy("this") private final Set<Lane> queued = new LinkedHashSet<>();

  @GuardedBy("this") private long waitingBytes;

  @GuardedBy("this") private int inFlight;

  @GuardedBy("this") private boolean proposing;

  @GuardedBy("this") private boolean paused;

  @GuardedBy("this") private boolean closed;

  EntryGatherer(Proposals proposals, FeedMetrics metrics) {
    this.proposals = proposals;
    this.metrics = metrics;
  }

  /** Takes a piece of a lane. */
  void add(Lane lane, Piece piece) {
    synchronized (this) {
      if (lane.isOver()) {
        return;
      }
      lane.add(piece);
      waitingBytes += piece.bytes();
      enqueue(lane);
    }
    proposeMore();
  }

  /** Nobody wants to know what becomes of the lane's pieces; those proposed take their way. */
  synchronized void abandon(Lane lane) {
    waitingBytes -= lane.abandon();
  }

  @GuardedBy("this") private void enqueue(Lane lane) {
    if (lane.peek() != null && queued.add(lane)) {
      ready.add(lane);
    }
  }

  /** A piece with its lane, on its way in an entry. */
  private record Passenger(Lane lane, Piece piece) {}

  private void proposeMore() {
    synchronized (this) {
      if (proposing) {
        return; // whoever proposes now looks again before it ends
      }
      proposing = true;
    }
    while (true) {
      List<Passenger> entry;
      synchronized (this) {
        entry = nextEntry();
        if (entry.isEmpty()) {
          proposing = false;
          return;
        }
        inFlight++;
      }
      propose(entry);
    }
  }

  @GuardedBy("this") private List<Passenger> nextEntry() {
    boolean worth = inFlight == 0 || waitingBytes >= ENTRY_BYTES_MIN;
    if (closed || paused || inFlight >= ENTRIES_MAX || !worth) {
      return List.of();
    }
    List<Passenger> entry = new ArrayList<>();
    long now = System.nanoTime();
    int bytes = 0;
    while (bytes < ENTRY_BYTES_TARGET && !ready.isEmpty()) {
      Lane lane = ready.element();
      Piece piece = lane.peek();
      if (piece == null) {
        dequeue(lane);
        continue;
      }
      if (!entry.isEmpty() && bytes + piece.bytes() > Piece.BYTES_MAX) {
        break;
      }
      lane.propose(piece, now);
      bytes += piece.bytes();
      waitingBytes -= piece.bytes();
      entry.add(new Passenger(lane, piece));
      if (lane.peek() == null) {
        dequeue(lane);
      } else if (ready.size() > 1) {
        ready.add(ready.remove()); // its turn is over
      }
    }
    return entry;
  }

  @GuardedBy("this") private void dequeue(Lane lane) {
    ready.remove();
    queued.remove(lane);
  }

  private void propose(List<Passenger> entry) {
    // Consecutive pieces of a lane make one group.
    Apply.Builder apply = Apply.newBuilder();
    Map<Lane, Integer> groups = new LinkedHashMap<>();
    List<int[]> places = new ArrayList<>();
    for (Passenger passenger : entry) {
      Lane lane = passenger.lane();
      Piece piece = passenger.piece();
      Integer index = groups.get(lane);
      if (index == null) {
        index = apply.getGroupsCount();
        groups.put(lane, index);
        apply
            .addGroupsBuilder()
            .setSource(lane.source())
            .setFeeder(lane.feeder())
            .setSession(lane.session())
            .setFirstSequence(piece.firstSequence());
      }
      Group.Builder group = apply.getGroupsBuilder(index);
      places.add(new int[] {index, group.getItemsCount()});
      group.addAllItems(piece.items()).setSourceClockMillis(piece.sourceClockMillis());
    }
    metrics.proposed(entry.size());
    CompletableFuture<Result> proposed;
    try {
      proposed = proposals.propose(Command.newBuilder().setLevel(1).setApply(apply).build());
    } catch (RuntimeException e) {
      proposed = CompletableFuture.failedFuture(e);
    }
    var unused =
        proposed.whenCompleteAsync(
            (result, failure) -> back(entry, places, result, failure), thread);
  }

  /** An entry came back. The gatherer's thread. */
  private void back(
      List<Passenger> entry,
      List<int[]> places,
      @Nullable Result result,
      @Nullable Throwable failure) {
    Set<Lane> lanes = new LinkedHashSet<>();
    synchronized (this) {
      inFlight--;
      for (int i = 0; i < entry.size(); i++) {
        Passenger passenger = entry.get(i);
        lanes.add(passenger.lane());
        settle(passenger.lane(), passenger.piece(), places.get(i), result, failure);
      }
    }
    lanes.forEach(this::tell);
    proposeMore();
  }

  @GuardedBy("this") private void settle(
      Lane lane, Piece piece, int[] place, @Nullable Result result, @Nullable Throwable failure) {
    if (lane.isOver()) {
      lane.discard();
      return;
    }
    if (result == null || result.hasRefusal() || !result.hasApply()) {
      Status status =
          result == null
              ? GrpcErrors.of(failure == null ? new IllegalStateException("no result") : failure)
              : GrpcErrors.of(result.getRefusal());
      if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && mayRetry(piece)) {
        lane.giveBack(piece);
        waitingBytes += piece.bytes();
        pause();
      } else {
        lane.discard();
        waitingBytes -= lane.fail(status);
      }
      return;
    }
    GroupResult group = result.getApply().getGroups(place[0]);
    if (!group.hasRefusal()) {
      lane.commit(piece, new Commit(result.getRevision(), group, place[1]));
    } else if (group.getRefusal().getCode() == Refusal.Code.GAP
        && ++piece.gaps <= GAPS_MAX
        && mayRetry(piece)) {
      lane.giveBack(piece);
      waitingBytes += piece.bytes();
    } else {
      lane.discard();
      waitingBytes -= lane.fail(GrpcErrors.of(group.getRefusal()));
    }
  }

  private static boolean mayRetry(Piece piece) {
    return System.nanoTime() - piece.firstProposedNanos < RETRY_MAX.toNanos();
  }

  @GuardedBy("this") private void pause() {
    if (!paused) {
      paused = true;
      var unused = thread.schedule(this::goOn, OVERLOAD_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void goOn() {
    synchronized (this) {
      paused = false;
    }
    proposeMore();
  }

  /** Tells a lane what is new, outside the lock. The gatherer's thread. */
  private void tell(Lane lane) {
    List<Piece> committed;
    Status failed;
    synchronized (this) {
      committed = lane.takeCommitted();
      failed = lane.takeFailure();
      enqueue(lane);
    }
    for (Piece piece : committed) {
      Commit commit = piece.commit;
      if (commit != null) {
        lane.receiver().committed(piece, commit);
      }
    }
    if (failed != null) {
      lane.receiver().failed(failed);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.shutdown();
  }
}
