package bindery.raft;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.server.DivisionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what a node knows of the group. */
final class StatusView {
  private static final Logger LOG = LoggerFactory.getLogger(StatusView.class);

  private StatusView() {}

  /** Now. Any thread. */
  static ReplicaStatus of(ReplicaParts parts) {
    Engine engine = parts.engine();
    boolean running = engine.isRunning();
    DivisionInfo info = running ? engine.division().getInfo() : null;
    return new ReplicaStatus(
        info == null ? ReplicaStatus.Role.NOT_SERVING : role(info.getCurrentRole()),
        info == null ? 0 : info.getCurrentTerm(),
        engine.leader().orElse(""),
        parts.store().applied(),
        running ? engine.log().getLastCommittedIndex() : -1,
        parts.store().flushed().index(),
        running ? Math.max(0, engine.log().getStartIndex()) : 0,
        logBytes(parts.folder()),
        parts.barrierAgeMillis(),
        parts.clocks().offsetMillis(),
        disk(parts.disk()),
        members(parts, running, info == null ? Map.of() : matched(info)));
  }

  private static ReplicaStatus.Disk disk(DiskWatch disk) {
    return new ReplicaStatus.Disk(
        TimeUnit.NANOSECONDS.toMillis(disk.tookNanos()),
        disk.usableBytes(),
        disk.fault().map(DiskWatch.Fault::text).orElse(""));
  }

  private static ReplicaStatus.Role role(RaftPeerRole role) {
    return switch (role) {
      case LEADER -> ReplicaStatus.Role.LEADER;
      case CANDIDATE -> ReplicaStatus.Role.CANDIDATE;
      case FOLLOWER -> ReplicaStatus.Role.FOLLOWER;
      case LISTENER -> ReplicaStatus.Role.LEARNER;
      case UNRECOGNIZED -> ReplicaStatus.Role.NOT_SERVING;
    };
  }

  private static long logBytes(DataFolder folder) {
    try {
      return RaftLogFiles.scan(folder.log()).sizeBytes();
    } catch (IOException e) {
      LOG.debug("event=log-unmeasured {}", e.toString());
      return 0; // a segment was closed or purged meanwhile
    }
  }

  private static List<ReplicaStatus.MemberStatus> members(
      ReplicaParts parts, boolean running, Map<String, Long> matched) {
    // Who is connected to follows the configuration with a beat's delay: an operator that has just
    // changed it sees the change.
    List<Member> configured = running ? parts.engine().members() : List.of();
    List<ReplicaStatus.MemberStatus> all = new ArrayList<>();
    for (Member member : configured.isEmpty() ? parts.peers().members() : configured) {
      boolean self = member.name().equals(parts.node());
      long heardMillis =
          self
              ? 0
              : parts
                  .members()
                  .heard(member.name())
                  .map(heard -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heard.nanos()))
                  .orElse(-1L);
      MemberClocks clocks = parts.clocks();
      all.add(
          new ReplicaStatus.MemberStatus(
              member,
              matched.getOrDefault(member.name(), 0L),
              self
                  ? parts.store().applied().index()
                  : parts
                      .members()
                      .heard(member.name())
                      .map(heard -> heard.progress().getAppliedIndex())
                      .orElse(-1L),
              heardMillis,
              self ? OptionalLong.of(clocks.offsetMillis()) : clocks.offsetMillis(member.name()),
              self));
    }
    return all;
  }

  // The engine lists followers and their indexes apart, in one order.
  private static Map<String, Long> matched(DivisionInfo info) {
    Map<String, Long> matched = new HashMap<>();
    long[] indexes = info.getFollowerMatchIndices();
    if (indexes != null) {
      List<ServerRpcProto> followers =
          info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
      for (int i = 0; i < Math.min(indexes.length, followers.size()); i++) {
        matched.put(followers.get(i).getId().getId().toStringUtf8(), Math.max(0, indexes[i]));
      }
    }
    return matched;
  }
}
