package bindery.admin;

import bindery.metric.ReadMetrics;
import bindery.raft.Replica;
import bindery.raft.ReplicaStatus;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The metrics of a node's replica: read from it when they are asked for. */
public final class ReplicaMetrics {
  private final PrometheusRegistry registry;
  private final Replica replica;
  private final ReadMetrics own;

  private ReplicaMetrics(PrometheusRegistry registry, Replica replica) {
    this.registry = registry;
    this.replica = replica;
    own = new ReadMetrics(registry, "bindery_");
  }

  /** Registers them. */
  public static void register(PrometheusRegistry registry, Replica replica) {
    ReplicaMetrics metrics = new ReplicaMetrics(registry, replica);
    metrics.status("raft_term", "The Raft term this node is in.", ReplicaStatus::term);
    metrics.status(
        "raft_is_leader",
        "1 if this node leads, else 0.",
        status -> status.role() == ReplicaStatus.Role.LEADER ? 1 : 0);
    metrics.status(
        "raft_has_leader",
        "1 if this node knows a leader, else 0.",
        status -> status.leader().isEmpty() ? 0 : 1);
    metrics.status(
        "raft_applied_index",
        "The revision: the Raft index this node has applied.",
        status -> status.applied().index());
    metrics.status(
        "raft_committed_index",
        "The Raft index this node knows to be committed.",
        ReplicaStatus::committedIndex);
    metrics.status(
        "raft_snapshot_index",
        "The Raft index up to which rows are on disk without the log.",
        ReplicaStatus::snapshotIndex);
    metrics.status("raft_log_bytes", "Octets of the Raft log on disk.", ReplicaStatus::logBytes);
    metrics.status(
        "clock_offset_seconds",
        "This node's clock less the median of the members' clocks; 0 while it hears no majority.",
        status -> status.clockOffsetMillis() / 1e3);
    metrics.status(
        "disk_force_seconds",
        "How long a small write takes to be on disk: the last one, or the one that is not yet.",
        status -> status.disk().forceMillis() / 1e3);
    metrics.status(
        "disk_usable_bytes",
        "Octets free where the data folder is.",
        status -> status.disk().usableBytes() < 0 ? Double.NaN : status.disk().usableBytes());
    metrics.status(
        "raft_apply_lag_entries",
        "Committed entries that this node has still to apply, by what it and others know.",
        HealthChecks::lag);
    metrics.status(
        "raft_barrier_age_seconds",
        "Since this node's last read barrier that a majority answered was sent; NaN before one.",
        status -> status.barrierAgeMillis() < 0 ? Double.NaN : status.barrierAgeMillis() / 1e3);
    metrics.status("raft_voters", "Members that vote.", status -> voters(status).count());
    metrics.status(
        "raft_voters_heard",
        "Members that vote and were heard within 10 s, this node among them.",
        status -> voters(status).filter(HealthChecks::isHeard).count());
    metrics.status(
        "disk_fault",
        "1 if this node's disk takes no writes, is slow or has too little room, else 0.",
        status -> status.disk().fault().isEmpty() ? 0 : 1);
    metrics.role();
    metrics.counts();
    metrics.own.gauge("store_bytes", "Octets of the rows on disk.", replica.store()::sizeBytes);
    EngineMetrics.register(registry, replica.store()::view);
  }

  private void status(String name, String help, ToDoubleFunction<ReplicaStatus> value) {
    own.gauge(name, help, () -> value.applyAsDouble(replica.status()));
  }

  private static Stream<ReplicaStatus.MemberStatus> voters(ReplicaStatus status) {
    return status.members().stream().filter(member -> !member.member().isLearner());
  }

  private void role() {
    GaugeWithCallback.builder()
        .name("bindery_raft_role")
        .help("1 for the role that this node has, 0 for the others.")
        .labelNames("role")
        .callback(
            callback -> {
              ReplicaStatus.Role now = replica.status().role();
              for (ReplicaStatus.Role role : ReplicaStatus.Role.values()) {
                callback.call(role == now ? 1 : 0, role.name().toLowerCase(Locale.ROOT));
              }
            })
        .register(registry);
  }

  private void counts() {
    own.counter(
        "raft_leader_changes",
        "How often this node was told of another leader.",
        () -> replica.counts().leaderChanges());
    own.counter(
        "raft_proposals_failed",
        "Proposals and read barriers of this node that failed, or of which nobody knows what came.",
        () -> replica.counts().failed());
    own.gauge(
        "raft_snapshot_age_seconds",
        "Since this node's last Raft snapshot, or its start if there was none since.",
        () -> replica.counts().snapshotAge().toMillis() / 1e3);
    own.timings(
        "raft_commit_seconds",
        "From a proposal or read barrier of this node until it knew that it was committed.",
        replica.counts().commits());
  }
}
