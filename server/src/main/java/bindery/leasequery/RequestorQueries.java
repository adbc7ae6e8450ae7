package bindery.leasequery;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * How many queries are worked on for each requestor, over all its connections, so that one with
 * many connections takes no more of the node than it may. Any thread.
 *
 * <p>Memory is bounded by the connections: each has one query at most that waits here, and reads no
 * further one meanwhile (S-82).
 */
final class RequestorQueries {
  private final LeasequeryStats stats;
  // Guarded by this.
  private final Map<InetAddress, Share> shares = new HashMap<>();

  private static final class Share {
    int inWork;
    final Set<ConnectionQueries.Connection> waiting = new LinkedHashSet<>();
  }

  RequestorQueries(LeasequeryStats stats) {
    this.stats = stats;
  }

  /**
   * How many queries may be worked on for a requestor.
   *
   * @param rule the entry that holds for it; empty if none does any more
   */
  static int most(Optional<RequestorRule> rule, LeasequeryLimits limits) {
    OptionalInt own = rule.map(RequestorRule::maxQueries).orElse(OptionalInt.empty());
    return own.orElse(limits.maxQueriesPerRequestor());
  }

  /**
   * Begins a query if the requestor has room for one and none waits. If not, the connection is told
   * when it is its turn; the room is its own then, to be used or to be given back by {@link #end}.
   *
   * @param most how many may be worked on for the requestor now
   */
  synchronized boolean begin(
      InetAddress requestor, int most, ConnectionQueries.Connection connection) {
    Share share = shares.computeIfAbsent(requestor, address -> new Share());
    if (share.inWork >= most || !share.waiting.isEmpty()) {
      if (share.waiting.add(connection)) {
        stats.queryHeld();
      }
      return false;
    }
    share.inWork++;
    return true;
  }

  /** Begins a query whatever the room. */
  synchronized void force(InetAddress requestor) {
    shares.computeIfAbsent(requestor, address -> new Share()).inWork++;
  }

  /**
   * Ends one query; what room there is then goes to those that have waited longest.
   *
   * @param most how many may be worked on for the requestor now
   */
  void end(InetAddress requestor, int most) {
    List<ConnectionQueries.Connection> next;
    synchronized (this) {
      Share share = shares.get(requestor);
      if (share == null || share.inWork == 0) {
        throw new IllegalStateException("a query ended that was not begun");
      }
      share.inWork--;
      next = letIn(share, most);
      forget(requestor, share);
    }
    next.forEach(ConnectionQueries.Connection::roomAgain);
  }

  /** Lets in those that have room since limits were changed. */
  void limitsChanged(ToIntFunction<InetAddress> mostOf) {
    List<ConnectionQueries.Connection> next = new ArrayList<>();
    synchronized (this) {
      shares.forEach((requestor, share) -> next.addAll(letIn(share, mostOf.applyAsInt(requestor))));
    }
    next.forEach(ConnectionQueries.Connection::roomAgain);
  }

  private List<ConnectionQueries.Connection> letIn(Share share, int most) {
    int room = Math.max(0, most - share.inWork);
    List<ConnectionQueries.Connection> next = share.waiting.stream().limit(room).toList();
    next.forEach(connection -> take(share, connection));
    share.inWork += next.size();
    return next;
  }

  /** The connection waits no more: it is gone. */
  synchronized void leave(InetAddress requestor, ConnectionQueries.Connection connection) {
    Share share = shares.get(requestor);
    if (share != null) {
      take(share, connection);
      forget(requestor, share);
    }
  }

  private void take(Share share, ConnectionQueries.Connection connection) {
    if (share.waiting.remove(connection)) {
      stats.queryLetGo();
    }
  }

  private void forget(InetAddress requestor, Share share) {
    if (share.inWork == 0 && share.waiting.isEmpty()) {
      shares.remove(requestor);
    }
  }
}
