package bindery.raft;

import bindery.store.ReadPoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rounds of read barriers of one kind, at most one in flight: whoever comes meanwhile shares the
 * next one, since the one in flight may have been sent before something was acknowledged that the
 * newcomer must see.
 *
 * <p>Waiting costs no thread. Any thread.
 */
final class SharedRounds {
  private final Supplier<CompletableFuture<ReadPoint>> round;
  private final Duration patience;
  private final Executor answers;

  private @Nullable CompletableFuture<ReadPoint> next;
  private boolean inFlight;
  private volatile @Nullable ReadPoint last;

  /**
   * Of a replica.
   *
   * @param round sends one; given up after {@code patience}, when all who share it have
   * @param patience how long whoever asks waits at most, in the one before and in its own
   * @param answers runs whoever waits
   */
  SharedRounds(Supplier<CompletableFuture<ReadPoint>> round, Duration patience, Executor answers) {
    this.round = round;
    this.patience = patience;
    this.answers = answers;
  }

  /** As {@link Replica#barrier}, but fails with whatever the round did, or a time-out. */
  CompletableFuture<ReadPoint> ask() {
    CompletableFuture<ReadPoint> shared;
    synchronized (this) {
      if (next == null) {
        next = new CompletableFuture<>();
      }
      shared = next;
    }
    sendNext();
    return shared.copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sendNext() {
    CompletableFuture<ReadPoint> shared;
    synchronized (this) {
      if (inFlight || next == null) {
        return;
      }
      shared = next;
      next = null;
      inFlight = true;
    }
    var unused =
        begin()
            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .whenCompleteAsync((point, failure) -> ended(shared, point, failure), answers);
  }

  private CompletableFuture<ReadPoint> begin() {
    try {
      return round.get();
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e); // else no further round would be sent
    }
  }

  private void ended(
      CompletableFuture<ReadPoint> shared, @Nullable ReadPoint point, @Nullable Throwable failure) {
    synchronized (this) {
      inFlight = false;
      last = point == null ? last : point;
    }
    if (failure != null) {
      shared.completeExceptionally(failure);
    } else {
      shared.complete(point);
    }
    sendNext();
  }

  /** What the last round that succeeded proved; null if none did yet. */
  @Nullable ReadPoint last() {
    return last;
  }
}
