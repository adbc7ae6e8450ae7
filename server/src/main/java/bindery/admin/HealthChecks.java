package bindery.admin;

import bindery.admin.HealthCheck.Subject;
import bindery.raft.ReplicaStatus;
import bindery.raft.ReplicaStatus.MemberStatus;
import bindery.store.StoreView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The checks of a node's health, of what its replica and its store tell. */
public final class HealthChecks {
  /** Without a majority for that long a node is not ready. */
  static final long BARRIER_AGE_MILLIS_MAX = 15_000;

  /**
   * A node that has so many entries still to apply is not ready. At some hundred entries a second,
   * the most that were measured, that is the time after which a relay gives up.
   */
  static final long LAG_ENTRIES_MAX = 5_000;

  private static final long HEARD_MILLIS_MAX = 10_000;
  private static final int SOURCES_TOLD_MAX = 3;

  private HealthChecks() {}

  /** Those that decide whether a node whose replica runs can serve. */
  public static List<HealthCheck> deciding(ReplicaStatus status) {
    return List.of(quorum(status), readBarrier(status), applyLag(status));
  }

  /** Those that only advise. */
  public static List<HealthCheck> advising(ReplicaStatus status, StoreView view) {
    return List.of(disk(status), feed(view), clock(status));
  }

  private static HealthCheck quorum(ReplicaStatus status) {
    List<MemberStatus> voters =
        status.members().stream().filter(member -> !member.member().isLearner()).toList();
    long heard = voters.stream().filter(HealthChecks::isHeard).count();
    String voices =
        heard
            + " of "
            + voters.size()
            + " voters were heard within "
            + HEARD_MILLIS_MAX / 1_000
            + " s";
    return status.leader().isEmpty()
        ? HealthCheck.failed(
            Subject.QUORUM,
            "no leader is known; "
                + voices
                + " (expected "
                + (voters.size() / 2 + 1)
                + " or more: see to the members that are down, and to the network between them)")
        : HealthCheck.ok(Subject.QUORUM, status.leader() + " leads; " + voices);
  }

  /** Whether this node has heard of the member of late; true of itself. */
  static boolean isHeard(MemberStatus member) {
    return member.self() || (member.heardMillis() >= 0 && member.heardMillis() <= HEARD_MILLIS_MAX);
  }

  private static HealthCheck readBarrier(ReplicaStatus status) {
    long age = status.barrierAgeMillis();
    if (age < 0 || age > BARRIER_AGE_MILLIS_MAX) {
      return HealthCheck.failed(
          Subject.READ_BARRIER,
          "no majority has answered a read barrier " + (age < 0 ? "yet" : "for " + age + " ms"));
    }
    return HealthCheck.ok(
        Subject.READ_BARRIER, "a majority answered the one sent " + age + " ms ago");
  }

  /** Entries that others are known to have ahead of this node; 0 or more. */
  static long lag(ReplicaStatus status) {
    long committed = status.committedIndex();
    for (MemberStatus member : status.members()) {
      committed = Math.max(committed, member.appliedIndex());
    }
    return Math.max(0, committed - status.applied().index());
  }

  private static HealthCheck applyLag(ReplicaStatus status) {
    long lag = lag(status);
    return lag > LAG_ENTRIES_MAX
        ? HealthCheck.failed(
            Subject.APPLY_LAG,
            lag
                + " committed entries are still to be applied here (expected "
                + LAG_ENTRIES_MAX
                + " or fewer): it catches up by itself; if the number does not fall, look at this"
                + " node's disk and processors")
        : HealthCheck.ok(Subject.APPLY_LAG, lag + " committed entries are still to be applied");
  }

  // No obstacle: such a node still answers, and disks of one size fill at one time on all nodes.
  private static HealthCheck disk(ReplicaStatus status) {
    ReplicaStatus.Disk disk = status.disk();
    if (!disk.fault().isEmpty()) {
      return HealthCheck.warning(Subject.DISK, disk.fault());
    }
    return HealthCheck.ok(
        Subject.DISK,
        disk.usableBytes() < 0
            ? "not tried yet"
            : String.format(
                Locale.ROOT,
                "%.1f GiB are free, a write took %d ms",
                disk.usableBytes() / (double) (1L << 30),
                disk.forceMillis()));
  }

  private static HealthCheck feed(StoreView view) {
    List<SourceWarning> warnings = SourceWarnings.of(view);
    if (warnings.isEmpty()) {
      int sources = view.sources().size();
      return HealthCheck.ok(
          Subject.FEED, sources == 0 ? "no source has told anything yet" : sources + " sources");
    }
    List<String> told = new ArrayList<>();
    warnings.stream().limit(SOURCES_TOLD_MAX).forEach(warning -> told.add(warning.text()));
    if (warnings.size() > SOURCES_TOLD_MAX) {
      told.add(warnings.size() - SOURCES_TOLD_MAX + " more: bindery source list");
    }
    return HealthCheck.warning(Subject.FEED, told.stream().collect(Collectors.joining("; ")));
  }

  private static HealthCheck clock(ReplicaStatus status) {
    return ClockText.warning(status.clockOffsetMillis())
        .map(text -> HealthCheck.warning(Subject.CLOCK, text))
        .orElseGet(
            () ->
                HealthCheck.ok(
                    Subject.CLOCK,
                    status.clockOffsetMillis() + " ms off the median of the members' clocks"));
  }
}
