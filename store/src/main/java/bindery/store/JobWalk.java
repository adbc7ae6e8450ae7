package bindery.store;

import bindery.model.LeaseKey;
import com.google.protobuf.ByteString;

/**
 * A walk over rows in key order, as far as one entry may go.
 *
 * @param cursor the key that the next walk begins at; empty if this one came to the end
 * @param visited rows walked over
 * @param changed those of them that led to a change
 */
record JobWalk(ByteString cursor, int visited, int changed) {
  /** What is done with each binding. */
  interface BindingVisit {
    /** Does it; returns about how many rows that writes. */
    int visit(BindingRecord binding);
  }

  /** What is done with each lease that is held. */
  interface LeaseVisit {
    /** Does it; returns about how many rows that writes. */
    int visit(BindingRecord holder, LeaseRecord lease);
  }

  // A binding of so many leases counts as one row read more: what a step holds is bounded by what
  // it decodes, not by how many rows that was.
  private static final int LEASES_A_READ = 16;

  /** What is done with each row. */
  private interface RowVisit {
    /** Does it; returns what was read beside the row itself, and about how many rows it writes. */
    Cost visit(byte[] key, byte[] value);
  }

  private record Cost(int reads, int writes) {
    static Cost of(int leases, int writes) {
      return new Cost(leases / LEASES_A_READ, writes);
    }
  }

  /** Whether nothing is left. */
  boolean isEnd() {
    return cursor.isEmpty();
  }

  /** Walks over bindings from {@code from} on, as the overlay has them. */
  static JobWalk overBindings(
      RowReader rows, Overlay overlay, ByteString from, JobLimits limits, BindingVisit visit) {
    return over(
        rows,
        Family.BINDING,
        from,
        limits,
        (key, value) -> {
          BindingRecord binding = BindingCodec.decode(BindingKey.of(key, 0), value);
          return Cost.of(binding.leases().size(), visit.visit(overlay.take(binding)));
        });
  }

  /**
   * Walks over leases from {@code from} on, tombstones among them. A lease keeps its key whichever
   * link or client it goes to meanwhile, so none is missed by going behind the cursor.
   */
  static JobWalk overLeases(
      RowReader rows, Overlay overlay, ByteString from, JobLimits limits, LeaseVisit visit) {
    return over(
        rows,
        Family.LEASE,
        from,
        limits,
        (key, value) -> {
          BindingKey owner = LeaseRow.decode(value).owner();
          if (owner == null) {
            return new Cost(0, 0);
          }
          LeaseKey lease = Keys.parseLease(key);
          BindingRecord holder = overlay.binding(owner);
          LeaseRecord held = holder.leases().get(lease);
          if (held == null) {
            throw new StoreException(
                "the lease row of "
                    + lease
                    + " names "
                    + owner
                    + ", which does not hold it; "
                    + StoreException.REMEDY);
          }
          return Cost.of(holder.leases().size(), visit.visit(holder, held));
        });
  }

  private static JobWalk over(
      RowReader rows, Family family, ByteString from, JobLimits limits, RowVisit visit) {
    int visited = 0;
    int changed = 0;
    int reads = 0;
    int writes = 0;
    try (RowRange range = rows.range(family, from.toByteArray(), null)) {
      while (range.next()) {
        byte[] key = range.key();
        if (reads >= limits.reads() || writes >= limits.writes()) {
          return new JobWalk(ByteString.copyFrom(key), visited, changed);
        }
        visited++;
        Cost cost = visit.visit(key, range.value());
        reads += 1 + cost.reads();
        writes += cost.writes();
        changed += cost.writes() > 0 ? 1 : 0;
      }
    }
    return new JobWalk(ByteString.EMPTY, visited, changed);
  }
}
