package bindery.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for an entry to be applied here. Each has a future of its own and takes it back by
 * {@link #forget}, so it is bounded by who asks.
 *
 * <p>Any thread may wait; the thread that applies tells, and runs what follows.
 */
final class AppliedWaits {
  // Both guarded by this.
  private final TreeMap<Long, List<CompletableFuture<Void>>> waits = new TreeMap<>();
  private long applied;

  AppliedWaits(long applied) {
    this.applied = applied;
  }

  /** Done once the entry is applied. */
  synchronized CompletableFuture<Void> await(long index) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (index <= applied) {
      done.complete(null);
    } else {
      waits.computeIfAbsent(index, unused -> new ArrayList<>()).add(done);
    }
    return done;
  }

  /** Whoever was given that future waits no more. */
  synchronized void forget(long index, CompletableFuture<Void> done) {
    waits.computeIfPresent(
        index,
        (same, all) -> {
          all.removeIf(other -> other == done);
          return all.isEmpty() ? null : all;
        });
  }

  /** Notes that everything up to {@code index} is applied. */
  void applied(long index) {
    List<CompletableFuture<Void>> due = new ArrayList<>();
    synchronized (this) {
      applied = Math.max(applied, index);
      Map<Long, List<CompletableFuture<Void>>> over = waits.headMap(index, true);
      over.values().forEach(due::addAll);
      over.clear();
    }
    due.forEach(done -> done.complete(null));
  }
}
