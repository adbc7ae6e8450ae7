package bindery.store;

import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one log entry touches, decoded: each row is read at most once and written at most once,
 * however many updates of the entry meet in it. Indexes follow from what a binding was and what it
 * has become.
 *
 * <p>Bounded by the entry: at most one binding and two lease rows for each of its updates, and what
 * one step of a job walks over.
 */
final class Overlay {
  private static final LeaseRow FREE =
      LeaseRow.ended(new Tombstone(null, Long.MIN_VALUE, 0, 0, Long.MIN_VALUE));

  private final RowReader rows;
  private final OctetWriter encoded = new OctetWriter(1_024);
  private final Map<BindingKey, Entry> bindings = new LinkedHashMap<>();
  // The lease rows as read, FREE for none, and as they are to be; a row not read and not set is as
  // its binding says.
  private final Map<LeaseKey, LeaseRow> leasesRead = new HashMap<>();
  private final Map<LeaseKey, LeaseRow> leasesSet = new LinkedHashMap<>();

  /** A binding as it was and as it is. */
  private static final class Entry {
    final BindingRecord record;
    final boolean wasHeld;
    final Set<Duid> relaysBefore;
    final Set<RemoteId> remotesBefore;
    final long armedBefore;
    boolean isChanged;
    long armedLeast;

    Entry(BindingRecord record, boolean wasHeld) {
      this.record = record;
      this.wasHeld = wasHeld;
      relaysBefore = Set.copyOf(record.relayIds());
      remotesBefore = Set.copyOf(record.remoteIds());
      armedBefore = record.armed();
    }
  }

  Overlay(RowReader rows) {
    this.rows = rows;
  }

  /** The binding, an empty one if there is none. To be changed in place, then {@link #changed}. */
  BindingRecord binding(BindingKey key) {
    Entry held = bindings.get(key);
    if (held == null) {
      byte[] row = rows.get(Family.BINDING, key.octets());
      BindingRecord record = row == null ? new BindingRecord(key) : BindingCodec.decode(key, row);
      held = new Entry(record, row != null);
      bindings.put(key, held);
    }
    return held.record;
  }

  /** Takes a binding that was read already, so that it is not read again. */
  BindingRecord take(BindingRecord read) {
    return bindings.computeIfAbsent(read.key(), key -> new Entry(read, true)).record;
  }

  /** Notes that the binding has to be written. */
  void changed(BindingRecord binding) {
    Entry entry = bindings.get(binding.key());
    if (entry == null) {
      throw new IllegalStateException("not of this overlay: " + binding);
    }
    entry.isChanged = true;
  }

  /** Who holds the lease, or its tombstone; null if neither is known. */
  @Nullable LeaseRow lease(LeaseKey key) {
    LeaseRow set = leasesSet.get(key);
    if (set != null) {
      return set.equals(FREE) ? null : set;
    }
    LeaseRow read = readLease(key);
    return read.equals(FREE) ? null : read;
  }

  private LeaseRow readLease(LeaseKey key) {
    return leasesRead.computeIfAbsent(
        key,
        lease -> {
          byte[] row = rows.get(Family.LEASE, Keys.lease(Keys.GLOBAL_SPACE, lease));
          return row == null ? FREE : LeaseRow.decode(row);
        });
  }

  /**
   * Puts a lease into a binding. The caller has taken it from any other.
   *
   * @param isNew whether the binding did not hold it
   */
  void put(BindingRecord binding, LeaseRecord lease, boolean isNew) {
    binding.put(lease);
    changed(binding);
    if (isNew) {
      leasesSet.put(lease.key(), LeaseRow.ownedBy(binding.key()));
    }
  }

  /** About how many rows follow from a binding coming into being or going. */
  static int rowsOf(BindingRecord binding) {
    return 3 + binding.relayIds().size() + binding.remoteIds().size();
  }

  /** Takes a lease out of a binding, for it to be put elsewhere in the same write. */
  void remove(BindingRecord binding, LeaseKey lease) {
    binding.leases().remove(lease);
    changed(binding);
  }

  /** Leaves a tombstone where the lease was, or where it never was. */
  void bury(LeaseKey lease, Tombstone tombstone) {
    leasesSet.put(lease, LeaseRow.ended(tombstone));
  }

  /** Leaves nothing where the lease, or its tombstone, was. */
  void free(LeaseKey lease) {
    leasesSet.put(lease, FREE);
  }

  /**
   * Has a binding armed anew.
   *
   * @param least the instant before which the purge need not look, though a lease may have ended
   */
  void arm(BindingRecord binding, long least) {
    changed(binding);
    Entry entry = bindings.get(binding.key());
    if (entry != null) {
      entry.armedLeast = least;
      binding.setArmed(BindingRecord.NOT_ARMED);
    }
  }

