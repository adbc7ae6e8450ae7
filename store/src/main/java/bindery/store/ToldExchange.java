package bindery.store;

import bindery.log.v1.Exchange;
import bindery.log.v1.Lease;
import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import bindery.v1.RejectReason;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An exchange of the log as values. The feed has checked all of it; what does not hold all the same
 * is rejected here, since an entry must not be able to stop a replica.
 *
 * @param client null only if every lease is declined
 * @param cltt seconds since 2000
 * @param linkName empty if not given
 * @param linkAddress the innermost non-zero one; null if there is none
 */
record ToldExchange(
    @Nullable Duid client,
    long cltt,
    String linkName,
    boolean hasSubnet,
    long subnet,
    @Nullable Ipv6Address linkAddress,
    boolean relayed,
    Bytes relayData,
    SortedSet<Duid> relayIds,
    SortedSet<RemoteId> remoteIds,
    Bytes options,
    Bytes hardwareAddress,
    boolean copy,
    List<ToldLease> leases) {

  private static final int OPTION_DATA_MAX = 0xffff;
  private static final int HARDWARE_ADDRESS_MAX = 255;

  /**
   * What became of one lease.
   *
   * @param granted seconds since 2000
   */
  record ToldLease(
      Lease.Operation operation,
      LeaseKey key,
      int iaid,
      long preferred,
      long valid,
      long granted,
      Bytes options,
      Lease.EndReason reason,
      long poolId,
      String hostname) {
    boolean isDecline() {
      return operation == Lease.Operation.END && reason == Lease.EndReason.DECLINED;
    }

    /** Whether the client spoke with the server in it, so that the CLT moves. */
    boolean isExchange() {
      return operation != Lease.Operation.END
          || reason == Lease.EndReason.RELEASED
          || reason == Lease.EndReason.DECLINED;
    }
  }

  /**
   * Reads the message.
   *
   * @throws RejectedException naming what cannot be held
   */
  static ToldExchange of(Exchange message) throws RejectedException {
    if (message.getSpace() != Keys.GLOBAL_SPACE) {
      throw new RejectedException(
          RejectReason.UNKNOWN_SPACE, "space " + message.getSpace() + " (expected 0)");
    }
    if (message.getRelayData().size() > OPTION_DATA_MAX) {
      throw tooLong(RejectReason.BAD_RELAY, "relay data", message.getRelayData(), OPTION_DATA_MAX);
    }
    if (message.getOptions().size() > OPTION_DATA_MAX) {
      throw tooLong(RejectReason.BAD_OPTIONS, "options", message.getOptions(), OPTION_DATA_MAX);
    }
    if (message.getHardwareAddress().size() > HARDWARE_ADDRESS_MAX) {
      throw tooLong(
          RejectReason.MALFORMED_ITEM,
          "hardware address",
          message.getHardwareAddress(),
          HARDWARE_ADDRESS_MAX);
    }
    try {
      return read(message);
    } catch (IllegalArgumentException e) {
      throw new RejectedException(RejectReason.MALFORMED_ITEM, String.valueOf(e.getMessage()));
    }
  }

  private static RejectedException tooLong(
      RejectReason reason, String what, ByteString octets, int most) {
    return new RejectedException(
        reason, what + " of " + octets.size() + " octets (expected <= " + most + ")");
  }

  private static ToldExchange read(Exchange message) throws RejectedException {
    Duid client = message.getClient().isEmpty() ? null : new Duid(bytes(message.getClient()));
    SortedSet<Duid> relayIds = new TreeSet<>();
    message.getRelayIdsList().forEach(id -> relayIds.add(new Duid(bytes(id))));
    SortedSet<RemoteId> remoteIds = new TreeSet<>();
    message.getRemoteIdsList().forEach(id -> remoteIds.add(new RemoteId(bytes(id))));
    List<ToldLease> leases = new ArrayList<>(message.getLeasesCount());
    Set<LeaseKey> seen = new HashSet<>();
    for (Lease lease : message.getLeasesList()) {
      ToldLease told = lease(lease);
      if (!seen.add(told.key())) {
        throw new RejectedException(RejectReason.BAD_ADDRESS, told.key() + " stands twice");
      }
      if (client == null && !told.isDecline()) {
        throw new RejectedException(RejectReason.BAD_CLIENT, "no client (expected a DUID)");
      }
      leases.add(told);
    }
    if (client == null && leases.isEmpty()) {
      throw new RejectedException(RejectReason.BAD_CLIENT, "no client (expected a DUID)");
    }
    return new ToldExchange(
        client,
        DhcpTime.ofUnixSeconds(message.getCltt()),
        message.getLink(),
        message.hasSubnetId(),
        message.getSubnetId(),
        message.getLinkAddress().isEmpty()
            ? null
            : Ipv6Address.of(message.getLinkAddress().toByteArray()),
        message.getRelayed(),
        bytes(message.getRelayData()),
        relayIds,
        remoteIds,
        bytes(message.getOptions()),
        bytes(message.getHardwareAddress()),
        message.getCopy(),
        leases);
  }

  private static ToldLease lease(Lease lease) throws RejectedException {
    LeaseKey key =
        new LeaseKey(
            LeaseKey.Kind.of(lease.getKind()),
            new Ipv6Prefix(
                Ipv6Address.of(lease.getAddress().toByteArray()), lease.getPrefixLength()));
    if (lease.getOptions().size() > LeaseRecord.OPTIONS_MAX) {
      throw tooLong(
          RejectReason.BAD_OPTIONS,
          "options of a lease",
          lease.getOptions(),
          LeaseRecord.OPTIONS_MAX);
    }
    if (lease.getHostname().getBytes(StandardCharsets.UTF_8).length > LeaseRecord.HOSTNAME_MAX) {
      throw new RejectedException(
          RejectReason.MALFORMED_ITEM,
          "a hostname above " + LeaseRecord.HOSTNAME_MAX + " octets for " + key);
    }
    return new ToldLease(
        lease.getOperation(),
        key,
        lease.getIaid(),
        Integer.toUnsignedLong(lease.getPreferred()),
        Integer.toUnsignedLong(lease.getValid()),
        DhcpTime.ofUnixSeconds(lease.getGranted()),
        bytes(lease.getOptions()),
        lease.getEndReason(),
        lease.getPoolId(),
        lease.getHostname());
  }

  private static Bytes bytes(ByteString octets) {
    return octets.isEmpty() ? Bytes.EMPTY : Bytes.wrap(octets.toByteArray());
  }

  /** What it says of the link, as it is kept with each lease. */
  LinkHint hint(int source) {
    if (linkName.isEmpty() && !hasSubnet && linkAddress == null) {
      return LinkHint.NONE;
    }
    return new LinkHint(linkName, hasSubnet ? source : 0, hasSubnet ? subnet : 0, linkAddress);
  }
}
