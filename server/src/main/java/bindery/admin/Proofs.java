package bindery.admin;

import bindery.log.v1.Link;
import bindery.model.DaemonThreads;
import bindery.raft.Replica;
import bindery.store.BindingCursor;
import bindery.store.ReadPoint;
import bindery.store.Selector;
import bindery.store.StoreView;
import bindery.v1.ProveResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The proofs that a node commits and reads, for whoever asks: an entry of its own goes through the
 * Raft log, which takes the disks of a majority, this node applies it, and reads a row as of then.
 *
 * <p>One at a time, on a thread of its own, within the barrier time-out; {@value #WAITING_MAX} may
 * wait, further ones are refused.
 */
final class Proofs implements AutoCloseable {
  static final int WAITING_MAX = 16;
  private static final int NO_LINK = 0;

  private final Replica replica;
  private final NodeFacts facts;
  private final ThreadPoolExecutor thread;

  Proofs(Replica replica, NodeFacts facts) {
    this.replica = replica;
    this.facts = facts;
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            new DaemonThreads("proof"));
  }

  /** Answers the call, with the fault where it cannot be proved. Does not block. */
  void prove(StreamObserver<ProveResponse> response) {
    try {
      thread.execute(
          () -> {
            response.onNext(proof());
            response.onCompleted();
          });
    } catch (RejectedExecutionException e) {
      response.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription(
                  "node "
                      + facts.node()
                      + (thread.isShutdown()
                          ? " is stopping"
                          : " proves its health to " + WAITING_MAX + " others; ask again"))
              .asRuntimeException());
    }
  }

  private ProveResponse proof() {
    ProveResponse.Builder proof = ProveResponse.newBuilder().setNode(facts.node());
    try {
      facts.readiness().checks().forEach(check -> proof.addChecks(check.status()));
      replica.status().members().forEach(member -> proof.addMembers(member.member().name()));
      long begun = System.nanoTime();
      ReadPoint point =
          replica.loggedBarrier().join(); // fails by itself within the barrier time-out
      long committed = System.nanoTime();
      read(point);
      proof
          .setRevision(point.revision())
          .setCommitMicros(micros(committed - begun))
          .setReadMicros(micros(System.nanoTime() - committed));
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      proof.setFault("cannot commit: " + cause.getMessage());
    } catch (RuntimeException e) {
      proof.setFault("cannot read: " + e.getMessage());
    }
    return proof.build();
  }

  private void read(ReadPoint point) {
    try (StoreView view = replica.store().view()) {
      if (view.revision() < point.revision()) {
        throw new IllegalStateException(
            "the rows are of revision "
                + view.revision()
                + " (expected "
                + point.revision()
                + " or later)");
      }
      List<Integer> links = new ArrayList<>(List.of(NO_LINK));
      for (Link link : view.topology().links()) {
        links.add(link.getId());
      }
      try (BindingCursor first = view.scan(new Selector.ByLink(links), false, 0)) {
        var unused = first.next();
      }
    }
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
