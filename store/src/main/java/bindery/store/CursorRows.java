package bindery.store;

/** Where a {@link BindingCursor} takes its rows from. One thread. */
interface CursorRows extends AutoCloseable {
  /**
   * Moves to the next binding and wraps its row.
   *
   * @return false at the end; not called again then
   * @throws StoreException if the engine fails or a row is corrupt
   */
  boolean next(StreamPart row);

  /** The link of the current binding. */
  int linkId();

  @Override
  void close();
}
