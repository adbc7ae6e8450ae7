package bindery.store;

/**
 * A walk over the bindings that a {@link Selector} names, in key order, each once. Rows whose
 * leases have all ended are walked over like any other: ask {@link StreamPart#isLive}.
 *
 * <p>One thread at a time. Holds one RocksDB iterator (two by remote-ID) and one row. Closed by who
 * asked for it, before its view.
 */
public final class BindingCursor implements AutoCloseable {
  BindingCursor() {}

  /**
   * Moves to the next binding.
   *
   * @return false at the end, from then on always
   * @throws StoreException if the engine reports an error or a row is corrupt
   */
  public boolean next() {
    throw new UnsupportedOperationException();
  }

  /** The link the current binding is on; 0 for none known. */
  public int linkId() {
    throw new UnsupportedOperationException();
  }

  /** The current row; the same object each time. */
  public StreamPart row() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
