package bindery.feed;

import bindery.feed.Piece.Commit;
import bindery.log.v1.Command;
import bindery.log.v1.OpenResult;
import bindery.log.v1.OpenSession;
import bindery.log.v1.Result;
import bindery.v1.Ack;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a feeder: Open, then batches, each acknowledged once it is committed.
 *
 * <p>The next message is asked for only while fewer than {@link #BYTES_MAX} octets of this stream,
 * and fewer than the node's budget of all streams, wait for their commit: a faster feeder is held
 * up by HTTP/2. Called by gRPC, one call at a time, and by the gatherer's thread.
 */
final class FeedSession implements StreamObserver<FeedRequest>, Lane.Receiver {
  /** The most items of a batch. */
  static final int BATCH_ITEMS_MAX = 1_000;

  /** The most octets of a batch, encoded, unless it is of one item. */
  static final int BATCH_BYTES_MAX = 128 << 10;

  /** Octets of a stream that may wait for their commit; passed by at most one batch. */
  static final int BYTES_MAX = 2 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(FeedSession.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Proposals proposals;
  private final EntryGatherer gatherer;
  private final ByteBudget budget;
  private final FeedMetrics metrics;
  private final ServerCallStreamObserver<FeedResponse> response;

  @GuardedBy("this") private final Deque<PendingBatch> pending = new ArrayDeque<>();

  @GuardedBy("this") private @Nullable Lane lane;

  @GuardedBy("this") private boolean opening;

  @GuardedBy("this") private boolean asked;

  @GuardedBy("this") private boolean inputEnded;

  @GuardedBy("this") private boolean over;

  @GuardedBy("this") private long expected;

  @GuardedBy("this") private long bytes;

  FeedSession(
      Proposals proposals,
      EntryGatherer gatherer,
      ByteBudget budget,
      FeedMetrics metrics,
      ServerCallStreamObserver<FeedResponse> response) {
    this.proposals = proposals;
    this.gatherer = gatherer;
    this.budget = budget;
    this.metrics = metrics;
    this.response = response;
  }

  /** Takes over the stream; called before gRPC delivers anything. */
  void start() {
    metrics.sessionOpened();
    response.disableAutoRequest();
    response.setOnCancelHandler(this::cancelled);
    response.setOnCloseHandler(() -> {});
    askMore();
  }

  @Override
  public void onNext(FeedRequest request) {
    synchronized (this) {
      asked = false;
      if (over) {
        return;
      }
    }
    switch (request.getKindCase()) {
      case OPEN -> open(request.getOpen());
      case BATCH -> take(request.getBatch());
      case KIND_NOT_SET -> fail(invalid("a request of no kind (expected an Open, then batches)"));
    }
  }

  private void open(Open open) {
    String fault = fault(open);
    synchronized (this) {
      if (opening) {
        fault = "a second Open on one stream (expected one; open another stream)";
      }
      opening = true;
    }
    if (fault != null) {
      fail(invalid(fault));
      return;
    }
    Command command =
        Command.newBuilder()
            .setLevel(1)
            .setOpenSession(
                OpenSession.newBuilder()
                    .setSource(open.getSource())
                    .setFeeder(open.getFeeder())
                    .setEpoch(open.getEpoch()))
            .build();
    var unused =
        proposals.propose(command).whenComplete((result, failure) -> opened(open, result, failure));
  }

  private static @Nullable String fault(Open open) {
    if (!NAME.matcher(open.getSource()).matches()) {
      return "source \"" + open.getSource() + "\" (expected 1..64 of A-Z a-z 0-9 . _ -)";
    }
    if (!NAME.matcher(open.getFeeder()).matches()) {
      return "feeder \"" + open.getFeeder() + "\" (expected 1..64 of A-Z a-z 0-9 . _ -)";
    }
    return open.getEpoch() < 1
        ? "epoch " + Long.toUnsignedString(open.getEpoch()) + " (expected at least 1)"
        : null;
  }

  private void opened(Open open, @Nullable Result result, @Nullable Throwable failure) {
    if (result == null) {
      fail(GrpcErrors.of(failure == null ? new IllegalStateException("no result") : failure));
      return;
    }
    if (result.hasRefusal()) {
      fail(GrpcErrors.of(result.getRefusal()));
      return;
    }
    OpenResult held = result.getOpen();
    synchronized (this) {
      if (over) {
        return;
      }
      lane = new Lane(open.getSource(), open.getFeeder(), held.getSession(), this);
      expected = held.getLastSequence() + 1;
      response.onNext(
          FeedResponse.newBuilder()
              .setOpened(
                  Opened.newBuilder()
                      .setSession(held.getSession())
                      .setLastSequence(held.getLastSequence())
                      .setIncarnation(held.getIncarnation())
                      .setSyncOpen(held.getSyncOpen())
                      .setRevision(result.getRevision()))
              .build());
    }
    LOG.info(
        "event=feed_opened source={} feeder={} epoch={} session={} last_sequence={}",
        open.getSource(),
        open.getFeeder(),
        open.getEpoch(),
        held.getSession(),
        held.getLastSequence());
    askMore();
    endIfDone();
  }

  private void take(Batch batch) {
    PendingBatch taken;
    Lane open;
    synchronized (this) {
      open = lane;
      Status fault =
          open == null ? invalid("a batch before Opened (expected an Open)") : check(batch);
      if (fault != null || open == null) {
        fail(fault == null ? Status.INTERNAL : fault);
        return;
      }
      taken = new PendingBatch(batch);
      pending.add(taken);
      expected = Math.max(expected, taken.lastSequence() + 1);
      bytes += taken.bytes();
    }
    budget.take(taken.bytes());
    taken.pieces().forEach(piece -> gatherer.add(open, piece));
    askMore();
  }

  @GuardedBy("this") private @Nullable Status check(Batch batch) {
    int items = batch.getItemsCount();
    if (batch.getFirstSequence() < 1) {
      return invalid("a batch from sequence 0 (expected 1 or above)");
    }
    if (items < 1 || items > BATCH_ITEMS_MAX) {
      return invalid("a batch of " + items + " items (expected 1.." + BATCH_ITEMS_MAX + ")");
    }
    int size = batch.getSerializedSize();
    if (size > BATCH_BYTES_MAX && items > 1) {
      return invalid(
          "a batch of "
              + size
              + " octets in "
              + items
              + " items (expected at most "
              + BATCH_BYTES_MAX
              + ", or one item)");
    }
    return batch.getFirstSequence() > expected
        ? Status.ABORTED.withDescription(
            "a batch begins at "
                + batch.getFirstSequence()
                + " (expected at most "
                + expected
                + ")")
        : null;
  }

  private static Status invalid(String what) {
    return Status.INVALID_ARGUMENT.withDescription(what);
  }

  private void askMore() {
    synchronized (this) {
      if (over || asked || inputEnded || bytes >= BYTES_MAX || (opening && lane == null)) {
        return;
      }
      asked = true;
    }
    if (budget.admits(this::askGranted)) {
      response.request(1);
    }
  }

  /** There is room in the budget of all streams again. */
  private void askGranted() {
    synchronized (this) {
      asked = false;
    }
    askMore();
  }

  @Override
  public void committed(Piece piece, Commit commit) {
    PendingBatch done;
    synchronized (this) {
      PendingBatch first = pending.element();
      if (!first.commit(piece, commit)) {
        return;
      }
      done = pending.remove();
      bytes -= done.bytes();
      if (!over) {
        Ack ack = done.ack();
        metrics.acknowledged(
            done.pieces().stream().mapToLong(p -> p.items().size()).sum(), ack.getResultsList());
        response.onNext(FeedResponse.newBuilder().setAck(ack).build());
      }
    }
    budget.give(done.bytes());
    askMore();
    endIfDone();
  }

  @Override
  public void failed(Status status) {
    fail(status);
  }

  private void fail(Status status) {
    synchronized (this) {
      if (over) {
        return;
      }
      end();
      response.onError(status.asRuntimeException());
    }
    LOG.warn("event=feed_ended status={} reason=\"{}\"", status.getCode(), status.getDescription());
    giveBack();
  }

  private void endIfDone() {
    synchronized (this) {
      if (over || !inputEnded || !pending.isEmpty() || (opening && lane == null)) {
        return;
      }
      end();
      response.onCompleted();
    }
    giveBack();
  }

  private void cancelled() {
    synchronized (this) {
      if (over) {
        return;
      }
      end();
    }
    giveBack();
  }

  @GuardedBy("this") private void end() {
    over = true;
    metrics.sessionClosed();
    if (lane != null) {
      gatherer.abandon(lane);
    }
  }

  /** Lets go of what still waits: nobody will be told of it. */
  private void giveBack() {
    long held = 0;
    synchronized (this) {
      for (PendingBatch batch : pending) {
        held += batch.bytes();
      }
      pending.clear();
      bytes = 0;
    }
    budget.give(held);
  }

  @Override
  public void onError(Throwable failure) {
    cancelled();
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      inputEnded = true;
    }
    endIfDone();
  }
}
