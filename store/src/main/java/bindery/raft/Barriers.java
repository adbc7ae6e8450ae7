package bindery.raft;

import bindery.log.v1.Barrier;
import bindery.log.v1.Command;
import bindery.model.FutureFailure;
import bindery.peer.v1.ReadIndexReply;
import bindery.store.ReadPoint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The read barriers of this node, of two kinds, each shared by whoever asks while one is in flight.
 *
 * <p>The plain one asks for the {@link ReadIndex} and waits until that entry is applied here: a
 * round trip to the leader, and nothing written. Where none can be had at once, it is a logged one.
 *
 * <p>The logged one is an empty entry through the log, and the wait until that is applied here. So
 * the time that it tells is in the log: whatever is applied later is of that time or a later one,
 * whoever leads then.
 *
 * <p>Any thread.
 */
final class Barriers {
  private static final Logger LOG = LoggerFactory.getLogger(Barriers.class);
  private static final Command BARRIER =
      Command.newBuilder().setLevel(1).setBarrier(Barrier.getDefaultInstance()).build();

  private final Proposals proposals;
  private final ReadIndex readIndex;
  private final AppliedWaits waits;
  private final Duration patience;
  private final Executor answers;
  private final SharedRounds plain;
  private final SharedRounds logged;

  /**
   * Of a replica.
   *
   * @param patience how long whoever asks waits at most
   * @param answers runs whoever waits
   */
  Barriers(
      Proposals proposals,
      ReadIndex readIndex,
      AppliedWaits waits,
      Duration patience,
      Executor answers) {
    this.proposals = proposals;
    this.readIndex = readIndex;
    this.waits = waits;
    this.patience = patience;
    this.answers = answers;
    plain = new SharedRounds(this::byIndex, patience, answers);
    logged = new SharedRounds(this::byLog, patience, answers);
  }

  /** As {@link Replica#barrier}. */
  CompletableFuture<ReadPoint> ask() {
    return told(plain.ask());
  }

  /** As {@link Replica#loggedBarrier}. */
  CompletableFuture<ReadPoint> askLogged() {
    return told(logged.ask());
  }

  private CompletableFuture<ReadPoint> told(CompletableFuture<ReadPoint> asked) {
    CompletableFuture<ReadPoint> answer = new CompletableFuture<>();
    var unused =
        asked.whenCompleteAsync(
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
    Throwable cause = FutureFailure.cause(failure);
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

  private CompletableFuture<ReadPoint> byIndex() {
    long sentNanos = System.nanoTime();
    return readIndex
        .ask()
        .thenApply(Optional::of)
        .exceptionally(
            failure -> {
              LOG.debug("event=read-index-failed {}", failure.toString());
              return Optional.empty();
            })
        .thenCompose(reply -> reply.isPresent() ? behind(reply.get(), sentNanos) : byLog());
  }

  private CompletableFuture<ReadPoint> behind(ReadIndexReply reply, long sentNanos) {
    long index = reply.getCommittedIndex();
    return awaitApplied(index, new ReadPoint(index, reply.getClusterTimeMillis(), sentNanos));
  }

  private CompletableFuture<ReadPoint> byLog() {
    long sentNanos = System.nanoTime();
    return proposals
        .proposeOwn(BARRIER, patience)
        .thenCompose(
            result ->
                awaitApplied(
                    result.getRevision(),
                    new ReadPoint(result.getRevision(), result.getClusterTimeMillis(), sentNanos)));
  }

  private CompletableFuture<ReadPoint> awaitApplied(long index, ReadPoint point) {
    CompletableFuture<Void> applied = waits.await(index);
    return applied
        .thenApply(unused -> point)
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> waits.forget(index, applied));
  }

  /** What the newest barrier that succeeded proved, of either kind; null if none did yet. */
  @Nullable ReadPoint last() {
    ReadPoint one = plain.last();
    ReadPoint other = logged.last();
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.sentNanos() - other.sentNanos() > 0 ? one : other;
  }
}
