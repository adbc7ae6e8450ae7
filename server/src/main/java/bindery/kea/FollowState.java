package bindery.kea;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the threads of a follower tell each other. Any thread. */
final class FollowState {
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicBoolean aliveDue = new AtomicBoolean();
  private final AtomicLong gaps = new AtomicLong();
  private final AtomicLong resyncs = new AtomicLong();
  private final AtomicLong behind = new AtomicLong();
  private final AtomicBoolean following = new AtomicBoolean();
  private @Nullable Thread waiting; // for a server, with nothing to lose; guarded by this
  private long waitingSinceNanos;

  /** Has the follower end; one that waits for a server does so at once. */
  synchronized void stop() {
    stopping.countDown();
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  /** Whether the follower is to end. */
  boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Waits for so long, or until the follower is to end. */
  void pause(Duration time) throws InterruptedException {
    var unused = stopping.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * The thread is about to wait for a server.
   *
   * @throws InterruptedException if the follower is to end
   */
  synchronized void beginWaiting() throws InterruptedException {
    if (isStopping()) {
      throw new InterruptedException("the follower is to end");
    }
    waiting = Thread.currentThread();
    waitingSinceNanos = System.nanoTime();
  }

  /** The thread waits no longer. */
  synchronized void endWaiting() {
    waiting = null;
  }

  /** For how long it has waited for a server; 0 if it does not. */
  synchronized long waitingSeconds() {
    return waiting == null
        ? 0
        : TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - waitingSinceNanos);
  }

  /** Kea answered: that is to be told. */
  void aliveDue() {
    aliveDue.set(true);
  }

  /** Whether it is to be told that Kea answered; once. */
  boolean takeAlive() {
    return aliveDue.getAndSet(false);
  }

  /** Rows may have passed unread. */
  void gap() {
    gaps.incrementAndGet();
  }

  /** How many gaps there were. */
  long gaps() {
    return gaps.get();
  }

  /** A full resync has begun. */
  void resync() {
    resyncs.incrementAndGet();
  }

  /** How many full resyncs were begun. */
  long resyncs() {
    return resyncs.get();
  }

  /** So many octets are there and not read. */
  void behind(long bytes) {
    behind.set(bytes);
  }

  /** How many octets were there and not read when that was looked at last. */
  long behind() {
    return behind.get();
  }

  /** Whether all that was there at the beginning is acknowledged. */
  void following(boolean isSo) {
    following.set(isSo);
  }

  /** Whether all that was there at the beginning is acknowledged. */
  boolean isFollowing() {
    return following.get();
  }
}
