package bindery.raft;

import bindery.peer.v1.ReadIndexReply;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftConfiguration;

/**
 * What this node answers to a {@link ReadIndex}: its term, and if it leads and knows the time, how
 * far the log is committed, who votes, and cluster time. A leader's followers are told of what is
 * committed at once, since whoever asks waits to apply that. Any thread.
 */
final class ReadIndexAnswers implements Supplier<Optional<ReadIndexReply>> {
  private final Engine engine;
  private final MemberClocks clocks;
  private final LeaderClock clock;
  private final PromptCommit prompt;

  ReadIndexAnswers(Engine engine, MemberClocks clocks, LeaderClock clock, PromptCommit prompt) {
    this.engine = engine;
    this.clocks = clocks;
    this.clock = clock;
    this.prompt = prompt;
  }

  /** The answer as of now; empty while this node takes no part in the group. */
  @Override
  public Optional<ReadIndexReply> get() {
    if (!engine.isRunning()) {
      return Optional.empty();
    }
    long term = engine.term();
    ReadIndexReply.Builder reply = ReadIndexReply.newBuilder().setTerm(term);
    if (!engine.isLeaderReady() || !clocks.isKnown()) {
      return Optional.of(reply.build());
    }
    long committed = engine.log().getLastCommittedIndex();
    RaftConfiguration voters = engine.division().getRaftConf();
    reply
        .setCommittedIndex(committed)
        .setClusterTimeMillis(clock.stamp())
        .addAllVoters(names(voters.getCurrentPeers(RaftPeerRole.FOLLOWER)))
        .addAllVotersBefore(names(voters.getPreviousPeers(RaftPeerRole.FOLLOWER)));
    // Still the leader of that term, so all of it was read while it was.
    if (!engine.isLeaderReady() || engine.term() != term) {
      return Optional.of(ReadIndexReply.newBuilder().setTerm(engine.term()).build());
    }
    prompt.tell(committed);
    return Optional.of(reply.setLeads(true).build());
  }

  private static List<String> names(Collection<RaftPeer> peers) {
    return peers.stream().map(peer -> peer.getId().toString()).toList();
  }
}
