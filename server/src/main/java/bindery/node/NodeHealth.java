package bindery.node;

import bindery.admin.HealthCheck;
import bindery.admin.HealthCheck.Subject;
import bindery.admin.HealthChecks;
import bindery.admin.Readiness;
import bindery.raft.Replica;
import bindery.raft.ReplicaStatus;
import bindery.store.StoreView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The health of a running node, from its start to its end. Any thread. */
final class NodeHealth implements Readiness {
  private final Supplier<Node.State> state;
  private volatile @Nullable Replica replica;
  private volatile @Nullable NodeTls tls;

  /** Of a node without a replica yet. */
  NodeHealth(Supplier<Node.State> state) {
    this.state = state;
  }

  /** From now on the replica counts too. */
  void watch(Replica started) {
    replica = started;
  }

  /** From now on its part in TLS counts too. */
  void watch(NodeTls started) {
    tls = started;
  }

  @Override
  public List<HealthCheck> deciding() {
    Node.State now = state.get();
    Replica running = replica;
    String text = "the node is " + String.valueOf(now).toLowerCase(Locale.ROOT);
    if (now != Node.State.SERVING || running == null) {
      return List.of(HealthCheck.failed(Subject.START, text));
    }
    List<HealthCheck> checks = new ArrayList<>();
    checks.add(HealthCheck.ok(Subject.START, text));
    checks.addAll(HealthChecks.deciding(running.status()));
    return checks;
  }

  @Override
  public List<HealthCheck> advising() {
    Replica running = replica;
    if (running == null || state.get() != Node.State.SERVING) {
      return List.of();
    }
    ReplicaStatus status = running.status();
    List<HealthCheck> checks = new ArrayList<>();
    try (StoreView view = running.store().view()) {
      checks.addAll(HealthChecks.advising(status, view));
    }
    NodeTls secured = tls;
    if (secured != null) {
      checks.add(secured.check());
    }
    return checks;
  }

  /** What is not well of the replica, a sentence each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    Replica running = replica;
    String fault = running == null ? "" : running.status().disk().fault();
    if (!fault.isEmpty()) {
      warnings.add(fault);
    }
    deciding().stream().filter(check -> !check.isOk()).forEach(check -> warnings.add(check.text()));
    return warnings;
  }
}
