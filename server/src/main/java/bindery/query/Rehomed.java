package bindery.query;

import bindery.log.v1.Job;
import bindery.model.Ipv6Address;
import bindery.store.StoreException;
import bindery.store.StoreView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Waits, for a query that names a link, until the job that moves that link's bindings is done:
 * while it runs, some of them are on another link still. Other queries find each lease once at any
 * time, and do not wait.
 *
 * <p>Any thread; waiting costs none.
 */
final class Rehomed {
  private static final long LOOK_MILLIS = 50;

  private final Supplier<StoreView> views;
  private final Executor reads;
  // The thread of delays does no more than hand the look on, and hears if it is refused.
  private final Executor later =
      CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);
  private final LongSupplier nanos;
  private final Duration patience;

  /**
   * On one node.
   *
   * @param views pins a snapshot of the store; closed here
   * @param reads runs what reads the store, which whoever completes a barrier must not wait for
   * @param nanos a monotonic clock
   * @param patience after which the query goes on all the same: its plan tells why it cannot be
   */
  Rehomed(Supplier<StoreView> views, Executor reads, LongSupplier nanos, Duration patience) {
    this.views = views;
    this.reads = reads;
    this.nanos = nanos;
    this.patience = patience;
  }

  /** Whether leases leave one of those links, or come to it, by a job that is not done. */
  static boolean isUnderWay(StoreView view, List<Integer> links) {
    return view.jobs().stream()
        .filter(Job::hasRehome)
        .anyMatch(job -> job.getRehome().getLinksList().stream().anyMatch(links::contains));
  }

  /**
   * Completes with the value once nothing moves on the links around that address; fails if the
   * store may not be looked at, be it the first time or a later one.
   */
  <T> CompletionStage<T> await(Ipv6Address linkAddress, T value) {
    if (linkAddress.isUnspecified()) {
      return CompletableFuture.completedStage(value);
    }
    CompletableFuture<T> still = new CompletableFuture<>();
    queue(linkAddress, value, nanos.getAsLong(), still);
    return still;
  }

  private <T> void queue(
      Ipv6Address linkAddress, T value, long begunNanos, CompletableFuture<T> still) {
    try {
      reads.execute(() -> look(linkAddress, value, begunNanos, still));
    } catch (RejectedExecutionException e) {
      still.completeExceptionally(e);
    }
  }

  private <T> void look(
      Ipv6Address linkAddress, T value, long begunNanos, CompletableFuture<T> still) {
    try {
      if (nanos.getAsLong() - begunNanos >= patience.toNanos() || !moves(linkAddress)) {
        still.complete(value);
      } else {
        later.execute(() -> queue(linkAddress, value, begunNanos, still));
      }
    } catch (RuntimeException e) {
      still.completeExceptionally(e);
    }
  }

  private boolean moves(Ipv6Address linkAddress) {
    try (StoreView view = views.get()) {
      return view.jobs().stream().anyMatch(Job::hasRehome)
          && isUnderWay(view, view.topology().containing(linkAddress));
    } catch (StoreException e) {
      return false; // whoever begins the answer meets the fault, and tells of it
    }
  }
}
