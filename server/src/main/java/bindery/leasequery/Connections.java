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

  /** Whom the last slot is kept for. */
  enum KeptFor {
    /** Nobody: there is but one who may come. */
    NOBODY,
    /** An address that has no connection. */
    ANOTHER_ADDRESS,
    /**
     * An entry of the list that has none: one host of a prefix may have any number of addresses.
     */
    ANOTHER_ENTRY
  }

  private record Member(InetAddress address, String network) {}

  private final int slots;
  // Guarded by this.
  private final Map<ConnectionHandler, Member> members = new HashMap<>();
  private final Map<InetAddress, Integer> ofAddress = new HashMap<>();
  private final Map<String, Integer> ofNetwork = new HashMap<>();
  private boolean isClosed;

  Connections(int slots) {
    this.slots = slots;
  }

  /**
   * Takes a slot, if one is free.
   *
   * @param rule the entry that holds for the requestor
   * @param most how many an address may have
   * @param lastSlot whom the last one is kept for
   */
  synchronized Admission add(
      ConnectionHandler connection, RequestorRule rule, int most, KeptFor lastSlot) {
    Member newcomer =
        new Member(connection.requestor().getAddress(), AccessList.network(rule.from()));
    int own = ofAddress.getOrDefault(newcomer.address, 0);
    if (isClosed) {
      return Admission.STOPPING;
    }
    if (members.size() >= slots) {
      return Admission.FULL;
    }
    if (own >= most) {
      return Admission.REQUESTOR_FULL;
    }
    boolean isKept =
        switch (lastSlot) {
          case NOBODY -> false;
          case ANOTHER_ADDRESS -> own > 0;
          case ANOTHER_ENTRY -> ofNetwork.containsKey(newcomer.network);
        };
    if (isKept && members.size() == slots - 1) {
      return Admission.KEPT_FOR_OTHERS;
    }
    members.put(connection, newcomer);
    ofAddress.merge(newcomer.address, 1, Integer::sum);
    ofNetwork.merge(newcomer.network, 1, Integer::sum);
    return Admission.ADMITTED;
  }

  /** Gives the slot back. */
  synchronized void remove(ConnectionHandler connection) {
    Member gone = members.remove(connection);
    if (gone != null) {
      ofAddress.computeIfPresent(gone.address, (same, count) -> count == 1 ? null : count - 1);
      ofNetwork.computeIfPresent(gone.network, (same, count) -> count == 1 ? null : count - 1);
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
