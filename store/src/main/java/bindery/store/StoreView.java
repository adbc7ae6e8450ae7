package bindery.store;

import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import bindery.model.Duid;
import java.util.List;
import java.util.Optional;

/**
 * One snapshot of everything in the store, at one revision.
 *
 * <p>Pins a RocksDB snapshot and the generation of the store it is of, until closed by who asked
 * for it. May be opened and closed on any thread; each cursor is one thread's own.
 */
public final class StoreView implements AutoCloseable {
  StoreView() {}

  /** The Raft index up to which this snapshot holds everything; -1 for an empty store. */
  public long revision() {
    throw new UnsupportedOperationException();
  }

  /** The instant the log had reached, milliseconds since 1970; 0 before the first entry. */
  public long clusterTimeMillis() {
    throw new UnsupportedOperationException();
  }

  /** The level whose rules the cluster follows; 0 before the first entry. */
  public int level() {
    throw new UnsupportedOperationException();
  }

  /** The cluster's name as made at its first start; empty before. */
  public Optional<String> cluster() {
    throw new UnsupportedOperationException();
  }

  /** The cluster's DUID, sent as SERVERID (T-18); empty before it was made. */
  public Optional<Duid> clusterDuid() {
    throw new UnsupportedOperationException();
  }

  /** The cluster's incarnation, 16 octets; empty before it was made. */
  public Bytes incarnation() {
    throw new UnsupportedOperationException();
  }

  /** The settings that decide rows. */
  public Settings settings() {
    throw new UnsupportedOperationException();
  }

  /** The links. */
  public Topology topology() {
    throw new UnsupportedOperationException();
  }

  /** All sources, by name. */
  public List<Source> sources() {
    throw new UnsupportedOperationException();
  }

  /** How far an empty answer may be believed. */
  public Standing standing() {
    throw new UnsupportedOperationException();
  }

  /** Whether any binding ever carried a relay-ID. */
  public boolean hasCarriedRelayIds() {
    throw new UnsupportedOperationException();
  }

  /** Whether any binding ever carried a remote-ID. */
  public boolean hasCarriedRemoteIds() {
    throw new UnsupportedOperationException();
  }

  /** RocksDB's estimate of the number of bindings. */
  public long bindingsEstimate() {
    throw new UnsupportedOperationException();
  }

  /**
   * Walks the bindings of a selector.
   *
   * @param selector what is wanted; its links need not exist
   * @param bulk whether the answer may be large: then blocks read do not displace the cache
   */
  public BindingCursor scan(Selector selector, boolean bulk) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
