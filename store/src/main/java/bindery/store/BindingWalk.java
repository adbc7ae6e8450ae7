package bindery.store;

import com.google.protobuf.ByteString;

/**
 * A walk over all bindings in key order, as far as one entry may go.
 *
 * @param cursor the key that the next walk begins at; empty if this one came to the end
 * @param visited bindings walked over
 * @param changed those of them that were changed
 */
record BindingWalk(ByteString cursor, int visited, int changed) {
  /** What is done with each binding. */
  interface Visit {
    /** Does it; returns about how many rows that writes. */
    int visit(BindingRecord binding);
  }

  /** Whether no binding is left. */
  boolean isEnd() {
    return cursor.isEmpty();
  }

  /** Walks from {@code from} on, over bindings as the overlay has them. */
  static BindingWalk over(
      RowReader rows, Overlay overlay, ByteString from, JobLimits limits, Visit visit) {
    int visited = 0;
    int changed = 0;
    int writes = 0;
    try (RowRange range = rows.range(Family.BINDING, from.toByteArray(), null)) {
      while (range.next()) {
        byte[] key = range.key();
        if (visited >= limits.reads() || writes >= limits.writes()) {
          return new BindingWalk(ByteString.copyFrom(key), visited, changed);
        }
        visited++;
        int cost =
            visit.visit(overlay.take(BindingCodec.decode(BindingKey.of(key, 0), range.value())));
        writes += cost;
        changed += cost > 0 ? 1 : 0;
      }
    }
    return new BindingWalk(ByteString.EMPTY, visited, changed);
  }
}