  /**
   * Puts all that changed into the batch.
   *
   * @param carried told of each id of a binding that is written
   */
  void writeTo(RowBatch batch, CarriedIds carried) {
    for (Map.Entry<LeaseKey, LeaseRow> lease : leasesSet.entrySet()) {
      writeLease(batch, lease.getKey(), lease.getValue());
    }
    int format = Schema.rowFormat(MetaRow.readNumber(rows, MetaKey.LEVEL));
    for (Entry entry : bindings.values()) {
      if (entry.isChanged) {
        writeBinding(batch, entry, format, carried);
      }
    }
  }

  private void writeLease(RowBatch batch, LeaseKey key, LeaseRow now) {
    LeaseRow before = readLease(key);
    if (before.equals(now)) {
      return;
    }
    Tombstone buried = before.equals(FREE) ? null : before.tombstone();
    if (buried != null) {
      batch.delete(Family.EXPIRY, expiry(key, buried));
    }
    if (now.equals(FREE)) {
      batch.delete(Family.LEASE, Keys.lease(Keys.GLOBAL_SPACE, key));
      return;
    }
    batch.put(Family.LEASE, Keys.lease(Keys.GLOBAL_SPACE, key), now.encode());
    if (now.tombstone() != null) {
      batch.put(Family.EXPIRY, expiry(key, now.tombstone()));
    }
  }

  private static byte[] expiry(LeaseKey key, Tombstone tombstone) {
    return Keys.expiry(Math.max(0, tombstone.end()), Keys.GLOBAL_SPACE, key);
  }

  private void writeBinding(RowBatch batch, Entry entry, int format, CarriedIds carried) {
    BindingRecord record = entry.record;
    BindingKey key = record.key();
    if (record.leases().isEmpty()) {
      deleteBinding(batch, entry);
      return;
    }
    arm(batch, entry);
    carried.note(record);
    encoded.clear();
    int streamSize = BindingCodec.write(record, format, encoded);
    batch.put(Family.BINDING, key.octets(), encoded, encoded.size());
    for (Duid relay : record.relayIds()) {
      batch.put(Family.RELAY, Keys.relay(record.space(), relay, key), encoded, streamSize);
    }
    for (Duid relay : entry.relaysBefore) {
      if (!record.relayIds().contains(relay)) {
        batch.delete(Family.RELAY, Keys.relay(record.space(), relay, key));
      }
    }
    for (RemoteId remote : record.remoteIds()) {
      if (!entry.remotesBefore.contains(remote)) {
        batch.put(Family.REMOTE, Keys.remote(record.space(), remote, key));
      }
    }
    for (RemoteId remote : entry.remotesBefore) {
      if (!record.remoteIds().contains(remote)) {
        batch.delete(Family.REMOTE, Keys.remote(record.space(), remote, key));
      }
    }
    if (!entry.wasHeld) {
      batch.put(Family.CLIENT, Keys.client(record.space(), key));
    }
  }

  /** Arms a binding that has an end and waits for none, or for a later one than it must. */
  private static void arm(RowBatch batch, Entry entry) {
    BindingRecord record = entry.record;
    long earliest = record.earliestEnd();
    boolean isArmed = record.armed() != BindingRecord.NOT_ARMED;
    if (isArmed && record.armed() <= Math.max(0, earliest)) {
      return;
    }
    if (entry.armedBefore != BindingRecord.NOT_ARMED) {
      batch.delete(Family.EXPIRY, Keys.expiry(entry.armedBefore, record.key()));
    }
    if (earliest != Long.MAX_VALUE) {
      record.setArmed(Math.max(entry.armedLeast, earliest));
      batch.put(Family.EXPIRY, Keys.expiry(record.armed(), record.key()));
    }
  }

  private static void deleteBinding(RowBatch batch, Entry entry) {
    if (!entry.wasHeld) {
      return;
    }
    BindingRecord record = entry.record;
    BindingKey key = record.key();
    batch.delete(Family.BINDING, key.octets());
    batch.delete(Family.CLIENT, Keys.client(record.space(), key));
    entry.relaysBefore.forEach(
        relay -> batch.delete(Family.RELAY, Keys.relay(record.space(), relay, key)));
    entry.remotesBefore.forEach(
        remote -> batch.delete(Family.REMOTE, Keys.remote(record.space(), remote, key)));
    if (entry.armedBefore != BindingRecord.NOT_ARMED) {
      batch.delete(Family.EXPIRY, Keys.expiry(entry.armedBefore, key));
    }
  }
}
