package bindery.kea.ha;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Items that are on their way, of one caller. Guarded by its {@link LiveFeed}. */
final class Waiting {
  final long first;
  final long through;
  final boolean isCopy;
  final CompletableFuture<Told> told = new CompletableFuture<>();
  final Map<Integer, String> rejects = new HashMap<>();

  /** Items of those sequences; copies belong to a sync. */
  Waiting(long first, long through, boolean isCopy) {
    this.first = first;
    this.through = through;
    this.isCopy = isCopy;
  }
}
