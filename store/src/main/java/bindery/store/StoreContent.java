package bindery.store;

import bindery.log.v1.Link;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * What a store holds at one revision, as counts and one hash. The hash is over decoded content:
 * bindings, tombstones, links, sources, level, settings and jobs. Two nodes that hold the same have
 * the same hash, whatever the formats of their rows; it tells nothing of indexes, which {@link
 * StoreVerifier} compares with the bindings.
 *
 * @param revision the Raft index that it is of
 * @param leases in all bindings; those that ended and are not yet forgotten are not among them
 * @param hash 32 octets
 */
public record StoreContent(
    long revision, long bindings, long leases, long links, long sources, Bytes hash) {
  // Between two looks at whether to go on: some milliseconds.
  private static final int ROWS_BETWEEN_LOOKS = 1 << 12;

  /**
   * Reads everything once. Memory does not grow with the store. The view may be closed meanwhile;
   * its snapshot is held until this returns.
   *
   * @param isOver asked every few thousand rows; true ends it
   * @throws CancellationException if it was ended
   * @throws StoreException if the engine cannot read, or a row is corrupt
   * @throws IllegalStateException if the view is closed already
   */
  public static StoreContent read(StoreView view, BooleanSupplier isOver) {
    PinnedSnapshot pinned = view.pin();
    try {
      return new Reading(pinned, isOver).all(view.revision());
    } finally {
      pinned.release();
    }
  }

  private static final class Reading {
    private final PinnedSnapshot pinned;
    private final BooleanSupplier isOver;
    private final ContentHash hash = new ContentHash();
    private long rows;

    Reading(PinnedSnapshot pinned, BooleanSupplier isOver) {
      this.pinned = pinned;
      this.isOver = isOver;
    }

    StoreContent all(long revision) {
      long bindings = 0;
      long leases = 0;
      try (RangeScan scan = scan(Family.BINDING)) {
        while (next(scan)) {
          BindingRecord binding = BindingCodec.decode(BindingKey.of(key(scan), 0), row(scan));
          hash.add(binding);
          bindings++;
          leases += binding.leases().size();
        }
      }
      try (RangeScan scan = scan(Family.LEASE)) {
        while (next(scan)) {
          byte[] row = row(scan);
          Tombstone tombstone = LeaseRow.isOwned(row) ? null : LeaseRow.decode(row).tombstone();
          if (tombstone != null) {
            byte[] key = key(scan);
            hash.add(Keys.space(key), Keys.parseLease(key), tombstone);
          }
        }
      }
      long links = 0;
      try (RangeScan scan = scan(Family.LINK)) {
        for (; next(scan); links++) {
          Link link = MetaRow.parseLink(row(scan));
          hash.add(link);
        }
      }
      long sources = 0;
      try (RangeScan scan = scan(Family.SOURCE)) {
        for (; next(scan); sources++) {
          Source source = MetaRow.parseSource(row(scan));
          hash.add(source);
        }
      }
      hash.addCluster(pinned.reader());
      return new StoreContent(revision, bindings, leases, links, sources, hash.finish());
    }

    private RangeScan scan(Family family) {
      return new RangeScan(pinned, family, true, RangeScan.READAHEAD_BYTES, List.of(KeyRange.ALL));
    }

    private boolean next(RangeScan scan) {
      if (rows++ % ROWS_BETWEEN_LOOKS == 0 && isOver.getAsBoolean()) {
        throw new CancellationException("the reading of the store was ended");
      }
      return scan.next();
    }

    private static byte[] key(RangeScan scan) {
      return scan.copyKey();
    }

    private static byte[] row(RangeScan scan) {
      int size = scan.readValue(); // may change the array
      return Arrays.copyOf(scan.value(), size);
    }
  }
}
