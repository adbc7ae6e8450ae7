package bindery.leasequery;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The connections that take up a slot: those open, and those closed whose snapshots are not yet
 * released, so that the cap on connections bounds snapshots and memory too. Any thread.
 */
final class Connections {
  private final int slots;
  // Guarded by this.
  private final Set<ConnectionHandler> members = new HashSet<>();
  private boolean isClosed;

  Connections(int slots) {
    this.slots = slots;
  }

  /** Takes a slot, if one is free and the front is not stopping. */
  synchronized boolean add(ConnectionHandler connection) {
    return !isClosed && members.size() < slots && members.add(connection);
  }

  /** Gives the slot back. */
  synchronized void remove(ConnectionHandler connection) {
    members.remove(connection);
    notifyAll();
  }

  /** Lets nobody in any more. */
  synchronized List<ConnectionHandler> close() {
    isClosed = true;
    return List.copyOf(members);
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
