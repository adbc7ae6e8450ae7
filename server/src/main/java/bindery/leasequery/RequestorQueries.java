package bindery.leasequery;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
   * Begins a query if the requestor has room for one and none waits. If not, the connection is told
   * when it is its turn; the room is its own then, to be used or to be given back by {@link #end}.
   *
   * @param most how many may be worked on for the requestor
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

  /** Ends one query; its room goes to whoever has waited longest. */
  void end(InetAddress requestor) {
    List<ConnectionQueries.Connection> next;
    synchronized (this) {
      Share share = shares.get(requestor);
      if (share == null || share.inWork == 0) {
        throw new IllegalStateException("a query ended that was not begun");
      }
      next = share.waiting.stream().limit(1).toList();
      next.forEach(connection -> take(share, connection));
      if (next.isEmpty()) {
        share.inWork--;
      }
      forget(requestor, share);
    }
    next.forEach(ConnectionQueries.Connection::roomAgain);
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
