package bindery.raft;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Who waits for an entry to be applied here. Bounded by who asks: one barrier at a time.
 *
 * <p>Any thread may wait; the thread that applies tells.
 */
final class AppliedWaits {
  private final ConcurrentSkipListMap<Long, CompletableFuture<Void>> waits =
      new ConcurrentSkipListMap<>();
  private volatile long applied;

  AppliedWaits(long applied) {
    this.applied = applied;
  }

  /** Done once the entry is applied. */
  CompletableFuture<Void> await(long index) {
    CompletableFuture<Void> done =
        waits.computeIfAbsent(index, unused -> new CompletableFuture<>());
    complete();
    return done;
  }

  /** Nobody waits for that entry any more. */
  void forget(long index) {
    waits.remove(index);
  }

  /** Notes that everything up to {@code index} is applied. */
  void applied(long index) {
    applied = index;
    complete();
  }

  private void complete() {
    for (Map.Entry<Long, CompletableFuture<Void>> first;
        (first = waits.firstEntry()) != null && first.getKey() <= applied; ) {
      waits.remove(first.getKey(), first.getValue());
      first.getValue().complete(null);
    }
  }
}
