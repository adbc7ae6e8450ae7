package bindery.query;

import bindery.model.FutureFailure;
import bindery.store.ReadPoint;
import bindery.store.StoreView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a query to a snapshot: a read barrier, or what the {@link ReadMode} allows in its
 * place while no majority can be had.
 *
 * <p>Age is counted from when the last successful barrier was <i>sent</i>: everything acknowledged
 * before that instant is in this node's rows, so the snapshot is never staler than its age says.
 *
 * <p>Any thread; nothing blocks.
 */
public final class ReadGate {
  private static final Logger LOG = LoggerFactory.getLogger(ReadGate.class);

  private static final long TOLD_NANOS = Duration.ofSeconds(1).toNanos();

  private final ReadBarrier barrier;
  private final ReadMode mode;
  private final Supplier<StoreView> views;
  private final Executor reads;
  private final LongSupplier nanos;
  private final LongSupplier wallMillis;
  private final AtomicReference<@Nullable ReadPoint> last = new AtomicReference<>();
  private final LongAdder stale = new LongAdder();
  private final AtomicLong toldNanos;

  /**
   * The gate of one node.
   *
   * @param views pins a snapshot of the store; the gate closes what it asks for
   * @param reads runs what reads the store, which whoever completes a barrier must not wait for
   * @param nanos the monotonic clock that {@link ReadPoint#sentNanos} is read from
   * @param wallMillis the wall clock, milliseconds since 1970; read only under {@link
   *     ReadMode#UNLIMITED} after a restart
   */
  public ReadGate(
      ReadBarrier barrier,
      ReadMode mode,
      Supplier<StoreView> views,
      Executor reads,
      LongSupplier nanos,
      LongSupplier wallMillis) {
    this.barrier = barrier;
    this.mode = mode;
    this.views = views;
    this.reads = reads;
    this.nanos = nanos;
    this.wallMillis = wallMillis;
    toldNanos = new AtomicLong(nanos.getAsLong() - TOLD_NANOS);
  }

  /**
   * Asks to read. A snapshot that is pinned after the stage completes may be answered from.
   *
   * @param isTimed whether the requestor is told the time of the snapshot, see {@link
   *     ReadBarrier#timedBarrier}
   * @return the read point that "now" is counted from; fails with a {@link ReadRefusedException}
   */
  public CompletionStage<ReadPoint> pass(boolean isTimed) {
    CompletionStage<ReadPoint> asked;
    try {
      asked = isTimed ? barrier.timedBarrier() : barrier.barrier();
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedStage(e);
    }
    return asked
        .handle(
            (point, failure) -> {
              if (failure != null) {
                return withoutBarrier(failure);
              }
              keep(point);
              return CompletableFuture.completedStage(point);
            })
        .thenCompose(next -> next);
  }

  /**
   * Sends a barrier of the gate's own if none succeeded within {@code age}, so that the age of a
   * read without one stays known on a node that nobody asks. Does nothing where there is none.
   */
  public void refresh(Duration age) {
    ReadPoint held = last.get();
    boolean isDue = held == null || nanos.getAsLong() - held.sentNanos() >= age.toNanos();
    if (mode.kind() != ReadMode.Kind.LINEARIZABLE && isDue) {
      barrier.barrier().thenAccept(this::keep);
    }
  }

  /** How many reads were let through without a barrier. */
  public long staleReads() {
    return stale.sum();
  }

  private void keep(ReadPoint point) {
    last.accumulateAndGet(
        point,
        (held, sent) ->
            held == null || (sent != null && sent.sentNanos() - held.sentNanos() > 0)
                ? sent
                : held);
  }

  private CompletionStage<ReadPoint> withoutBarrier(Throwable failure) {
    Throwable cause = FutureFailure.cause(failure);
    String reason = "no majority of the cluster answered: " + cause.getMessage();
    ReadPoint held = last.get();
    return switch (mode.kind()) {
      case LINEARIZABLE -> throw new ReadRefusedException(reason, cause);
      case BOUNDED -> CompletableFuture.completedStage(bounded(held, reason, cause));
      case UNLIMITED -> unlimited(held, reason);
    };
  }

  private ReadPoint bounded(@Nullable ReadPoint held, String reason, Throwable cause) {
    if (held == null) {
      throw new ReadRefusedException(
          reason + "; the age of the local snapshot is unknown since the start", cause);
    }
    long age = nanos.getAsLong() - held.sentNanos();
    if (age > mode.maxStaleness().toNanos()) {
      throw new ReadRefusedException(
          reason
              + "; the local snapshot is "
              + Duration.ofNanos(age).toSeconds()
              + " s old (at most "
              + mode.maxStaleness().toSeconds()
              + " s)",
          cause);
    }
    stale.increment();
    tell(Duration.ofNanos(age).toMillis() + " ms", reason);
    return held;
  }

  private CompletionStage<ReadPoint> unlimited(@Nullable ReadPoint held, String reason) {
    stale.increment();
    if (held != null) {
      long age = nanos.getAsLong() - held.sentNanos();
      tell(Duration.ofNanos(age).toMillis() + " ms", reason);
      return CompletableFuture.completedStage(held);
    }
    return CompletableFuture.supplyAsync(() -> ofUnknownAge(reason), reads);
  }

  private ReadPoint ofUnknownAge(String reason) {
    try (StoreView view = views.get()) {
      tell("unknown", reason);
      return new ReadPoint(
          view.revision(),
          Math.max(view.clusterTimeMillis(), wallMillis.getAsLong()),
          nanos.getAsLong());
    }
  }

  /** At most once a second, since requestors decide how often there is something to tell. */
  private void tell(String age, String reason) {
    long now = nanos.getAsLong();
    long told = toldNanos.get();
    if (now - told >= TOLD_NANOS && toldNanos.compareAndSet(told, now)) {
      LOG.warn("event=stale_read age=\"{}\" count={} reason=\"{}\"", age, stale.sum(), reason);
    }
  }
}
