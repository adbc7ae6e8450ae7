package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.peer.v1.ReadIndexReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What answers prove a read index, and which do not. */
final class ReadIndexProofTest {
  private static ReadIndexReply follower(long term) {
    return ReadIndexReply.newBuilder().setTerm(term).build();
  }

  private static ReadIndexReply leader(long term, String... voters) {
    return ReadIndexReply.newBuilder()
        .setTerm(term)
        .setLeads(true)
        .setCommittedIndex(term * 10)
        .addAllVoters(List.of(voters))
        .build();
  }

  private static ReadIndexReply changing(long term, List<String> before, List<String> after) {
    return leader(term, after.toArray(String[]::new)).toBuilder()
        .addAllVotersBefore(before)
        .build();
  }

  @Test
  void hear_leaderAndAskerOfThree_isProved() {
    ReadIndexProof proof = new ReadIndexProof(3);
    proof.hear("n2", follower(4));
    assertThat(proof.outcome()).isNotDone();
    proof.hear("n1", leader(4, "n1", "n2", "n3"));

    assertThat(proof.outcome().join().getCommittedIndex()).isEqualTo(40);
  }

  // A leader that was cut off answers for itself alone, however sure it is.
  @Test
  void hear_leaderAlone_provesNothing() {
    ReadIndexProof proof = new ReadIndexProof(3);
    proof.hear("n1", leader(4, "n1", "n2", "n3"));
    proof.miss();
    assertThat(proof.outcome()).isNotDone();
    proof.miss();

    assertThat(proof.outcome()).isCompletedExceptionally();
  }

  @Test
  void hear_othersKnowALaterTerm_provesNothing() {
    ReadIndexProof proof = new ReadIndexProof(3);
    proof.hear("n1", leader(4, "n1", "n2", "n3"));
    proof.hear("n2", follower(5));
    proof.hear("n3", follower(5));

    assertThat(proof.outcome()).isCompletedExceptionally();
  }

  // Both lead as far as they know; only the later one has a majority.
  @Test
  void hear_deposedLeaderAndItsSuccessor_isTheSuccessors() {
    ReadIndexProof proof = new ReadIndexProof(3);
    proof.hear("n1", leader(4, "n1", "n2", "n3"));
    proof.hear("n2", leader(5, "n1", "n2", "n3"));

    assertThat(proof.outcome().join().getTerm()).isEqualTo(5);
  }

  @Test
  void hear_memberBehindTheTerm_counts() {
    ReadIndexProof proof = new ReadIndexProof(3);
    proof.hear("n3", follower(2));
    proof.hear("n1", leader(4, "n1", "n2", "n3"));

    assertThat(proof.outcome()).isCompleted();
  }

  @Test
  void hear_whoDoesNotVote_countsNot() {
    ReadIndexProof proof = new ReadIndexProof(3);
    proof.hear("learner", follower(4));
    proof.hear("n1", leader(4, "n1", "n2", "n3"));
    assertThat(proof.outcome()).isNotDone();
    proof.hear("n3", follower(4));

    assertThat(proof.outcome()).isCompleted();
  }

  // While voters change a majority of both is needed.
  @Test
  void hear_votersChanging_needsBothMajorities() {
    ReadIndexReply leader = changing(4, List.of("n1", "n2", "n3"), List.of("n1", "n4", "n5"));
    ReadIndexProof proof = new ReadIndexProof(5);
    proof.hear("n1", leader);
    proof.hear("n4", follower(4));
    proof.hear("n5", follower(4));
    assertThat(proof.outcome()).isNotDone();
    proof.hear("n2", follower(4));

    assertThat(proof.outcome()).isCompleted();
  }

  @Test
  void hear_fourVoters_halfIsNoMajority() {
    ReadIndexProof proof = new ReadIndexProof(4);
    proof.hear("n1", leader(4, "n1", "n2", "n3", "n4"));
    proof.hear("n2", follower(4));
    proof.miss();
    assertThat(proof.outcome()).isNotDone();
    proof.hear("n4", follower(4));

    assertThat(proof.outcome()).isCompleted();
  }

  @Test
  void hear_nobodyLeads_fails() {
    ReadIndexProof proof = new ReadIndexProof(2);
    proof.hear("n1", follower(4));
    proof.hear("n2", follower(4));

    assertThat(proof.outcome()).isCompletedExceptionally();
  }
}
