package bindery.store;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A decoded binding: everything held about one client on one link. Mutable, for the one thread that
 * applies; {@link BindingCodec} turns it into a row and back. Instants are seconds since 2000.
 */
final class BindingRecord {
  /** The most leases of one binding. */
  static final int LEASES_MAX = 4_096;

  /** The instant of a binding that no expiry row waits for. */
  static final long NOT_ARMED = -1;

  private final BindingKey key;
  private int space = Keys.GLOBAL_SPACE;
  private long cltt;
  private long lastChange;
  private Bytes relayData = Bytes.EMPTY;
  private Bytes options = Bytes.EMPTY;
  private Bytes hardwareAddress = Bytes.EMPTY;
  private long armed = NOT_ARMED;
  private final SortedSet<Duid> relayIds = new TreeSet<>();
  private final SortedSet<RemoteId> remoteIds = new TreeSet<>();
  private final SortedMap<LeaseKey, LeaseRecord> leases = new TreeMap<>();

  /** An empty binding. */
  BindingRecord(BindingKey key) {
    this.key = key;
  }

  /** Which client on which link. */
  BindingKey key() {
    return key;
  }

  /** The link's id; 0 for none known. */
  int link() {
    return key.link();
  }

  /** The client. */
  Duid client() {
    return key.client();
  }

  /** The VPN, 0..65535. */
  int space() {
    return space;
  }

  /** Sets the VPN. */
  void setSpace(int value) {
    space = value;
  }

  /** The last exchange with the client on this link. */
  long cltt() {
    return cltt;
  }

  /** Sets the last exchange. */
  void setCltt(long instant) {
    cltt = instant;
  }

  /** Cluster time of the last change. */
  long lastChange() {
    return lastChange;
  }

  /** Sets the cluster time of the last change. */
  void setLastChange(long instant) {
    lastChange = instant;
  }

  /** Data of OPTION_LQ_RELAY_DATA, at most 65,535 octets; empty after a direct exchange. */
  Bytes relayData() {
    return relayData;
  }

  /** Sets the relay data. */
  void setRelayData(Bytes data) {
    relayData = data;
  }

  /** Whole options that a requestor may ask for, at most 65,535 octets. */
  Bytes options() {
    return options;
  }

  /** Sets the returnable options. */
  void setOptions(Bytes whole) {
    options = whole;
  }

  /** As the server knows it; empty if not told. */
  Bytes hardwareAddress() {
    return hardwareAddress;
  }

  /** Sets the hardware address. */
  void setHardwareAddress(Bytes address) {
    hardwareAddress = address;
  }

  /** The instant of this binding's one row in {@code expiry}; {@link #NOT_ARMED} if it has none. */
  long armed() {
    return armed;
  }

  /** Sets the armed instant; writing the row is the caller's. */
  void setArmed(long instant) {
    armed = instant;
  }

  /** Relay-IDs of the newest relayed exchange; to be changed in place. */
  SortedSet<Duid> relayIds() {
    return relayIds;
  }

  /** Remote-IDs of the newest relayed exchange; to be changed in place. */
  SortedSet<RemoteId> remoteIds() {
    return remoteIds;
  }

  /** The leases; to be changed in place. */
  SortedMap<LeaseKey, LeaseRecord> leases() {
    return leases;
  }

  /** Sets a lease, in place of one with the same key. */
  void put(LeaseRecord lease) {
    leases.put(lease.key(), lease);
  }

  /** Takes over what is another binding's own: all but its leases and what it is armed for. */
  void takeOwn(BindingRecord other) {
    cltt = other.cltt;
    relayData = other.relayData;
    options = other.options;
    hardwareAddress = other.hardwareAddress;
    relayIds.clear();
    relayIds.addAll(other.relayIds);
    remoteIds.clear();
    remoteIds.addAll(other.remoteIds);
  }

  /** Forgets what is the binding's own, once its last lease is gone; what it is armed for stays. */
  void forget() {
    cltt = 0;
    lastChange = 0;
    relayData = Bytes.EMPTY;
    options = Bytes.EMPTY;
    hardwareAddress = Bytes.EMPTY;
    relayIds.clear();
    remoteIds.clear();
  }

  /** The earliest end of a lease; {@link Long#MAX_VALUE} if none ends. */
  long earliestEnd() {
    long earliest = Long.MAX_VALUE;
    for (LeaseRecord lease : leases.values()) {
      earliest = Math.min(earliest, lease.validEnd());
    }
    return earliest;
  }

  @Override
  public String toString() {
    return key + " with " + leases.size() + " leases";
  }
}
