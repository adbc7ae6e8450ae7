package bindery.leasequery;

import bindery.model.FutureFailure;
import bindery.query.Answer;
import bindery.store.ReadPoint;
import bindery.wire.Status;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mover of one answer from the store to the socket: a scan thread fills page after page and
 * hands each to the event loop, which writes it. It stops when an answer holds as many pages as it
 * may ({@value LeasequeryLimits#PAGES_PER_ANSWER}), or another step waits for the thread, and goes
 * on when the socket has taken a page: so no page waits for two threads to take turns.
 *
 * <p>All methods belong to the connection's event loop, save {@link #step}, which runs on a scan
 * thread and never twice at once. The answer, and with it the snapshot of the store, is touched and
 * released by {@link #step} alone, whatever ends the answer. A query whose connection is gone
 * before it is admitted ends when its admission does, which the barrier time-out bounds.
 */
// The promise of a write has its listener.
@SuppressWarnings("FutureReturnValueIgnored")
final class AnswerPump {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerPump.class);

  // After which a step that found no room among the scan threads is tried again.
  private static final long AGAIN_MILLIS = 10;

  /** Who asked for the pump; called on the event loop. */
  interface Owner {
    /** The answer is over and its snapshot released; called once. */
    void ended(AnswerPump pump, boolean closesConnection);

    /** The socket took no more: the connection is beyond use. */
    void broken(Throwable cause);
  }

  private enum Phase {
    /** The read barrier is asked. */
    ADMITTING,
    /** Pages are filled and written. */
    ANSWERING,
    /** Over. */
    ENDED
  }

  private final int transactionId;
  private final int queryType;
  private final AnswerOpening opening;
  private final QueryAudit audit;
  private final ScanThreads scans;
  private final LeasequeryStats stats;
  private final Channel channel;
  private final EventLoop loop;
  private final Owner owner;
  private final AnswerMeter meter = new AnswerMeter();

  private Phase phase = Phase.ADMITTING;
  // Whether a step is on its way to a scan thread, there, or on its way back.
  private boolean isStepping;
  // Pages that the channel has and the socket has not taken whole, and the octets of all it got.
  private int writing;
  private long handed;
  // Whether the last page is filled and the answer let go of.
  private boolean isFilled;
  private Outcome outcome = Outcome.CUT_OFF;

  // Handed over with the step, which the executor and the loop order before and after.
  private @Nullable ReadPoint point;
  private @Nullable Answer answer;
  private boolean isSnapshotCounted;
  private boolean hasFailed;

  // Set on the loop, read by a step that may be running.
  private volatile @Nullable String endReason;
  private volatile boolean isAbandoned;

  // Pages that are filled and not written: more on a scan thread, fewer on the loop.
  private final AtomicInteger held = new AtomicInteger();

  /**
   * A pump that has not begun.
   *
   * @param transactionId the query's
   * @param queryType as it was sent, or 0 if it is not known; for the counters
   * @param audit told at the end
   */
  AnswerPump(
      int transactionId,
      int queryType,
      AnswerOpening opening,
      QueryAudit audit,
      ScanThreads scans,
      LeasequeryStats stats,
      Channel channel,
      Owner owner) {
    this.transactionId = transactionId;
    this.queryType = queryType;
    this.opening = opening;
    this.audit = audit;
    this.scans = scans;
    this.stats = stats;
    this.channel = channel;
    this.loop = channel.eventLoop();
    this.owner = owner;
  }

  /** The transaction-id of the query. */
  int transactionId() {
    return transactionId;
  }

  /** Begins with what is refused as it stands, and needs no read point. */
  void start() {
    stats.answerBegun(this);
    submit();
  }

  /** Begins with a query: once it is admitted, or refused a read point. */
  void start(CompletionStage<ReadPoint> admission) {
    stats.answerBegun(this);
    admission.whenComplete((admitted, failure) -> loop.execute(() -> admitted(admitted, failure)));
  }

  private void admitted(@Nullable ReadPoint admitted, @Nullable Throwable failure) {
    if (phase != Phase.ADMITTING) {
      return;
    }
    if (isAbandoned) {
      end();
      return;
    }
    if (failure != null) {
      endReason = String.valueOf(FutureFailure.cause(failure).getMessage());
    }
    point = admitted;
    submit();
  }

  /**
   * Ends the answer with QueryTerminated behind what is filled of it; at once if it is abandoned
   * and still to be admitted.
   *
   * @return whether it is by this call that it ends
   */
  @CanIgnoreReturnValue
  boolean terminate(String reason) {
    if (isAbandoned && phase == Phase.ADMITTING) {
      end();
    }
    if (phase == Phase.ENDED || endReason != null || isFilled) {
      return false;
    }
    endReason = reason;
    if (!isStepping) {
      submit();
    }
    return true;
  }

  /** Ends the answer without another octet: the connection is gone. */
  void abandon() {
    isAbandoned = true;
    if (phase == Phase.ANSWERING && !isStepping) {
      submit();
    }
  }

  /** How long the answer has taken. */
  long ageNanos(long now) {
    return meter.ageNanos(now);
  }

  /** How far it is. Any thread. */
  AnswerProgress progress() {
    return meter.progress(audit);
  }

  /** Whether it is the requestor, not the store, that is waited for. */
  boolean isWithRequestor() {
    return writing > 0 && phase == Phase.ANSWERING;
  }

  /** Octets that the socket has taken. */
  long moved() {
    return meter.moved();
  }

  private void submit() {
    phase = Phase.ANSWERING;
    isStepping = true;
    try {
      scans.execute(this::step);
    } catch (RejectedExecutionException e) {
      refused();
    }
  }

  private void refused() {
    if (!scans.isClosed() && !loop.isShuttingDown()) {
      loop.schedule(this::submit, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    // The node has stopped and waits for nobody: the snapshot goes all the same.
    isAbandoned = true;
    step();
  }

  /** Fills pages while there is room for them and nobody else waits, or lets go of the answer. */
  private void step() {
    while (turn()) {
      // the next page follows at once
    }
  }

  /** Fills a page and hands it to the loop. Returns whether the next one is to follow at once. */
  private boolean turn() {
    ByteBuf page = null;
    boolean isOver = true;
    try {
      if (!isAbandoned) {
        page = fill();
        isOver = answer == null || answer.hasEnded();
      }
    } catch (RuntimeException | Error e) {
      isOver = true;
      hasFailed = true; // also if the answer made all of its pages: the last one is lost
      LOG.error("event=answer_failed xid={}", transactionId(), e);
    }
    if (isOver) {
      release();
    }
    int holds = page == null ? held.get() : held.incrementAndGet();
    ByteBuf filled = page;
    boolean isLast = isOver;
    boolean goesOn = !isOver && holds < LeasequeryLimits.PAGES_PER_ANSWER && scans.isIdle();
    try {
      loop.execute(() -> stepped(filled, isLast, goesOn));
    } catch (RejectedExecutionException e) {
      release();
      if (filled != null) {
        filled.release();
      }
      return false;
    }
    return goesOn;
  }

  private @Nullable ByteBuf fill() {
    Answer current = answer;
    if (current == null) {
      current = opening.open(point, endReason);
      answer = current;
      isSnapshotCounted = current.isPinned();
      if (isSnapshotCounted) {
        stats.snapshotPinned();
      }
    }
    byte[] page = scans.page();
    String reason = endReason;
    long before = current.bindings();
    int size = reason == null ? current.fill(page) : current.terminate(page, reason);
    stats.countPage(current.bindings() - before, size);
    meter.filled(current);
    return size == 0 ? null : channel.alloc().directBuffer(size, size).writeBytes(page, 0, size);
  }

  private void release() {
    Answer current = answer;
    try {
      if (current != null) {
        current.close();
      }
    } catch (RuntimeException | Error e) {
      // The slot and the share of this query are given back all the same.
      LOG.error("event=answer_unreleased xid={}", transactionId(), e);
    }
    if (isSnapshotCounted) {
      isSnapshotCounted = false;
      stats.snapshotReleased();
    }
  }

  private void stepped(@Nullable ByteBuf page, boolean isLast, boolean goesOn) {
    isStepping = goesOn;
    isFilled = isLast;
    if (isAbandoned) {
      if (page != null) {
        page.release();
      }
      if (isLast) {
        end();
      } else if (!goesOn) {
        submit();
      }
      return;
    }
    // First, so that the next page is filled while this one is written.
    resume();
    if (page != null) {
      write(page);
    } else if (isLast && writing == 0) {
      end();
    }
  }

  private void resume() {
    if (!isStepping && !isFilled && held.get() < LeasequeryLimits.PAGES_PER_ANSWER) {
      submit();
    }
  }

  private void write(ByteBuf page) {
    int size = page.readableBytes();
    long movedBefore = handed;
    handed += size;
    writing++;
    stats.outputChanged(size);
    ChannelProgressivePromise promise = channel.newProgressivePromise();
    promise.addListener(
        new ChannelProgressiveFutureListener() {
          @Override
          public void operationProgressed(
              ChannelProgressiveFuture future, long progress, long total) {
            moved(movedBefore + progress);
          }

          @Override
          public void operationComplete(ChannelProgressiveFuture future) {
            stats.outputChanged(-size);
            if (future.isSuccess()) {
              moved(movedBefore + size); // TLS tells of no progress
            }
            written(future);
          }
        });
    channel.writeAndFlush(page, promise);
  }

  private void moved(long octets) {
    if (meter.moved(octets)) {
      stats.firstOctetAfter(ageNanos(System.nanoTime()));
    }
  }

  private void written(ChannelFuture future) {
    writing--;
    held.decrementAndGet();
    if (phase == Phase.ENDED || isAbandoned) {
      return;
    }
    Throwable cause = future.cause();
    if (cause != null) {
      owner.broken(cause);
    } else if (isFilled && writing == 0) {
      end();
    } else {
      resume();
    }
  }

  /** How the answer ended; CUT_OFF until it has. */
  Outcome outcome() {
    return outcome;
  }

  private void end() {
    phase = Phase.ENDED;
    Answer ended = answer;
    outcome =
        isAbandoned || hasFailed || ended == null ? Outcome.CUT_OFF : Outcome.of(ended.result());
    stats.queries().add(queryType, outcome);
    long took = ageNanos(System.nanoTime());
    stats.answerEnded(this, outcome, took);
    audit.ended(
        ended == null ? -1 : ended.revision(),
        ended == null ? 0 : ended.bindings(),
        meter.moved(),
        took,
        outcome,
        ended == null ? Status.SUCCESS : ended.status());
    owner.ended(this, hasFailed || ended == null || ended.closesConnection());
  }
}
