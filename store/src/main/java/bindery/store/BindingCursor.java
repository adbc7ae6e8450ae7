package bindery.store;

import bindery.model.Ipv6Address;
import java.util.ArrayList;
import java.util.List;

/**
 * A walk over the bindings that a {@link Selector} names, in key order, each once. Rows whose
 * leases have all ended are walked over like any other: ask {@link StreamPart#isLive}. Only by
 * address a lease must be live to be found.
 *
 * <p>One thread at a time. Holds one RocksDB iterator (two by remote-ID) and one row, and its
 * snapshot until closed by who asked for it.
 */
public final class BindingCursor implements AutoCloseable {
  private final PinnedSnapshot pinned;
  private final CursorRows rows;
  private final StreamPart row = new StreamPart();
  private boolean current;
  private boolean ended;
  private boolean closed;

  private BindingCursor(PinnedSnapshot pinned, CursorRows rows) {
    this.pinned = pinned;
    this.rows = rows;
  }

  /** Opens a cursor over a snapshot that the caller holds meanwhile. */
  static BindingCursor open(PinnedSnapshot pinned, Selector selector, boolean bulk, long now) {
    pinned.retain();
    try {
      return new BindingCursor(pinned, rows(pinned, selector, bulk, now));
    } catch (RuntimeException e) {
      pinned.release();
      throw e;
    }
  }

  // Java 17 has no switch over sealed types.
  private static CursorRows rows(PinnedSnapshot pinned, Selector selector, boolean bulk, long now) {
    List<Integer> links = selector.links();
    if (selector instanceof Selector.ByLink) {
      // Without a link this would be every binding: nobody means that.
      List<KeyRange> ranges = links.isEmpty() ? List.of() : KeyRange.of(new byte[0], links);
      return new RangeRows(pinned, Family.BINDING, bulk, ranges, 0);
    }
    if (selector instanceof Selector.ByRelay byRelay) {
      byte[] prefix = Keys.relayPrefix(Keys.GLOBAL_SPACE, byRelay.relay());
      List<KeyRange> ranges = KeyRange.of(prefix, links);
      return new RangeRows(pinned, Family.RELAY, bulk, ranges, prefix.length);
    }
    if (selector instanceof Selector.ByRemote byRemote) {
      byte[] prefix = Keys.remotePrefix(Keys.GLOBAL_SPACE, byRemote.remote());
      return new IndexedRows(pinned, bulk, KeyRange.of(prefix, links), prefix.length);
    }
    if (selector instanceof Selector.ByClient byClient) {
      return new PointRows(pinned.reader(), ofClient(pinned, byClient));
    }
    if (selector instanceof Selector.ByAddress byAddress) {
      return new PointRows(pinned.reader(), ofAddress(pinned, byAddress.address(), links, now));
    }
    throw new IllegalArgumentException("a selector that is none of the five: " + selector);
  }

  private static List<BindingKey> ofClient(PinnedSnapshot pinned, Selector.ByClient by) {
    List<BindingKey> found = new ArrayList<>();
    if (by.links().isEmpty()) {
      byte[] prefix = Keys.clientPrefix(Keys.GLOBAL_SPACE, by.client());
      try (RowRange range = pinned.reader().prefix(Family.CLIENT, prefix)) {
        while (range.next()) {
          found.add(Keys.parseClient(range.key()).binding());
        }
      }
    } else {
      for (int link : KeyRange.inOrder(by.links())) {
        found.add(new BindingKey(link, by.client()));
      }
    }
    return found;
  }

  private static List<BindingKey> ofAddress(
      PinnedSnapshot pinned, Ipv6Address address, List<Integer> links, long now) {
    BindingKey holder = new AddressSearch(pinned, now).holder(address);
    boolean wanted = holder != null && (links.isEmpty() || links.contains(holder.link()));
    return wanted ? List.of(holder) : List.of();
  }

  /**
   * Moves to the next binding.
   *
   * @return false at the end, from then on always
   * @throws StoreException if the engine reports an error or a row is corrupt
   * @throws IllegalStateException if it is closed
   */
  public boolean next() {
    if (closed) {
      throw new IllegalStateException("a closed cursor");
    }
    current = !ended && rows.next(row);
    ended = !current;
    return current;
  }

  /** The link the current binding is on; 0 for none known. */
  public int linkId() {
    checkCurrent();
    return rows.linkId();
  }

  /** The current row; the same object each time. */
  public StreamPart row() {
    checkCurrent();
    return row;
  }

  private void checkCurrent() {
    if (!current || closed) {
      throw new IllegalStateException("a cursor without a current binding");
    }
  }

  /** Lets go of the iterators and the snapshot. A second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      rows.close();
      pinned.release();
    }
  }
}
