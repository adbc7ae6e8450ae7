package bindery.feed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Octets that all streams together may hold. A stream asks before it lets another message in; since
 * a message's size is known only then, the bound is passed by at most one message for each stream.
 */
final class ByteBudget {
  private final long bytesMax;

  @GuardedBy("this") private long bytes;

  // Each stream at most once: it asks again only after it was called.
  @GuardedBy("this") private final Deque<Runnable> waiting = new ArrayDeque<>();

  ByteBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * Whether another message may be let in now. If not, {@code whenRoom} is called once, by the
   * thread that makes room, to ask again.
   */
  synchronized boolean admits(Runnable whenRoom) {
    if (bytes < bytesMax) {
      return true;
    }
    waiting.add(whenRoom);
    return false;
  }

  /** Counts octets that are held from now on. */
  synchronized void take(long taken) {
    bytes += taken;
  }

  /** Counts octets that are no longer held. */
  void give(long given) {
    List<Runnable> woken = new ArrayList<>();
    synchronized (this) {
      bytes -= given;
      // One for each that leaves, so that a crowd does not rush in; the last wakes all.
      while (bytes < bytesMax && !waiting.isEmpty() && (bytes == 0 || woken.isEmpty())) {
        woken.add(waiting.remove());
      }
    }
    woken.forEach(Runnable::run);
  }

  /** What is held now. */
  synchronized long bytes() {
    return bytes;
  }
}
