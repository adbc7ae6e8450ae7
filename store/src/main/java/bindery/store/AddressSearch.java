package bindery.store;

import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Finds who holds an address: as an address, else as the longest delegated prefix around it.
 *
 * <p>Prefix lengths that no lease has cost nothing: keys are ordered by length before the prefix,
 * so one seek backwards tells the next shorter length there is. At most two seeks for each length
 * in use, 256 in all.
 */
final class AddressSearch {
  private final PinnedSnapshot pinned;
  private final RowReader rows;
  private final long now;

  /**
   * Searches a snapshot that the caller holds.
   *
   * @param now seconds since 2000: a lease that has ended then holds nothing
   */
  AddressSearch(PinnedSnapshot pinned, long now) {
    this.pinned = pinned;
    this.rows = pinned.reader();
    this.now = now;
  }

  /** The binding that holds the address in the global space; null if none does. */
  @Nullable BindingKey holder(Ipv6Address address) {
    LeaseKey exact = LeaseKey.ofAddress(address);
    byte[] row = rows.get(Family.LEASE, Keys.lease(Keys.GLOBAL_SPACE, exact));
    BindingKey found = row == null ? null : live(exact, row);
    return found != null ? found : holderOfPrefix(address);
  }

  private @Nullable BindingKey holderOfPrefix(Ipv6Address address) {
    Generation generation = pinned.generation();
    try (ReadOptions options = new ReadOptions(pinned.options());
        RocksIterator leases =
            generation.db().newIterator(generation.handle(Family.LEASE), options)) {
      int length = 128;
      while (length > 0) {
        Ipv6Address masked = address.masked(length);
        byte[] wanted = Keys.lease(Keys.GLOBAL_SPACE, LeaseKey.Kind.PREFIX, length, masked);
        leases.seekForPrev(wanted);
        if (!leases.isValid()) {
          leases.status();
          return null;
        }
        LeaseKey held = Keys.parseLease(leases.key());
        if (held.kind() != LeaseKey.Kind.PREFIX) {
          return null;
        }
        int heldLength = held.prefix().length();
        if (heldLength == length && held.prefix().address().equals(masked)) {
          BindingKey found =
              live(LeaseKey.ofPrefix(new Ipv6Prefix(masked, length)), leases.value());
          if (found != null) {
            return found;
          }
        }
        length = Math.min(length - 1, heldLength);
      }
      return null;
    } catch (RocksDBException e) {
      throw Generation.failure("cannot read from " + Family.LEASE.label(), e);
    }
  }

  // The owner, if there is one and the lease has not ended.
  private @Nullable BindingKey live(LeaseKey lease, byte[] row) {
    BindingKey owner = LeaseRow.decode(row).owner();
    if (owner == null) {
      return null;
    }
    byte[] binding = rows.get(Family.BINDING, owner.octets());
    if (binding == null) {
      throw Keys.corrupt("lease index: " + lease + " owned by", owner.octets(), "a row in binding");
    }
    StreamPart part = new StreamPart();
    part.wrap(binding, 0, binding.length);
    return part.isLive(lease, now) ? owner : null;
  }
}
