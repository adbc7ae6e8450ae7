package bindery.feed;

import bindery.log.v1.Lease;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.LeaseKey.Kind;
import bindery.v1.LeaseUpdate;
import bindery.v1.RejectReason;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Checks what an exchange did to one lease, and puts it into the log's form. */
final class LeaseMapper {
  /** The most octets of options inside the IA Address or IA Prefix option. */
  static final int OPTIONS_BYTES_MAX = LeaseKey.OPTIONS_SIZE_MAX;

  /** The most octets of a host name. */
  static final int HOSTNAME_BYTES_MAX = 255;

  private LeaseMapper() {}

  /**
   * Maps one lease.
   *
   * @param cltt stands in for a grant without an instant of its own
   * @param seen the leases of the exchange before this one; takes this one
   */
  static Lease map(LeaseUpdate update, long cltt, Set<LeaseKey> seen) throws RejectException {
    LeaseKey key = key(update);
    if (!seen.add(key)) {
      throw new RejectException(
          RejectReason.BAD_ADDRESS, key + " stands twice in the exchange (expected once)");
    }
    Lease.Builder lease =
        Lease.newBuilder()
            .setKind(key.kind().code())
            .setAddress(update.getAddress())
            .setPrefixLength(key.prefix().length())
            .setIaid(update.getIaid());
    lease.setGranted(
        update.getGranted() == 0 ? cltt : Instants.check(update.getGranted(), key + " granted"));
    switch (update.getOperation()) {
      case PUT -> put(update, key, lease);
      case END -> lease.setOperation(Lease.Operation.END).setEndReason(endReason(update, key));
      case SEEN -> lease.setOperation(Lease.Operation.SEEN);
      case OPERATION_UNSPECIFIED, UNRECOGNIZED ->
          throw malformed(
              key + ": operation " + update.getOperationValue() + " (expected PUT, END or SEEN)");
    }
    return lease.build();
  }

  private static LeaseKey key(LeaseUpdate update) throws RejectException {
    int size = update.getAddress().size();
    if (size != Ipv6Address.SIZE) {
      throw new RejectException(
          RejectReason.BAD_ADDRESS, "an address of " + size + " octets (expected 16)");
    }
    Ipv6Address address = Ipv6Address.of(update.getAddress().toByteArray(), 0);
    if (address.isUnspecified() || address.isMulticast()) {
      throw new RejectException(
          RejectReason.BAD_ADDRESS, address + " (expected a unicast address or prefix)");
    }
    int length = update.getPrefixLength();
    return switch (update.getKind()) {
      case ADDRESS -> {
        if (length != 0 && length != 128) {
          throw badPrefix(address + " of prefix length " + length + " (expected 128 or unset)");
        }
        yield LeaseKey.ofAddress(address);
      }
      case PREFIX -> {
        if (length < 1 || length > 128) {
          throw badPrefix(address + " of prefix length " + length + " (expected 1..128)");
        }
        if (!address.masked(length).equals(address)) {
          throw badPrefix(
              address + "/" + length + " (expected " + address.masked(length) + "/" + length + ")");
        }
        yield new LeaseKey(Kind.PREFIX, new Ipv6Prefix(address, length));
      }
      case LEASE_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw malformed(
              address + ": lease kind " + update.getKindValue() + " (expected ADDRESS or PREFIX)");
    };
  }

  private static void put(LeaseUpdate update, LeaseKey key, Lease.Builder lease)
      throws RejectException {
    if (update.getValid() == 0) {
      throw new RejectException(
          RejectReason.BAD_LIFETIME, key + ": valid 0 in a put (expected at least 1, or an END)");
    }
    if (Integer.compareUnsigned(update.getPreferred(), update.getValid()) > 0) {
      throw new RejectException(
          RejectReason.BAD_LIFETIME,
          key
              + ": preferred "
              + Integer.toUnsignedString(update.getPreferred())
              + " (expected at most valid, "
              + Integer.toUnsignedString(update.getValid())
              + ")");
    }
    if (update.getOptions().size() > OPTIONS_BYTES_MAX) {
      throw new RejectException(
          RejectReason.BAD_OPTIONS,
          key
              + ": options of "
              + update.getOptions().size()
              + " octets (expected at most "
              + OPTIONS_BYTES_MAX
              + ")");
    }
    if (!update.getOptions().isEmpty()) { // most have none, and naming the lease costs
      OptionBlock.parse(update.getOptions(), RejectReason.BAD_OPTIONS, key + " options");
    }
    int hostname = update.getHostname().getBytes(StandardCharsets.UTF_8).length;
    if (hostname > HOSTNAME_BYTES_MAX) {
      throw malformed(
          key
              + ": a hostname of "
              + hostname
              + " octets (expected at most "
              + HOSTNAME_BYTES_MAX
              + ")");
    }
    lease
        .setOperation(Lease.Operation.PUT)
        .setPreferred(update.getPreferred())
        .setValid(update.getValid())
        .setOptions(update.getOptions())
        .setPoolId(update.getPoolId())
        .setHostname(update.getHostname());
  }

  private static Lease.EndReason endReason(LeaseUpdate update, LeaseKey key)
      throws RejectException {
    return switch (update.getEndReason()) {
      case END_REASON_UNSPECIFIED, RELEASED -> Lease.EndReason.RELEASED;
      case DECLINED -> Lease.EndReason.DECLINED;
      case EXPIRED -> Lease.EndReason.EXPIRED;
      case REMOVED -> Lease.EndReason.REMOVED;
      case UNRECOGNIZED ->
          throw malformed(
              key
                  + ": end reason "
                  + update.getEndReasonValue()
                  + " (expected RELEASED, DECLINED, EXPIRED or REMOVED)");
    };
  }

  private static RejectException badPrefix(String message) {
    return new RejectException(RejectReason.BAD_PREFIX, message);
  }

  private static RejectException malformed(String message) {
    return new RejectException(RejectReason.MALFORMED_ITEM, message);
  }
}
