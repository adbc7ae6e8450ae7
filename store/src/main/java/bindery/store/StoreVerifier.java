package bindery.store;

import bindery.log.v1.Link;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.Arrays;
import java.util.List;

/**
 * Proves that rows and indexes agree: every index entry has its row, every row has its index
 * entries, every stream part is what its bookkeeping gives, every key is exact.
 *
 * <p>First each binding is decoded and its index rows are looked up. They are all different, so if
 * an index then holds no more rows than were found, each of them has its binding; only if it holds
 * more is it read row by row to name those that have none.
 */
public final class StoreVerifier {
  /** The most faults that a report names. */
  public static final int FAULTS_MAX = 100;

  private final RowReader rows;
  private final PinnedSnapshot pinned;
  private final long now;
  private final Faults faults = new Faults(FAULTS_MAX);
  private final ContentHash hash = new ContentHash();
  private long bindings;
  private long leases;
  private long relayRows;
  private long remoteRows;
  private long clientRows;
  private long ownedRows;
  private long armedRows;

  private StoreVerifier(PinnedSnapshot pinned, long now) {
    this.pinned = pinned;
    this.now = now;
    rows = pinned.reader();
  }

  /**
   * What was found.
   *
   * @param bindings rows of the truth
   * @param leases in them
   * @param faults a sentence each, at most {@link #FAULTS_MAX}; empty if all agree
   * @param contentHash 32 octets over the decoded content, as {@link StoreContent} has it
   */
  public record Report(
      long revision, long bindings, long leases, List<String> faults, Bytes contentHash) {
    /** Copies the list. */
    public Report {
      faults = List.copyOf(faults);
    }
  }

  /**
   * Reads everything once. Memory does not grow with the store.
   *
   * @throws StoreException if the engine cannot read; a corrupt row is a fault in the report
   */
  public static Report verify(StoreView view) {
    PinnedSnapshot pinned = view.pin();
    try {
      StoreVerifier verifier =
          new StoreVerifier(pinned, DhcpTime.ofUnixMillis(view.clusterTimeMillis()));
      verifier.readBindings();
      new IndexVerifier(pinned, verifier.faults, verifier.hash)
          .verify(
              verifier.relayRows,
              verifier.remoteRows,
              verifier.clientRows,
              verifier.ownedRows,
              verifier.armedRows);
      verifier.readLinks();
      verifier.readSources();
      verifier.hash.addCluster(verifier.rows);
      return new Report(
          view.revision(),
          verifier.bindings,
          verifier.leases,
          verifier.faults.kept(),
          verifier.hash.finish());
    } finally {
      pinned.release();
    }
  }

  private void readBindings() {
    boolean relaysCarried = false;
    boolean remotesCarried = false;
    try (RangeScan scan = scan(Family.BINDING)) {
      while (scan.next()) {
        bindings++;
        byte[] key = scan.copyKey();
        int size = scan.readValue();
        byte[] row = Arrays.copyOf(scan.value(), size);
        try {
          BindingRecord binding = BindingCodec.decode(BindingKey.of(key, 0), row);
          leases += binding.leases().size();
          hash.add(binding);
          verify(binding, row);
          relaysCarried |= !binding.relayIds().isEmpty();
          remotesCarried |= !binding.remoteIds().isEmpty();
        } catch (StoreException e) {
          faults.add("binding row " + Bytes.wrap(key) + ": " + e.getMessage());
        }
      }
    }
    if (relaysCarried && rows.get(MetaKey.CARRIED_RELAY_ID) == null) {
      faults.add("there is a binding with a relay-ID, but meta says that none ever had one");
    }
    if (remotesCarried && rows.get(MetaKey.CARRIED_REMOTE_ID) == null) {
      faults.add("there is a binding with a remote-ID, but meta says that none ever had one");
    }
  }

  private RangeScan scan(Family family) {
    return new RangeScan(pinned, family, true, RangeScan.READAHEAD_BYTES, List.of(KeyRange.ALL));
  }

