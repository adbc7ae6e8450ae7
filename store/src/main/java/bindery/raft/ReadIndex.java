package bindery.raft;

import bindery.peer.v1.Identity;
import bindery.peer.v1.ReadIndexReply;
import bindery.peer.v1.ReadIndexRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Asks how far the log was committed when the question was asked: the index behind which a read
 * misses nothing that was acknowledged before ("read index": Ongaro, "Consensus: Bridging Theory
 * and Practice", 6.4), strictly.
 *
 * <p>Each member that is asked says its term, and the one that leads says its committed index and
 * who votes. It holds if a majority of those voters, the asking node among them, knows no later
 * term than the leader's, each at a moment behind the question: terms never fall, and a later
 * leader, who alone could have had something acknowledged that this one does not know, would have
 * raised the term of one of them before. No lease, no heartbeat and no clock takes part, unlike in
 * the engine's own way. Among three members the leader's answer completes a follower's majority.
 *
 * <p>Any thread. Holds the replies to the questions in flight, of which {@link Barriers} asks one
 * at a time.
 */
final class ReadIndex {
  /** For how long members may be silent: whoever waits longer had better wait for an election. */
  static final Duration PATIENCE_MAX = Duration.ofMillis(250);

  private final Identity self;
  private final Supplier<Optional<ReadIndexReply>> own;
  private final Proposals.Leadership leadership;
  private final Peers peers;
  private final Duration patience;

  /**
   * Of a replica.
   *
   * @param self who this node is
   * @param own what this node itself answers
   * @param patience for how long members may be silent, where it is less than {@link #PATIENCE_MAX}
   */
  ReadIndex(
      Identity self,
      Supplier<Optional<ReadIndexReply>> own,
      Proposals.Leadership leadership,
      Peers peers,
      Duration patience) {
    this.self = self;
    this.own = own;
    this.leadership = leadership;
    this.peers = peers;
    this.patience = patience.compareTo(PATIENCE_MAX) < 0 ? patience : PATIENCE_MAX;
  }

  /**
   * Asks now.
   *
   * @return the leader's answer, proved; fails if it cannot be, at the latest after {@link
   *     #PATIENCE_MAX}
   */
  CompletableFuture<ReadIndexReply> ask() {
    Optional<ReadIndexReply> here = own.get();
    Map<String, PeerClient> asked = new HashMap<>();
    for (String name : whom(here.isPresent() && here.get().getLeads())) {
      peers.client(name).ifPresent(client -> asked.put(name, client));
    }
    ReadIndexProof proof = new ReadIndexProof(1 + asked.size());
    here.ifPresentOrElse(reply -> proof.hear(self.getNode(), reply), proof::miss);
    asked.forEach(
        (name, client) -> {
          var unused =
              client
                  .readIndex(question(name), patience)
                  .whenComplete(
                      (reply, failure) -> {
                        if (failure == null) {
                          proof.hear(name, reply);
                        } else {
                          proof.miss();
                        }
                      });
        });
    return proof.outcome();
  }

  private ReadIndexRequest question(String node) {
    return ReadIndexRequest.newBuilder().setCluster(self.getCluster()).setNode(node).build();
  }

  private List<String> whom(boolean isLeader) {
    Optional<String> leader = leadership.leader();
    boolean leaderIsEnough = peers.majority() <= (peers.isVoter() ? 2 : 1);
    return !isLeader && leader.isPresent() && leaderIsEnough
        ? List.of(leader.get())
        : peers.others();
  }
}
