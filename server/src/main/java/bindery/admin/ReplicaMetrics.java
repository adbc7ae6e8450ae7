package bindery.admin;

import bindery.raft.Replica;
import bindery.raft.ReplicaStatus;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/** The metrics of a node's replica: read from it when they are asked for. */
public final class ReplicaMetrics {
  private ReplicaMetrics() {}

  /** Registers them. */
  public static void register(PrometheusRegistry registry, Replica replica) {
    gauge(registry, replica, "raft_term", "The Raft term this node is in.", ReplicaStatus::term);
    gauge(
        registry,
        replica,
        "raft_is_leader",
        "1 if this node leads, else 0.",
        status -> status.role() == ReplicaStatus.Role.LEADER ? 1 : 0);
    gauge(
        registry,
        replica,
        "raft_has_leader",
        "1 if this node knows a leader, else 0.",
        status -> status.leader().isEmpty() ? 0 : 1);
    gauge(
        registry,
        replica,
        "raft_applied_index",
        "The revision: the Raft index this node has applied.",
        status -> status.applied().index());
    gauge(
        registry,
        replica,
        "raft_committed_index",
        "The Raft index this node knows to be committed.",
        ReplicaStatus::committedIndex);
    gauge(
        registry,
        replica,
        "raft_snapshot_index",
        "The Raft index up to which rows are on disk without the log.",
        ReplicaStatus::snapshotIndex);
    gauge(
        registry,
        replica,
        "raft_log_bytes",
        "Octets of the Raft log on disk.",
        ReplicaStatus::logBytes);
    gauge(
        registry,
        replica,
        "clock_offset_seconds",
        "This node's clock less the median of the members' clocks; 0 while it hears no majority.",
        status -> status.clockOffsetMillis() / 1e3);
    gauge(
        registry,
        replica,
        "disk_force_seconds",
        "How long a small write takes to be on disk: the last one, or the one that is not yet.",
        status -> status.disk().forceMillis() / 1e3);
    gauge(
        registry,
        replica,
        "disk_usable_bytes",
        "Octets free where the data folder is.",
        status -> status.disk().usableBytes() < 0 ? Double.NaN : status.disk().usableBytes());
    GaugeWithCallback.builder()
        .name("bindery_store_bytes")
        .help("Octets of the rows on disk.")
        .callback(callback -> callback.call((double) replica.store().sizeBytes()))
        .register(registry);
  }

  private static void gauge(
      PrometheusRegistry registry,
      Replica replica,
      String name,
      String help,
      ToDoubleFunction<ReplicaStatus> value) {
    GaugeWithCallback.builder()
        .name("bindery_" + name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(replica.status())))
        .register(registry);
  }
}
