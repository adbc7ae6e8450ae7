package bindery.store;

import bindery.log.v1.Identity;
import bindery.log.v1.Job;
import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot of everything in the store, at one revision.
 *
 * <p>Pins a RocksDB snapshot and the generation of the store it is of, until it and all its cursors
 * are closed by who asked for them. May be used and closed on any thread; each cursor is one
 * thread's own. Every method throws {@link IllegalStateException} after {@link #close}, and {@link
 * StoreException} if the engine fails or a row is corrupt.
 */
public final class StoreView implements AutoCloseable {
  private final PinnedSnapshot pinned;
  private final RowReader rows;
  private final AppliedIndex applied;
  private final long clusterTimeMillis;
  private boolean closed;

  /** Takes over one reference to the generation that the caller acquired. */
  StoreView(Generation generation) {
    pinned = new PinnedSnapshot(generation);
    rows = pinned.reader();
    try {
      applied = MetaRow.readApplied(rows);
      clusterTimeMillis = MetaRow.readNumber(rows, MetaKey.CLUSTER_TIME);
    } catch (RuntimeException e) {
      pinned.release();
      throw e;
    }
  }

  private RowReader open() {
    if (closed) {
      throw new IllegalStateException("a closed view of revision " + applied.index());
    }
    return rows;
  }

  /** The Raft index up to which this snapshot holds everything; -1 for an empty store. */
  public long revision() {
    return applied.index();
  }

  /** The instant the log had reached, milliseconds since 1970; 0 before the first entry. */
  public long clusterTimeMillis() {
    return clusterTimeMillis;
  }

  /** The level whose rules the cluster follows; 0 before the first entry. */
  public synchronized int level() {
    return (int) MetaRow.readNumber(open(), MetaKey.LEVEL);
  }

  private synchronized @Nullable Identity identity() {
    byte[] row = open().get(MetaKey.IDENTITY);
    return row == null ? null : MetaRow.parseIdentity(row);
  }

  /** The cluster's name as made at its first start; empty before. */
  public Optional<String> cluster() {
    Identity identity = identity();
    return identity == null ? Optional.empty() : Optional.of(identity.getCluster());
  }

  /** The cluster's DUID, sent as SERVERID (T-18); empty before it was made. */
  public Optional<Duid> clusterDuid() {
    Identity identity = identity();
    return identity == null || identity.getDuid().isEmpty()
        ? Optional.empty()
        : Optional.of(new Duid(Bytes.wrap(identity.getDuid().toByteArray())));
  }

  /** The cluster's incarnation, 16 octets; empty before it was made. */
  public Bytes incarnation() {
    Identity identity = identity();
    return identity == null ? Bytes.EMPTY : Bytes.wrap(identity.getIncarnation().toByteArray());
  }

  /** The settings that decide rows; those never set are unset in it. */
  public synchronized Settings settings() {
    return StoreSettings.read(open());
  }

  /** The same, with what holds in the place of those never set. */
  public Settings settingsInForce() {
    return StoreSettings.inForce(settings());
  }

  /** The links. */
  public synchronized Topology topology() {
    return open().generation().topologies().of(rows);
  }

  /** All sources, by name. */
  public synchronized List<Source> sources() {
    return Sessions.all(open());
  }

  /** How far an empty answer may be believed. */
  public Standing standing() {
    return Standing.of(sources(), settings(), clusterTimeMillis);
  }

  /**
   * Since when the longest silent source told nothing, seconds since 2000; empty if none is silent.
   * Only a source whose feeder follows its server can be.
   */
  public OptionalLong silentSince() {
    return Silence.since(sources(), settings(), clusterTimeMillis);
  }

  /** Whether the source follows its server and fell silent. */
  public boolean isSilent(Source source) {
    return Silence.isSilent(source, settings(), clusterTimeMillis);
  }

  /** The jobs that are not done, oldest first. */
  public synchronized List<Job> jobs() {
    return new JobRows(open()).all();
  }

  /** Whether the purge has something to forget. */
  public synchronized boolean isPurgeDue() {
    return Purge.isDue(open(), settings(), DhcpTime.ofUnixMillis(clusterTimeMillis));
  }

  /** Whether any binding ever carried a relay-ID. */
  public synchronized boolean hasCarriedRelayIds() {
    return open().get(MetaKey.CARRIED_RELAY_ID) != null;
  }

  /** Whether any binding ever carried a remote-ID. */
  public synchronized boolean hasCarriedRemoteIds() {
    return open().get(MetaKey.CARRIED_REMOTE_ID) != null;
  }

  /**
   * What this node saw of the source while it applied entries, since it opened its rows: up to now,
   * not up to this snapshot. By the links as this snapshot has them.
   */
  public synchronized SourceObservation observed(Source source) {
    LinkDecider links = new LinkDecider(open().generation().topologies().of(rows), List::of);
    links.name(source.getId(), source.getName());
    return rows.generation()
        .observations()
        .of(source.getId(), links, DhcpTime.ofUnixMillis(clusterTimeMillis));
  }

  /** The leases that sources fight over, as this node saw it: up to now, as {@link #observed}. */
  public synchronized List<LeaseFight> fights() {
    return open().generation().observations().fights(DhcpTime.ofUnixMillis(clusterTimeMillis));
  }

  /** RocksDB's estimate of the number of bindings. */
  public synchronized long bindingsEstimate() {
    return open().generation().property(Family.BINDING, "rocksdb.estimate-num-keys");
  }

  /** What the engine keeps of the store: up to now, not up to this snapshot. */
  public synchronized StoreFigures figures() {
    return open().generation().figures();
  }

  /**
   * Counts the bindings by link and by relay-ID. Blocks for reading keys.
   *
   * @param rowsMax the most bindings that are looked at
   */
  public BindingCensus census(long rowsMax) {
    PinnedSnapshot held = pin();
    try {
      return BindingCensus.take(held, revision(), rowsMax);
    } finally {
      held.release();
    }
  }

  /**
   * Walks the bindings of a selector.
   *
   * @param selector what is wanted; its links need not exist
   * @param bulk whether the answer may be large: then blocks read do not displace the cache
   * @param now seconds since 2000: who holds an address is decided among the leases live then; no
   *     other selector looks at it
   */
  public synchronized BindingCursor scan(Selector selector, boolean bulk, long now) {
    open();
    return BindingCursor.open(pinned, selector, bulk, now);
  }

  /** One more reference to the snapshot, to be released by the caller. */
  synchronized PinnedSnapshot pin() {
    open();
    pinned.retain();
    return pinned;
  }

  /** Lets go of the snapshot, once its cursors are closed too. A second call does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      pinned.release();
    }
  }
}
