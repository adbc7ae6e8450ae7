package bindery.raft;

import bindery.store.AppliedIndex;
import java.util.List;

/**
 * What a node knows of the group at one moment.
 *
 * @param role this node's
 * @param term the current term; 0 if not serving
 * @param leader the leader's name; empty if unknown
 * @param applied what this node has applied
 * @param committedIndex the highest index it knows to be committed; -1 if not serving
 * @param snapshotIndex what its rows hold on disk without the log
 * @param logStartIndex the first index its log still holds
 * @param logBytes octets of its log on disk
 * @param barrierAgeMillis since its last successful barrier was sent; -1 if none yet
 * @param members all voters
 */
public record ReplicaStatus(
    Role role,
    long term,
    String leader,
    AppliedIndex applied,
    long committedIndex,
    long snapshotIndex,
    long logStartIndex,
    long logBytes,
    long barrierAgeMillis,
    List<MemberStatus> members) {
  /** Copies the list. */
  public ReplicaStatus {
    members = List.copyOf(members);
  }

  /** What a node does in the group (Raft paper 5.1). */
  public enum Role {
    /** Takes the log from the leader. */
    FOLLOWER,
    /** Asks for votes. */
    CANDIDATE,
    /** Orders the log. */
    LEADER,
    /** Takes the log, has no vote. */
    LEARNER,
    /** Starting or stopping. */
    NOT_SERVING
  }

  /**
   * A member as this node knows it.
   *
   * @param member name and address
   * @param matchIndex the index it acknowledged, known to the leader only; 0 elsewhere
   * @param heardMillis since it was last heard of; -1 if unknown here
   * @param self whether it is this node
   */
  public record MemberStatus(Member member, long matchIndex, long heardMillis, boolean self) {}
}
