package bindery.feed;

import bindery.log.v1.Alive;
import bindery.log.v1.BeginSync;
import bindery.log.v1.EndSync;
import bindery.log.v1.Item;
import bindery.log.v1.Lease;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.raft.Replica;
import bindery.v1.EndReason;
import bindery.v1.Exchange;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import bindery.v1.RejectReason;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks fed items and puts them into the log's form. Whatever can be judged without state is
 * judged here, so that nothing invalid enters the log.
 *
 * <p>A bad item becomes one that only takes its place in the sequence. Stateless; any thread.
 */
public final class ItemMapper {
  /** The most leases of an exchange. */
  static final int LEASES_MAX = 4_096;

  /** The most octets of an exchange's options. */
  static final int OPTIONS_BYTES_MAX = 16_384;

  /** The most octets of a hardware address. */
  static final int HARDWARE_ADDRESS_BYTES_MAX = 32;

  /** The most characters of a link's name. */
  static final int LINK_NAME_MAX = 128;

  /** The most octets of one mapped item: what an entry holds beside it fits into the rest. */
  static final int ITEM_BYTES_MAX = Replica.COMMAND_BYTES_MAX - (1 << 10);

  private static final Item VOID =
      Item.newBuilder().setVoid(bindery.log.v1.Void.getDefaultInstance()).build();

  private ItemMapper() {}

  /**
   * An item in the log's form.
   *
   * @param item takes its place in the sequence and nothing more if it was rejected
   * @param reason {@code REJECT_REASON_UNSPECIFIED} if the item is good
   * @param message what was found and what was expected; empty if the item is good
   */
  public record Mapped(Item item, RejectReason reason, String message) {
    /** Whether it was. */
    public boolean isRejected() {
      return reason != RejectReason.REJECT_REASON_UNSPECIFIED;
    }
  }

  /** Checks and maps one item. */
  public static Mapped map(bindery.v1.Item fed) {
    try {
      Item item = mapKind(fed);
      int size = item.getSerializedSize();
      if (size > ITEM_BYTES_MAX) {
        throw new RejectException(
            RejectReason.TOO_LARGE,
            "an item of " + size + " octets in the log (expected at most " + ITEM_BYTES_MAX + ")");
      }
      return new Mapped(item, RejectReason.REJECT_REASON_UNSPECIFIED, "");
    } catch (RejectException e) {
      return new Mapped(VOID, e.reason(), e.text());
    }
  }

  private static Item mapKind(bindery.v1.Item fed) throws RejectException {
    Item.Builder item = Item.newBuilder();
    switch (fed.getKindCase()) {
      case EXCHANGE -> item.setExchange(exchange(fed.getExchange()));
      case BEGIN_SYNC -> item.setBeginSync(BeginSync.getDefaultInstance());
      case END_SYNC ->
          item.setEndSync(EndSync.newBuilder().setIncomplete(fed.getEndSync().getIncomplete()));
      case ALIVE -> item.setAlive(Alive.getDefaultInstance());
      case KIND_NOT_SET ->
          throw new RejectException(
              RejectReason.MALFORMED_ITEM,
              "an item of no kind (expected an exchange, begin_sync, end_sync or alive)");
    }
    return item.build();
  }

  private static bindery.log.v1.Exchange exchange(Exchange fed) throws RejectException {
    checkShape(fed);
    long cltt = Instants.check(fed.getCltt(), "cltt");
    bindery.log.v1.Exchange.Builder exchange =
        bindery.log.v1.Exchange.newBuilder()
            .setClient(fed.getClient())
            .setCltt(cltt)
            .setLink(fed.getLink())
            .setOptions(fed.getOptions())
            .setCopy(fed.getCopy())
            .setSpace(fed.getSpace())
            .setHardwareAddress(fed.getHardwareAddress());
    if (fed.hasSubnetId()) {
      exchange.setSubnetId(fed.getSubnetId());
    }
    if (fed.getRelaysCount() > 0) {
      RelayChain relays = RelayChain.of(fed.getRelaysList(), fed.getRelaySource());
      exchange
          .setRelayed(true)
          .setLinkAddress(relays.linkAddress())
          .setRelayData(relays.relayData())
          .addAllRelayIds(relays.relayIds())
          .addAllRemoteIds(relays.remoteIds());
    }
    Set<LeaseKey> seen = new HashSet<>();
    for (LeaseUpdate update : fed.getLeasesList()) {
      Lease lease = LeaseMapper.map(update, cltt, seen);
      if (fed.getCopy() && lease.getOperation() != Lease.Operation.PUT) {
        throw malformed("a copy with " + update.getOperation() + " (expected PUT alone)");
      }
      exchange.addLeases(lease);
    }
    return exchange.build();
  }

