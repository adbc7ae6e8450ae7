package bindery.raft;

import bindery.log.v1.Barrier;
import bindery.log.v1.Command;
import bindery.log.v1.Result;
import bindery.store.ReadPoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The read barriers of this node: an empty entry through the log, and the wait until it is applied
 * here. At most one is in flight; whoever comes meanwhile shares the next one, since the one in
 * flight may have been sent before something was acknowledged that the newcomer must see.
 *
 * <p>Waiting costs no thread. Any thread.
 */
final class Barriers {
  private static final Command BARRIER =
      Command.newBuilder().setLevel(1).setBarrier(Barrier.getDefaultInstance()).build();

  private final Proposals proposals;
  private final AppliedWaits waits;
  private final Duration patience;
  private final Executor answers;

  private @Nullable CompletableFuture<ReadPoint> next;
  private boolean inFlight;
  private volatile @Nullable ReadPoint last;

  /**
   * Of a replica.
   *
   * @param patience how long whoever asks waits at most
   * @param answers runs whoever waits
   */
  Barriers(Proposals proposals, AppliedWaits waits, Duration patience, Executor answers) {
    this.proposals = proposals;
    this.waits = waits;
    this.patience = patience;
    this.answers = answers;
  }

  /** As {@link Replica#barrier}. */
  CompletableFuture<ReadPoint> ask() {
    CompletableFuture<ReadPoint> shared;
    synchronized (this) {
      if (next == null) {
        next = new CompletableFuture<>();
      }
      shared = next;
    }
    sendNext();
    CompletableFuture<ReadPoint> answer = new CompletableFuture<>();
    var unused =
        shared
            .copy()
            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .whenCompleteAsync(
                (point, failure) -> {
                  if (failure != null) {
                    answer.completeExceptionally(asProposal(failure));
                  } else {
                    answer.complete(point);
                  }
                },
                answers);
    return answer;
  }

  private ProposalException asProposal(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ProposalException known) {
      return known;
    }
    if (cause instanceof TimeoutException) {
      return new ProposalException(
          ProposalException.Kind.NO_LEADER,
          "no majority answered a read barrier within " + patience.toMillis() + " ms");
    }
    return new ProposalException(
        ProposalException.Kind.NO_LEADER, "the read barrier failed: " + cause, cause);
  }

  private void sendNext() {
    CompletableFuture<ReadPoint> round;
    synchronized (this) {
      if (inFlight || next == null) {
        return;
      }
      round = next;
      next = null;
      inFlight = true;
    }
    long sentNanos = System.nanoTime();
    var unused =
        proposals
            .proposeOwn(BARRIER, patience)
            .thenCompose(this::awaitApplied)
            .whenCompleteAsync(
                (result, failure) -> {
                  synchronized (this) {
                    inFlight = false;
                  }
                  sendNext();
                  if (failure != null) {
                    round.completeExceptionally(failure);
                  } else {
                    ReadPoint point =
                        new ReadPoint(
                            result.getRevision(), result.getClusterTimeMillis(), sentNanos);
                    last = point;
                    round.complete(point);
                  }
                },
                answers);
  }

  private CompletableFuture<Result> awaitApplied(Result result) {
    long index = result.getRevision();
    CompletableFuture<Void> applied = waits.await(index);
    return applied
        .thenApply(unused -> result)
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> waits.forget(index, applied));
  }

  /** What the last barrier that succeeded proved; null if none did yet. */
  @Nullable ReadPoint last() {
    return last;
  }
}
