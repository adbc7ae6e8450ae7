package bindery.raft;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;

/**
 * Who the members were by the last Raft configuration that a stopped node knows of. While one
 * configuration gives way to another, both count.
 *
 * @param voters of the last configuration
 * @param before the voters of the one that was giving way to it; empty if none was
 * @param learners of both
 */
record LastMembers(List<Member> voters, List<Member> before, List<Member> learners) {
  LastMembers {
    voters = List.copyOf(voters);
    before = List.copyOf(before);
    learners = List.copyOf(learners);
  }

  /**
   * Reads what the engine has written down, and the log, whose configurations may be newer.
   *
   * @param folder of the log
   * @throws IOException if neither says who the members were
   */
  static LastMembers read(Path folder, RaftLogFiles log) throws IOException {
    LogEntryProto[] last = {writtenDown(folder)};
    var unused =
        log.read(
            0,
            entry -> {
              if (entry.hasConfigurationEntry() && entry.getIndex() >= last[0].getIndex()) {
                last[0] = entry;
              }
            });
    RaftConfigurationProto held = last[0].getConfigurationEntry();
    if (held.getPeersCount() == 0) {
      throw new IOException(
          folder
              + " does not say who the members were (expected the folder of a node that was one):"
              + " take another member's folder, or restore a snapshot");
    }
    List<Member> learners = new ArrayList<>(members(held.getListenersList(), true));
    learners.addAll(members(held.getOldListenersList(), true));
    return new LastMembers(
        members(held.getPeersList(), false), members(held.getOldPeersList(), false), learners);
  }

  private static LogEntryProto writtenDown(Path folder) throws IOException {
    Path file = folder.resolve("raft-meta.conf"); // of the engine's own grammar
    try (InputStream in = Files.newInputStream(file)) {
      return LogEntryProto.parseFrom(in);
    } catch (NoSuchFileException e) {
      return LogEntryProto.getDefaultInstance();
    }
  }

  private static List<Member> members(List<RaftPeerProto> peers, boolean areLearners) {
    return peers.stream()
        .map(peer -> new Member(peer.getId().toStringUtf8(), peer.getAddress(), areLearners))
        .toList();
  }

  /** Every member once, by name, in the order of the configuration. */
  Map<String, Member> all() {
    Map<String, Member> all = new LinkedHashMap<>();
    for (List<Member> some : List.of(voters, before, learners)) {
      some.forEach(member -> all.putIfAbsent(member.name(), member));
    }
    return all;
  }

  /** Whether those that are not lost could still elect a leader. */
  boolean canElectWithout(Set<String> lost) {
    return isMajority(voters, lost) && (before.isEmpty() || isMajority(before, lost));
  }

  private static boolean isMajority(List<Member> voters, Set<String> lost) {
    long left = voters.stream().filter(voter -> !lost.contains(voter.name())).count();
    return left > voters.size() / 2;
  }
}
