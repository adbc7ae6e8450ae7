package bindery.kea;

import bindery.kea.Columns.Cells;
import bindery.kea.LeaseRow.Reason;
import bindery.model.DhcpTime;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.v1.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What the cells of a row mean for its lease. */
final class RowMeaning {
  private static final int TYPE_ADDRESS = 0;
  private static final int TYPE_TEMPORARY = 1;
  private static final int TYPE_PREFIX = 2;

  private final Cells cells;
  private final int type;
  private final int state;
  private final long valid;

  private RowMeaning(Cells cells) throws MalformedRowException {
    this.cells = cells;
    type = (int) cells.number("lease_type", TYPE_ADDRESS, TYPE_PREFIX);
    state =
        (int)
            cells.number(
                "state", KeaLease.STATE_HELD, KeaLease.STATE_REGISTERED, KeaLease.STATE_HELD);
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
    return state == KeaLease.STATE_REGISTERED ? Optional.of(Reason.REGISTERED) : Optional.empty();
  }

  /**
   * The row as an exchange with one lease.
   *
   * @throws MalformedRowException if a cell holds what it cannot
   */
  Exchange exchange() throws MalformedRowException {
    return lease().exchange();
  }

  private KeaLease lease() throws MalformedRowException {
    byte[] hostname = KeaText.unescape(cells.find("hostname").orElse(""));
    return new KeaLease(
        key(),
        state,
        valid,
        cells.number("pref_lifetime", 0, DhcpTime.INFINITY),
        KeaLease.cltt(cells.number("expire", 0, Long.MAX_VALUE), valid, "valid_lifetime"),
        cells.number("subnet_id", 0, 0xffff_ffffL),
        cells.number("iaid", Integer.MIN_VALUE, 0xffff_ffffL),
        cells.number("pool_id", 0, 0xffff_ffffL, 0),
        cells.get("duid"),
        cells.find("hwaddr").orElse(""),
        new String(hostname, StandardCharsets.UTF_8),
        () -> UserContext.relays(KeaText.unescape(cells.find("user_context").orElse(""))));
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
}
