package bindery.feed;

import bindery.feed.Piece.Commit;
import bindery.log.v1.Command;
import bindery.log.v1.OpenSession;
import bindery.log.v1.Result;
import bindery.v1.Batch;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.Open;
import bindery.v1.Opened;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a feeder at this node, from its Open to its end.
 *
 * <p>Asks gRPC for one message at a time, and only while what is not acknowledged stays within the
 * stream's and the feed's budgets and the feeder takes its acknowledgements; beyond that HTTP/2
 * flow control slows the feeder. Requests come from one gRPC thread at a time, commits from the
 * gatherer's thread.
 */
final class FeedSession implements StreamObserver<FeedRequest>, Lane.Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(FeedSession.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private enum State {
    /** Waits for the Open. */
    NEW,
    /** The opening is proposed. */
    OPENING,
    /** Takes batches. */
    OPEN,
    /** Over; everything that still comes is ignored. */
    ENDED
  }

  private final Proposals proposals;
  private final EntryGatherer gatherer;
  private final ByteBudget budget;
  private final FeedLimits limits;
  private final FeedMetrics metrics;
  private final Caller caller;
  private final ServerCallStreamObserver<FeedResponse> feeder;
  private final Consumer<FeedSession> onEnd;

  @GuardedBy("this") private State state = State.NEW;

  @GuardedBy("this") private @Nullable Lane lane;

  @GuardedBy("this") private long nextSequence;

  @GuardedBy("this") private final Deque<PendingBatch> pending = new ArrayDeque<>();

  @GuardedBy("this") private long pendingBytes;

  @GuardedBy("this") private boolean asked; // gRPC for a message that has not come yet

  @GuardedBy("this") private boolean queued; // at the budget

  @GuardedBy("this") private boolean halfClosed;

  FeedSession(
      Proposals proposals,
      EntryGatherer gatherer,
      ByteBudget budget,
      FeedLimits limits,
      FeedMetrics metrics,
      Caller caller,
      ServerCallStreamObserver<FeedResponse> feeder,
      Consumer<FeedSession> onEnd) {
    this.proposals = proposals;
    this.gatherer = gatherer;
    this.budget = budget;
    this.limits = limits;
    this.metrics = metrics;
    this.caller = caller;
    this.feeder = feeder;
    this.onEnd = onEnd;
  }

  /** Takes over the stream; within the call of the service method. */
  void begin() {
    metrics.sessionOpened();
    feeder.disableAutoRequest();
    feeder.setOnReadyHandler(this::ask);
    feeder.setOnCancelHandler(() -> end(Status.CANCELLED));
    feeder.request(1);
  }

  // Asks for the next message if there is room for it.
  private synchronized void ask() {
    if (state != State.OPEN
        || asked
        || queued
        || halfClosed
        || pendingBytes >= limits.streamBytesMax()
        || pending.size() >= limits.streamBatchesMax()
        || !feeder.isReady()) {
      return;
    }
    if (budget.admits(this::askAgain)) {
      asked = true;
      feeder.request(1);
    } else {
      queued = true;
    }
  }

  private void askAgain() {
    synchronized (this) {
      queued = false;
    }
    ask();
  }

  @Override
  public void onNext(FeedRequest request) {
    State now;
    synchronized (this) {
      asked = false;
      now = state;
    }
    switch (now) {
      case NEW -> {
        if (request.hasOpen()) {
          open(request.getOpen());
        } else {
          invalid("a stream that begins with " + request.getKindCase() + " (expected OPEN)");
        }
      }
      case OPENING -> invalid("a request before Opened (expected none)");
      case OPEN -> {
        if (request.hasBatch()) {
          batch(request.getBatch());
        } else {
          invalid("a request of " + request.getKindCase() + " (expected BATCH)");
        }
      }
      case ENDED -> {}
    }
  }

  private void invalid(String message) {
    end(Status.INVALID_ARGUMENT.withDescription(message));
  }

  private void open(Open open) {
    if (!NAME.matcher(open.getSource()).matches() || !NAME.matcher(open.getFeeder()).matches()) {
      invalid(
          "source \""
              + open.getSource()
              + "\", feeder \""
              + open.getFeeder()
              + "\" (expected 1..64 of [A-Za-z0-9._-] each)");
      return;
    }
    if (!caller.mayFeedAs(open.getSource())) {
      end(
          caller.refuse(
              "feed as source " + open.getSource(), "a certificate that names this source"));
      return;
    }
    if (open.getEpoch() < 1) {
      invalid("epoch " + open.getEpoch() + " (expected 1..9223372036854775807)");
      return;
    }
    synchronized (this) {
      if (state != State.NEW) {
        return;
      }
      state = State.OPENING;
    }
    var unused =
        proposals
            .propose(
                Command.newBuilder()
                    .setLevel(Entry.LEVEL)
                    .setOpenSession(
                        OpenSession.newBuilder()
                            .setSource(open.getSource())
                            .setFeeder(open.getFeeder())
                            .setEpoch(open.getEpoch()))
                    .build())
            .whenComplete((result, error) -> opened(open, result, error));
  }

  private void opened(Open open, @Nullable Result result, @Nullable Throwable error) {
    if (error != null) {
      end(GrpcErrors.of(error));
    } else if (result == null || !result.hasOpen()) {
      end(
          result != null && result.hasRefusal()
              ? GrpcErrors.of(result.getRefusal())
              : Status.INTERNAL.withDescription("a result that answers no opening"));
    } else {
      synchronized (this) {
        if (state != State.OPENING) {
          return;
        }
        state = State.OPEN;
        lane = new Lane(open.getSource(), open.getFeeder(), result.getOpen().getSession(), this);
        nextSequence = result.getOpen().getLastSequence() + 1;
        feeder.onNext(
            FeedResponse.newBuilder()
                .setOpened(
                    Opened.newBuilder()
                        .setSession(result.getOpen().getSession())
                        .setLastSequence(result.getOpen().getLastSequence())
                        .setIncarnation(result.getOpen().getIncarnation())
                        .setSyncOpen(result.getOpen().getSyncOpen())
                        .setRevision(result.getRevision()))
                .build());
        completeIfDone();
      }
      LOG.info(
          "event=feed-opened source={} feeder={} epoch={} session={} last_sequence={}",
          open.getSource(),
          open.getFeeder(),
          open.getEpoch(),
          result.getOpen().getSession(),
          result.getOpen().getLastSequence());
      ask();
    }
  }

  private void batch(Batch batch) {
    int count = batch.getItemsCount();
    int bytes = batch.getSerializedSize();
    int bytesMax = count == 1 ? FeedLimits.BATCH_OF_ONE_BYTES_MAX : FeedLimits.BATCH_BYTES_MAX;
    if (count < 1 || count > FeedLimits.BATCH_ITEMS_MAX) {
      invalid("a batch of " + count + " items (expected 1.." + FeedLimits.BATCH_ITEMS_MAX + ")");
      return;
    }
    if (bytes > bytesMax) {
      invalid(
          "a batch of "
              + count
              + " items and "
              + bytes
              + " octets (expected at most "
              + bytesMax
              + ")");
      return;
    }
    long first = batch.getFirstSequence();
    if (first < 1 || first > Long.MAX_VALUE - count) {
      invalid("a first_sequence of " + Long.toUnsignedString(first) + " (expected at least 1)");
      return;
    }
    MappedBatch mapped = MappedBatch.map(batch);
    long expected;
    synchronized (this) {
      Lane into = lane;
      if (state != State.OPEN || into == null) {
        return;
      }
      expected = nextSequence;
      if (first <= expected) {
        nextSequence = Math.max(expected, first + count);
        pending.add(new PendingBatch(first, count, bytes, mapped));
        pendingBytes += bytes;
        budget.take(bytes);
        gatherer.add(into, mapped.pieces());
      }
    }
    if (first > expected) {
      end(
          Status.ABORTED.withDescription(
              "a gap: the batch begins with "
                  + first
                  + " (expected at most "
                  + expected
                  + "); open again and resend"));
      return;
    }
    gatherer.drain();
    ask();
  }

  @Override
  public void committed(Piece piece, Commit commit) {
    long released = 0;
    synchronized (this) {
      PendingBatch oldest = pending.peek();
      if (state != State.OPEN || oldest == null) {
        return;
      }
      if (oldest.committed(piece, commit)) {
        pending.remove();
        pendingBytes -= oldest.bytes();
        released = oldest.bytes();
        oldest.count(metrics);
        feeder.onNext(FeedResponse.newBuilder().setAck(oldest.ack()).build());
        completeIfDone();
      }
    }
    if (released > 0) {
      budget.give(released);
      ask();
    }
  }

  @Override
  public void failed(Status status) {
    end(status);
  }

  @Override
  public void onError(Throwable error) {
    end(Status.fromThrowable(error));
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    if (state == State.NEW) {
      end(Status.INVALID_ARGUMENT.withDescription("a stream without a request (expected OPEN)"));
    } else {
      completeIfDone();
    }
  }

  @GuardedBy("this") private void completeIfDone() {
    if (halfClosed && state == State.OPEN && pending.isEmpty()) {
      end(Status.OK);
    }
  }

  /** Ends the stream with that status; only the first call counts. */
  void end(Status status) {
    Lane ended;
    long released;
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      state = State.ENDED;
      ended = lane;
      released = pendingBytes;
      pending.clear();
      pendingBytes = 0;
      if (status.isOk()) {
        feeder.onCompleted();
      } else if (!feeder.isCancelled()) {
        feeder.onError(status.asRuntimeException());
      }
    }
    if (ended != null) {
      gatherer.abandon(ended);
      LOG.info(
          "event=feed-ended source={} feeder={} session={} status={} reason=\"{}\"",
          ended.source(),
          ended.feeder(),
          ended.session(),
          status.getCode(),
          status.isOk() ? "it was finished" : status.getDescription());
    }
    if (released > 0) {
      budget.give(released);
    }
    metrics.sessionClosed();
    onEnd.accept(this);
  }
}
