package bindery.store;

import bindery.model.Bytes;
import bindery.model.LeaseKey;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way back of a verification: from index rows to bindings. What the way forth found is given as
 * a count for each index.
 */
final class IndexVerifier {
  private final PinnedSnapshot pinned;
  private final RowReader rows;
  private final Faults faults;
  private final ContentHash hash;

  /**
   * Over a snapshot that the caller holds.
   *
   * @param hash takes in every tombstone on the way
   */
  IndexVerifier(PinnedSnapshot pinned, Faults faults, ContentHash hash) {
    this.pinned = pinned;
    this.rows = pinned.reader();
    this.faults = faults;
    this.hash = hash;
  }

  /** Checks that there are no more rows than were found from the bindings, or names the others. */
  void verify(long relay, long remote, long client, long owned, long armed) {
    if (count(Family.RELAY) != relay) {
      name(Family.RELAY, this::relayFault);
    }
    if (count(Family.REMOTE) != remote) {
      name(Family.REMOTE, this::remoteFault);
    }
    if (count(Family.CLIENT) != client) {
      name(Family.CLIENT, this::clientFault);
    }
    verifyLeases(owned, armed);
  }

  // Tombstones are reached from their rows in lease alone.
  private void verifyLeases(long owned, long armed) {
    long ownedRows = 0;
    long tombstones = 0;
    try (RangeScan scan = scan(Family.LEASE)) {
      while (scan.next()) {
        byte[] key = scan.copyKey();
        int size = scan.readValue(); // may change the array
        byte[] row = Arrays.copyOf(scan.value(), size);
        try {
          LeaseKey lease = Keys.parseLease(key);
          Tombstone tombstone = LeaseRow.decode(row).tombstone();
          if (tombstone == null) {
            ownedRows++;
            continue;
          }
          hash.add(Keys.space(key), lease, tombstone);
          byte[] expiry = Keys.expiry(Math.max(0, tombstone.end()), Keys.space(key), lease);
          if (rows.get(Family.EXPIRY, expiry) == null) {
            faults.add("tombstone of " + lease + ": no row in expiry at " + tombstone.end());
          } else {
            tombstones++;
          }
        } catch (StoreException e) {
          faults.add("lease row " + Bytes.wrap(key) + ": " + e.getMessage());
        }
      }
    }
    if (ownedRows != owned) {
      name(Family.LEASE, this::leaseFault);
    }
    if (count(Family.EXPIRY) != armed + tombstones) {
      name(Family.EXPIRY, this::expiryFault);
    }
  }

  private RangeScan scan(Family family) {
    return new RangeScan(pinned, family, true, RangeScan.READAHEAD_BYTES, List.of(KeyRange.ALL));
  }

  private long count(Family family) {
    long count = 0;
    try (RangeScan scan = scan(family)) {
      while (scan.next()) {
        count++;
      }
    }
    return count;
  }

  /** What is wrong with an index row. */
  private interface Check {
    @Nullable String fault(byte[] key);
  }

  private void name(Family family, Check check) {
    try (RangeScan scan = scan(family)) {
      while (scan.next()) {
        byte[] key = scan.copyKey();
        String fault;
        try {
          fault = check.fault(key);
        } catch (StoreException e) {
          fault = e.getMessage();
        }
        if (fault != null) {
          faults.add(family.label() + " row " + Bytes.wrap(key) + ": " + fault);
        }
      }
    }
  }

  private @Nullable BindingRecord binding(BindingKey key) {
    byte[] row = rows.get(Family.BINDING, key.octets());
    return row == null ? null : BindingCodec.decode(key, row);
  }

  private @Nullable String relayFault(byte[] key) {
    Keys.RelayKey parsed = Keys.parseRelay(key);
    BindingRecord binding = binding(parsed.binding());
    boolean held =
        binding != null
            && binding.space() == parsed.space()
            && binding.relayIds().contains(parsed.relay());
    return held ? null : "no such relay-ID of " + parsed.binding();
  }

  private @Nullable String remoteFault(byte[] key) {
    Keys.RemoteKey parsed = Keys.parseRemote(key);
    BindingRecord binding = binding(parsed.binding());
    boolean held =
        binding != null
            && binding.space() == parsed.space()
            && binding.remoteIds().contains(parsed.remote());
    return held ? null : "no such remote-ID of " + parsed.binding();
  }

  private @Nullable String clientFault(byte[] key) {
    Keys.ClientKey parsed = Keys.parseClient(key);
    BindingRecord binding = binding(parsed.binding());
    boolean held = binding != null && binding.space() == parsed.space();
    return held ? null : "no binding of " + parsed.binding();
  }

  private @Nullable String leaseFault(byte[] key) {
    byte[] row = rows.get(Family.LEASE, key);
    BindingKey owner = row == null ? null : LeaseRow.decode(row).owner();
    if (owner == null) {
      return null;
    }
    BindingRecord binding = binding(owner);
    LeaseKey lease = Keys.parseLease(key);
    boolean held =
        binding != null
            && binding.space() == Keys.space(key)
            && binding.leases().containsKey(lease);
    return held ? null : "no lease " + lease + " of its owner, " + owner;
  }

  private @Nullable String expiryFault(byte[] key) {
    Keys.ExpiryKey parsed = Keys.parseExpiry(key);
    BindingKey binding = parsed.binding();
    LeaseKey lease = parsed.lease();
    if (binding != null) {
      BindingRecord held = binding(binding);
      boolean armed = held != null && held.armed() == parsed.instant();
      return armed ? null : "not the instant for which " + binding + " is armed";
    }
    if (lease == null) {
      return "neither of a binding nor of a tombstone";
    }
    byte[] row = rows.get(Family.LEASE, Keys.lease(parsed.space(), lease));
    Tombstone tombstone = row == null ? null : LeaseRow.decode(row).tombstone();
    boolean ended = tombstone != null && Math.max(0, tombstone.end()) == parsed.instant();
    return ended ? null : "no tombstone of " + lease + " that ended then";
  }
}
