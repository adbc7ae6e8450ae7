package bindery.raft;

import bindery.peer.v1.ReadIndexReply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What members answered to one question of a {@link ReadIndex}, and whether it proves the leader's
 * answer: a majority of the leader's voters, and of those before while voters are being changed,
 * knows no later term than the leader's. Any thread.
 */
final class ReadIndexProof {
  private final CompletableFuture<ReadIndexReply> outcome = new CompletableFuture<>();
  private final Map<String, ReadIndexReply> replies = new HashMap<>();
  private int awaited;

  /** Of a question that so many members are asked. */
  ReadIndexProof(int asked) {
    awaited = asked;
  }

  /** The leader's answer, proved; fails once all have answered or failed and it is not. */
  CompletableFuture<ReadIndexReply> outcome() {
    return outcome;
  }

  /** Takes the answer of a member that was given behind the question. */
  void hear(String member, ReadIndexReply reply) {
    Optional<ReadIndexReply> proved;
    boolean isOver;
    synchronized (this) {
      replies.put(member, reply);
      isOver = --awaited <= 0;
      proved = replies.values().stream().filter(this::isProved).findFirst();
    }
    if (proved.isPresent()) {
      outcome.complete(proved.get());
    } else if (isOver) {
      giveUp();
    }
  }

  /** Notes that a member will not answer. */
  void miss() {
    boolean isOver;
    synchronized (this) {
      isOver = --awaited <= 0;
    }
    if (isOver) {
      giveUp();
    }
  }

  private void giveUp() {
    outcome.completeExceptionally(
        new ProposalException(
            ProposalException.Kind.NO_LEADER, "no majority stands behind a leader's answer"));
  }

  private boolean isProved(ReadIndexReply leader) {
    return leader.getLeads()
        && isMajority(leader.getVotersList(), leader.getTerm())
        && (leader.getVotersBeforeCount() == 0
            || isMajority(leader.getVotersBeforeList(), leader.getTerm()));
  }

  private boolean isMajority(List<String> voters, long term) {
    long behind =
        voters.stream()
            .map(replies::get)
            .filter(reply -> reply != null && reply.getTerm() <= term)
            .count();
    return behind > voters.size() / 2;
  }
}
