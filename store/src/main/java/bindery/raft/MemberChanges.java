package bindery.raft;

import bindery.peer.v1.HelloRequest;
import bindery.peer.v1.ReconfigureReply;
import bindery.peer.v1.ReconfigureReply.Outcome;
import bindery.peer.v1.ReconfigureRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Takes changes of members to whoever leads. Any thread; blocks none. */
final class MemberChanges {
  // The leader's own bound, and the way there and back.
  private static final Duration PATIENCE = Duration.ofMinutes(Membership.CHANGE_MINUTES_MAX + 1);

  // Longer than an election takes.
  private static final Duration LEADER_PATIENCE = Duration.ofSeconds(10);
  private static final Duration HELLO_MAX = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Engine engine;
  private final Peers peers;
  private final Admission admission;
  private final Membership membership;

  MemberChanges(Engine engine, Peers peers, Admission admission, Membership membership) {
    this.engine = engine;
    this.peers = peers;
    this.admission = admission;
    this.membership = membership;
  }

  /** As {@link Replica#change}. */
  CompletableFuture<Void> ask(MemberChange change) {
    ReconfigureRequest request = change.request().setIdentity(admission.identity()).build();
    return attempt(request, System.nanoTime() + LEADER_PATIENCE.toNanos())
        .thenCompose(MemberChanges::outcome);
  }

  private CompletableFuture<ReconfigureReply> attempt(ReconfigureRequest request, long endNanos) {
    return atLeader(request)
        .thenCompose(
            reply ->
                reply.getOutcome() == Outcome.NOT_LEADER && System.nanoTime() - endNanos < 0
                    ? later(() -> attempt(request, endNanos))
                    : CompletableFuture.completedFuture(reply));
  }

  private static CompletableFuture<ReconfigureReply> later(
      Supplier<CompletableFuture<ReconfigureReply>> attempt) {
    return CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS))
        .thenCompose(unused -> attempt.get());
  }

  private CompletableFuture<ReconfigureReply> atLeader(ReconfigureRequest request) {
    if (engine.isLeader()) {
      return membership.perform(request);
    }
    Optional<PeerClient> leader = engine.leader().flatMap(peers::client);
    return leader.isEmpty()
        ? nobody("no leader: have a majority of the members up and connected")
        : send(request, leader.get());
  }

  // One that died a moment ago still counts as leader here, and of what is sent to it nobody can
  // say
  // what came: so it has to speak first.
  private CompletableFuture<ReconfigureReply> send(ReconfigureRequest request, PeerClient leader) {
    HelloRequest hello = HelloRequest.newBuilder().setIdentity(request.getIdentity()).build();
    return leader
        .hello(hello, HELLO_MAX)
        .handle((answer, failure) -> failure == null)
        .thenCompose(
            isThere ->
                isThere
                    ? leader.reconfigure(request, PATIENCE).handle(MemberChanges::told)
                    : nobody("the leader does not answer, and no other is elected yet"));
  }

  private static CompletableFuture<ReconfigureReply> nobody(String why) {
    return CompletableFuture.completedFuture(Membership.reply(Outcome.NOT_LEADER, why));
  }

  private static ReconfigureReply told(ReconfigureReply reply, Throwable failure) {
    return failure == null
        ? reply
        : Membership.reply(Outcome.UNKNOWN, "no answer of the leader: " + failure.getMessage());
  }

  private static CompletableFuture<Void> outcome(ReconfigureReply reply) {
    return switch (reply.getOutcome()) {
      case DONE -> CompletableFuture.completedFuture(null);
      case NOT_LEADER -> failed(ProposalException.Kind.NO_LEADER, reply);
      case REFUSED -> failed(ProposalException.Kind.REFUSED, reply);
      case UNKNOWN, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
          failed(ProposalException.Kind.INDETERMINATE, reply);
    };
  }

  private static CompletableFuture<Void> failed(
      ProposalException.Kind kind, ReconfigureReply reply) {
    return CompletableFuture.failedFuture(new ProposalException(kind, reply.getMessage()));
  }
}
