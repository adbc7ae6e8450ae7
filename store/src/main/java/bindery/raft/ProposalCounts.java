package bindery.raft;

import bindery.model.Timings;
import java.util.concurrent.atomic.LongAdder;

/** What became of a node's proposals. Any thread. */
final class ProposalCounts {
  private final Timings commits = new Timings();
  private final LongAdder failed = new LongAdder();

  void committed(Proposal proposal) {
    commits.add(proposal.ageNanos());
  }

  /** Counts and fails it. */
  void fail(Proposal proposal, ProposalException failure) {
    failed.increment();
    proposal.result().completeExceptionally(failure);
  }

  /** How long those took that were committed, until what came of them was known here. */
  Timings commits() {
    return commits;
  }

  /** How many failed, or nobody knows what came of them. */
  long failed() {
    return failed.sum();
  }
}
