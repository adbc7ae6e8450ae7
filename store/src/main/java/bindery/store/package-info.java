/**
 * Bindings and their indexes in RocksDB: one atomic write for each log entry, snapshot reads. The
 * only place that sees {@code org.rocksdb}.
 *
 * <p>The main type is {@link bindery.store.BindingStore}. Its one writer hands it log entries in
 * order by {@code apply}; any thread pins a {@link bindery.store.StoreView} and runs a {@link
 * bindery.store.Selector} over it, which yields a {@link bindery.store.BindingCursor} of ready-made
 * rows, a {@link bindery.store.StreamPart} each. Nothing here reads a clock, a random source or a
 * node's configuration: time arrives in the log entry.
 */
@NullMarked
package bindery.store;

import org.jspecify.annotations.NullMarked;
