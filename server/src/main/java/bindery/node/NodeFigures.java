package bindery.node;

import bindery.admin.LastHour;
import bindery.admin.LastHour.Series;
import bindery.leasequery.LeasequeryStats;
import bindery.raft.Replica;
import bindery.store.StoreView;
import java.util.List;

/** The figures of a node that its page plots. */
final class NodeFigures {
  private NodeFigures() {}

  static LastHour start(Replica replica, LeasequeryStats stats) {
    return LastHour.start(
        List.of(
            Series.rate("exchanges fed a second", () -> exchanges(replica)),
            Series.rate("bindings told a second", stats::bindings),
            Series.rate("connections a second", stats::accepted),
            Series.level("answers in progress", stats::answersInProgress),
            Series.rate("log entries a second", () -> replica.status().applied().index()),
            Series.level("a write to disk, ms", () -> replica.status().disk().forceMillis())));
  }

  private static long exchanges(Replica replica) {
    try (StoreView view = replica.store().view()) {
      return view.sources().stream().mapToLong(source -> view.observed(source).puts()).sum();
    }
  }
}