  private void verify(BindingRecord binding, byte[] row) {
    BindingKey key = binding.key();
    if (!Arrays.equals(BindingCodec.encode(binding, row[0]), row)) {
      faults.add(key + ": the row is not what its content gives");
    }
    if (rows.get(Family.CLIENT, Keys.client(binding.space(), key)) != null) {
      clientRows++;
    } else {
      faults.add(key + ": no row in client");
    }
    verifyRelays(binding, row[0]);
    for (RemoteId remote : binding.remoteIds()) {
      if (rows.get(Family.REMOTE, Keys.remote(binding.space(), remote, key)) != null) {
        remoteRows++;
      } else {
        faults.add(key + ": no row in remote for " + remote);
      }
    }
    for (LeaseKey lease : binding.leases().keySet()) {
      verifyLease(binding, lease);
    }
    verifyArmed(binding);
  }

  private void verifyRelays(BindingRecord binding, int format) {
    for (Duid relay : binding.relayIds()) {
      byte[] copy = rows.get(Family.RELAY, Keys.relay(binding.space(), relay, binding.key()));
      if (copy == null) {
        faults.add(binding.key() + ": no row in relay for " + relay);
        continue;
      }
      relayRows++;
      if (!Arrays.equals(BindingCodec.encodeStreamPart(binding, format), copy)) {
        faults.add(binding.key() + ": the row in relay for " + relay + " is not its stream part");
      }
    }
  }

  private void verifyLease(BindingRecord binding, LeaseKey lease) {
    byte[] row = rows.get(Family.LEASE, Keys.lease(binding.space(), lease));
    if (row == null) {
      faults.add(binding.key() + ": no row in lease for " + lease);
      return;
    }
    BindingKey owner = LeaseRow.decode(row).owner();
    if (owner == null) {
      faults.add(binding.key() + ": a tombstone in lease for " + lease);
    } else if (!owner.equals(binding.key())) {
      faults.add(binding.key() + ": holds " + lease + ", which lease says is of " + owner);
    } else {
      ownedRows++;
    }
  }

  private void verifyArmed(BindingRecord binding) {
    long earliest = binding.earliestEnd();
    boolean armed = binding.armed() != BindingRecord.NOT_ARMED;
    // What has ended may have been looked at, and kept for a source that fell silent: the purge
    // comes back to it later.
    boolean isKept = armed && earliest < now;
    boolean isLate = !armed || binding.armed() > Math.max(0, earliest);
    if (earliest != Long.MAX_VALUE && isLate && !isKept) {
      faults.add(
          binding.key()
              + ": a lease ends at "
              + earliest
              + (armed ? ", but the purge looks at " + binding.armed() : ", but is not armed"));
    }
    if (armed) {
      if (rows.get(Family.EXPIRY, Keys.expiry(binding.armed(), binding.key())) != null) {
        armedRows++;
      } else {
        faults.add(binding.key() + ": no row in expiry at " + binding.armed());
      }
    }
  }

  private void readLinks() {
    try (RowRange range = rows.all(Family.LINK)) {
      while (range.next()) {
        try {
          Link link = MetaRow.parseLink(range.value());
          hash.add(link);
          if (!Arrays.equals(range.key(), Keys.link(link.getId()))) {
            faults.add("link " + link.getName() + ": the key is not its id " + link.getId());
          }
        } catch (StoreException e) {
          faults.add("link row " + Bytes.wrap(range.key()) + ": " + e.getMessage());
        }
      }
    }
  }

  private void readSources() {
    try (RowRange range = rows.all(Family.SOURCE)) {
      while (range.next()) {
        try {
          Source source = MetaRow.parseSource(range.value());
          hash.add(source);
          if (!Arrays.equals(range.key(), Keys.source(source.getName()))) {
            faults.add("source " + source.getName() + ": the key is not its name");
          }
        } catch (StoreException e) {
          faults.add("source row " + Bytes.wrap(range.key()) + ": " + e.getMessage());
        }
      }
    }
  }
}
