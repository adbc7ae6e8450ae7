package bindery.raft;

import bindery.store.AppliedIndex;
import java.util.List;
import java.util.OptionalLong;

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
 * @param clockOffsetMillis its wall clock less the lower median of the members' clocks; 0 if it is
 *     alone, or has heard less than a majority within 10 s
 * @param disk how its disk does
 * @param members all members
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
    long clockOffsetMillis,
    Disk disk,
    List<MemberStatus> members) {
  private static final long CLOCK_OFF_MILLIS = 2_000;

  /** Copies the list. */
  public ReplicaStatus {
    members = List.copyOf(members);
  }

  /** Whether a clock so far from the median is wrong: 2 s or more. */
  public static boolean isClockOff(long offsetMillis) {
    return Math.abs(offsetMillis) >= CLOCK_OFF_MILLIS;
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
   * How a node's disk does, by a write that is tried each second.
   *
   * @param forceMillis how long the last one took to be on disk, or how long it has taken so far
   * @param usableBytes free where the data folder is; -1 before the first try
   * @param fault what is wrong, in a sentence; empty if nothing is
   */
  public record Disk(long forceMillis, long usableBytes, String fault) {}

  /**
   * A member as this node knows it.
   *
   * @param member name and address
   * @param matchIndex the index it acknowledged, known to the leader only; 0 elsewhere
   * @param appliedIndex what it had applied when it was last heard of; -1 if unknown here
   * @param heardMillis since it was last heard of; -1 if unknown here
   * @param clockOffsetMillis its wall clock less the lower median of the members' clocks; empty if
   *     it was not heard within 10 s, never for this node itself
   * @param self whether it is this node
   */
  public record MemberStatus(
      Member member,
      long matchIndex,
      long appliedIndex,
      long heardMillis,
      OptionalLong clockOffsetMillis,
      boolean self) {}
}