  private static void checkShape(Exchange fed) throws RejectException {
    if (fed.getSpace() != 0) {
      throw new RejectException(
          RejectReason.UNKNOWN_SPACE,
          "space " + Integer.toUnsignedString(fed.getSpace()) + " (expected 0)");
    }
    if (fed.getLeasesCount() > LEASES_MAX) {
      throw new RejectException(
          RejectReason.TOO_MANY_LEASES,
          fed.getLeasesCount() + " leases (expected at most " + LEASES_MAX + ")");
    }
    checkClient(fed);
    if (fed.getLink().length() > LINK_NAME_MAX) {
      throw new RejectException(
          RejectReason.UNKNOWN_LINK,
          "a link name of "
              + fed.getLink().length()
              + " characters (expected at most "
              + LINK_NAME_MAX
              + ")");
    }
    if (fed.getLeasesCount() == 0
        && fed.getRelaysCount() == 0
        && fed.getLink().isEmpty()
        && !fed.hasSubnetId()) {
      throw new RejectException(
          RejectReason.NOTHING_NAMED,
          "an exchange without leases (expected a link, a subnet_id or relays then)");
    }
    if (Long.compareUnsigned(fed.getSubnetId(), Links.SUBNET_ID_MAX) > 0) {
      throw new RejectException(
          RejectReason.MALFORMED_ITEM,
          "subnet_id "
              + Long.toUnsignedString(fed.getSubnetId())
              + " (expected 0.."
              + Links.SUBNET_ID_MAX
              + ")");
    }
    if (fed.getRelaysCount() == 0 && !fed.getRelaySource().isEmpty()) {
      throw new RejectException(
          RejectReason.BAD_RELAY, "a relay_source without relays (expected relays with it)");
    }
    if (fed.getOptions().size() > OPTIONS_BYTES_MAX) {
      throw new RejectException(
          RejectReason.BAD_OPTIONS,
          "options of "
              + fed.getOptions().size()
              + " octets (expected at most "
              + OPTIONS_BYTES_MAX
              + ")");
    }
    OptionBlock.parse(fed.getOptions(), RejectReason.BAD_OPTIONS, "options");
    if (fed.getHardwareAddress().size() > HARDWARE_ADDRESS_BYTES_MAX) {
      throw malformed(
          "a hardware_address of "
              + fed.getHardwareAddress().size()
              + " octets (expected at most "
              + HARDWARE_ADDRESS_BYTES_MAX
              + ")");
    }
  }

  private static void checkClient(Exchange fed) throws RejectException {
    int size = fed.getClient().size();
    if (size == 0) {
      boolean declinesAlone =
          fed.getLeasesCount() > 0
              && fed.getLeasesList().stream()
                  .allMatch(
                      lease ->
                          lease.getOperation() == Operation.END
                              && lease.getEndReason() == EndReason.DECLINED);
      if (!declinesAlone) {
        throw new RejectException(
            RejectReason.BAD_CLIENT,
            "no client (expected a DUID, save where every lease is ended by DECLINED)");
      }
    } else if (!Duid.isValidSize(size)) {
      throw new RejectException(
          RejectReason.BAD_CLIENT,
          "a client of "
              + size
              + " octets (expected a DUID of "
              + Duid.SIZE_MIN
              + ".."
              + Duid.SIZE_MAX
              + ")");
    }
  }

  private static RejectException malformed(String message) {
    return new RejectException(RejectReason.MALFORMED_ITEM, message);
  }
}
