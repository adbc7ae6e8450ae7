package bindery.leasequery;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections that take up a slot: those open, and those closed whose snapshots are not yet
 * released, so that the cap on connections bounds snapshots and memory too. Any thread.
 */
final class Connections {
  /** Whether a connection may stay. */
  enum Admission {
    /** It may. */
    ADMITTED,
    /** As many are open as may be (S-03, T-24). */
    FULL,
    /** As many are open from its address as may be. */
    REQUESTOR_FULL,
    /** The last slot is kept for a requestor that has none. */
    KEPT_FOR_OTHERS,
    /** The front is stopping. */
    STOPPING
  }

  private final int slots;
  // Guarded by this.
  private final Map<ConnectionHandler, InetAddress> members = new HashMap<>();
  private final Map<InetAddress, Integer> counts = new HashMap<>();
  private boolean isClosed;

  Connections(int slots) {
    this.slots = slots;
  }

  /**
   * Takes a slot, if one is free.
   *
   * @param most how many a requestor may have
   * @param areSeveral whether there may be other requestors, for whom the last slot is kept
   */
  synchronized Admission add(
      ConnectionHandler connection, InetAddress requestor, int most, boolean areSeveral) {
    int own = counts.getOrDefault(requestor, 0);
    if (isClosed) {
      return Admission.STOPPING;
    }
    if (members.size() >= slots) {
      return Admission.FULL;
    }
    if (own >= most) {
      return Admission.REQUESTOR_FULL;
    }
    if (own > 0 && areSeveral && members.size() == slots - 1) {
      return Admission.KEPT_FOR_OTHERS;
    }
    members.put(connection, requestor);
    counts.put(requestor, own + 1);
    return Admission.ADMITTED;
  }

  /** Gives the slot back. */
  synchronized void remove(ConnectionHandler connection) {
    InetAddress requestor = members.remove(connection);
    if (requestor != null) {
      counts.computeIfPresent(requestor, (same, count) -> count == 1 ? null : count - 1);
    }
    notifyAll();
  }

  /** Those that have a slot now. */
  synchronized List<ConnectionHandler> all() {
    return List.copyOf(members.keySet());
  }

  /** Lets nobody in any more. */
  synchronized List<ConnectionHandler> close() {
    isClosed = true;
    return all();
  }

  /** Waits until no slot is taken; false if some still are after that time. */
  synchronized boolean awaitNone(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!members.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return true;
  }
}
