package bindery.raft;

import bindery.store.BindingStore;
import bindery.store.StoreView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots of this node's rows that were asked for through the log, so that each node's is of the
 * same entry. Each is kept for a minute, and at most two: a snapshot keeps rows on disk that would
 * otherwise go. Any thread, save {@link #keep}.
 */
final class KeptViews implements AutoCloseable {
  /** The most that are kept. */
  static final int KEPT_MAX = 2;

  /** How long one is kept. */
  static final Duration KEPT_FOR = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(KeptViews.class);

  private final BindingStore store;
  private final AppliedWaits waits;
  private final ScheduledExecutorService timer;
  private final Duration keptFor;
  private final Deque<Kept> kept = new ArrayDeque<>();
  private boolean closed;

  private record Kept(long token, StoreView view) {}

  /**
   * Of a replica.
   *
   * @param keptFor after which one is let go
   */
  KeptViews(
      BindingStore store, AppliedWaits waits, ScheduledExecutorService timer, Duration keptFor) {
    this.store = store;
    this.waits = waits;
    this.timer = timer;
    this.keptFor = keptFor;
  }

  /**
   * Keeps the rows as they are now. On the thread that applies, so that they are those of the entry
   * applied last. What goes wrong concerns the asker alone, so it is not thrown.
   */
  void keep(long token) {
    try {
      add(new Kept(token, store.view()));
    } catch (RuntimeException e) {
      LOG.warn("event=rows-not-kept at entry {}: {}", store.applied().index(), e.toString(), e);
    }
  }

  private synchronized void add(Kept next) {
    if (closed) {
      next.view().close();
      return;
    }
    kept.addLast(next);
    if (kept.size() > KEPT_MAX) {
      kept.removeFirst().view().close();
    }
    try {
      var unused = timer.schedule(() -> drop(next), keptFor.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      drop(next); // stopping
    }
  }

  private synchronized void drop(Kept old) {
    if (kept.remove(old)) {
      old.view().close();
    }
  }

  /** As {@link Replica#kept}. */
  synchronized Optional<StoreView> find(KeptRevision asked) {
    return kept.stream()
        .filter(held -> held.token() == asked.token())
        .map(Kept::view)
        .filter(view -> view.revision() == asked.revision())
        .findFirst();
  }

  /** As {@link Replica#awaitApplied}. */
  CompletableFuture<Void> awaitApplied(long revision, Duration patience) {
    CompletableFuture<Void> applied = waits.await(revision);
    return applied
        .copy()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> waits.forget(revision, applied));
  }

  /** Lets go of all: other rows take the place of these. */
  synchronized void clear() {
    kept.forEach(held -> held.view().close());
    kept.clear();
  }

  /** Lets go of all, and keeps no more. */
  @Override
  public synchronized void close() {
    closed = true;
    clear();
  }
}
