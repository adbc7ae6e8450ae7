package bindery.kea;

import bindery.kea.Columns.Cells;
import bindery.kea.LeaseRow.Reason;
import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.LeaseKey.Kind;
import bindery.v1.EndReason;
import bindery.v1.Exchange;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * What the cells of a row mean for its lease.
 *
 * <p>A row says how a lease stands after an event: {@code state} 0 with a valid lifetime holds; a
 * valid lifetime of 0, and every other state, is an end. CLT is not written; it is {@code expire}
 * less {@code valid_lifetime}, also for an infinite lifetime, which Kea counts as 4294967295 s. A
 * declined row, and any row under Kea's empty DUID, ends the address whoever holds it: what stands
 * in it is no client.
 */
final class RowMeaning {
  private static final int TYPE_ADDRESS = 0;
  private static final int TYPE_TEMPORARY = 1;
  private static final int TYPE_PREFIX = 2;

  private static final int STATE_HELD = 0;
  private static final int STATE_DECLINED = 1;
  private static final int STATE_EXPIRED = 2;
  private static final int STATE_REGISTERED = 4;

  // How Kea writes "no client": 2.2.0 and older the first way, newer versions the second.
  private static final Set<String> NO_CLIENT = Set.of("00", "00:00:00");

  private static final int HARDWARE_ADDRESS_MAX = 32;

  private final Cells cells;
  private final int type;
  private final int state;
  private final long valid;

  private RowMeaning(Cells cells) throws MalformedRowException {
    this.cells = cells;
    type = (int) cells.number("lease_type", TYPE_ADDRESS, TYPE_PREFIX);
    state = (int) cells.number("state", STATE_HELD, STATE_REGISTERED, STATE_HELD);
    valid = cells.number("valid_lifetime", 0, DhcpTime.INFINITY);
  }

  /**
   * Works out what a row means.
   *
   * @throws MalformedRowException if a cell holds what it cannot
   */
  static RowMeaning of(Cells cells) throws MalformedRowException {
    return new RowMeaning(cells);
  }

  /** Why the row is none of ours; empty if it is. */
  Optional<Reason> leftOut() {
    if (type == TYPE_TEMPORARY) {
      return Optional.of(Reason.TEMPORARY_ADDRESS);
    }
    return state == STATE_REGISTERED ? Optional.of(Reason.REGISTERED) : Optional.empty();
  }

  /**
   * The row as an exchange with one lease. The source address of the relayed packet is not in the
   * file, so it is left out, and the outermost link-address stands in for it (T-10).
   *
   * @throws MalformedRowException if a cell holds what it cannot
   */
  Exchange exchange() throws MalformedRowException {
    Exchange.Builder exchange =
        Exchange.newBuilder()
            .setCltt(cltt())
            .setSubnetId(cells.number("subnet_id", 0, 0xffff_ffffL));
    LeaseUpdate.Builder lease = lease();
    boolean noClient = NO_CLIENT.contains(cells.get("duid"));
    if (state == STATE_DECLINED || (noClient && !isHeld())) {
      return exchange
          .addLeases(lease.setOperation(Operation.END).setEndReason(EndReason.DECLINED))
          .build();
    }
    if (noClient) {
      throw new MalformedRowException(
          "duid is " + cells.get("duid") + ", no client, in a lease that is held");
    }
    return exchange
        .setClient(ByteString.copyFrom(client().octets().toArray()))
        .addAllRelays(UserContext.relays(KeaText.unescape(cells.find("user_context").orElse(""))))
        .setHardwareAddress(hardwareAddress())
        .addLeases(isHeld() ? held(lease) : ended(lease))
        .build();
  }

  private boolean isHeld() {
    return state == STATE_HELD && valid > 0;
  }

  private long cltt() throws MalformedRowException {
    long expire = cells.number("expire", 0, Long.MAX_VALUE);
    if (expire >= valid) {
      return expire - valid;
    }
    if (valid == DhcpTime.INFINITY) {
      // A dump of an SQL back end keeps the CLT itself where the lifetime is infinite.
      return expire;
    }
    throw new MalformedRowException(
        "expire is " + expire + " (expected at least valid_lifetime, " + valid + ")");
  }

  private LeaseUpdate.Builder lease() throws MalformedRowException {
    LeaseKey key = key();
    // Kea's SQL back ends, and dumps of them, keep the IAID as a signed number.
    long iaid = cells.number("iaid", Integer.MIN_VALUE, 0xffff_ffffL);
    return LeaseUpdate.newBuilder()
        .setKind(key.kind() == Kind.PREFIX ? LeaseKind.PREFIX : LeaseKind.ADDRESS)
        .setAddress(ByteString.copyFrom(key.prefix().address().toArray()))
        .setPrefixLength(key.prefix().length())
        .setIaid((int) iaid)
        .setPoolId(cells.number("pool_id", 0, 0xffff_ffffL, 0));
  }

  private LeaseKey key() throws MalformedRowException {
    try {
      Ipv6Address address = Ipv6Address.parse(cells.get("address"));
      boolean prefix = type == TYPE_PREFIX;
      int length = (int) cells.number("prefix_len", prefix ? 1 : 128, 128);
      return prefix
          ? LeaseKey.ofPrefix(new Ipv6Prefix(address, length))
          : LeaseKey.ofAddress(address);
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException("address: " + e.getMessage(), e);
    }
  }

  private Duid client() throws MalformedRowException {
    try {
      return Duid.parse(cells.get("duid"));
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException("duid: " + e.getMessage(), e);
    }
  }

  private ByteString hardwareAddress() throws MalformedRowException {
    String text = cells.find("hwaddr").orElse("");
    try {
      Bytes octets = text.isEmpty() ? Bytes.EMPTY : Bytes.parseHex(text);
      if (octets.size() <= HARDWARE_ADDRESS_MAX) {
        return ByteString.copyFrom(octets.toArray());
      }
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException("hwaddr: " + e.getMessage(), e);
    }
    throw new MalformedRowException(
        "hwaddr is \"" + text + "\" (expected at most " + HARDWARE_ADDRESS_MAX + " octets)");
  }

  private LeaseUpdate.Builder held(LeaseUpdate.Builder lease) throws MalformedRowException {
    byte[] hostname = KeaText.unescape(cells.find("hostname").orElse(""));
    return lease
        .setOperation(Operation.PUT)
        .setValid((int) valid)
        .setPreferred((int) cells.number("pref_lifetime", 0, DhcpTime.INFINITY))
        .setHostname(new String(hostname, StandardCharsets.UTF_8));
  }

  private LeaseUpdate.Builder ended(LeaseUpdate.Builder lease) {
    return lease
        .setOperation(Operation.END)
        .setEndReason(state == STATE_EXPIRED ? EndReason.EXPIRED : EndReason.RELEASED);
  }
}
