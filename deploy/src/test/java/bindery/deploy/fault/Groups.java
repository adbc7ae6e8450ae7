package bindery.deploy.fault;

import bindery.deploy.WireData;
import bindery.deploy.WireOption;
import bindery.v1.EndReason;
import bindery.v1.Exchange;
import bindery.v1.Item;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.Link;
import bindery.v1.Prefix;
import bindery.v1.RelayHop;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How the groups of a {@link History} are spelled in DHCPv6: each feeder's clients are behind one
 * relay on one link, each group has a remote-ID, and the interface-id of a client's relay data is
 * the version it was told with.
 */
final class Groups {
  private static final int INFINITE = 0xffffffff;
  // In the past, so that no clock matters; each version has an instant of its own.
  private static final long INSTANT = 1_764_000_000L;
  private static final int ENTERPRISE = 32_473;
  private static final int PREFIX_BYTES = 8;
  // In LQ_RELAY_DATA: behind an address and a RELAY-FORW's type, hop count and two addresses.
  private static final int RELAY_OPTIONS_AT = 16 + 34;

  private Groups() {}

  /** A client's DUID: a link-layer address with feeder, group and client in it. */
  static byte[] duid(int feeder, int group, int client) {
    return ByteBuffer.allocate(10)
        .putShort((short) 3)
        .putShort((short) 1)
        .put((byte) 2)
        .put((byte) feeder)
        .putShort((short) group)
        .putShort((short) client)
        .array();
  }

  static byte[] relayId(int feeder) {
    return HexFormat.of().parseHex("000300010a000000f%x".formatted(feeder) + "00");
  }

  /** The data of the option. */
  static byte[] remoteId(int feeder, int group) {
    return ByteBuffer.allocate(8)
        .putInt(ENTERPRISE)
        .putShort((short) feeder)
        .putShort((short) group)
        .array();
  }

  /** The link that a feeder's clients are on. */
  static Link link(int feeder) {
    byte[] prefix = Arrays.copyOf(Arrays.copyOf(linkAddress(feeder), PREFIX_BYTES), 16);
    return Link.newBuilder()
        .setName("link-" + feeder)
        .addPrefixes(
            Prefix.newBuilder().setAddress(ByteString.copyFrom(prefix)).setLength(8 * PREFIX_BYTES))
        .build();
  }

  /** The address in a slot of a group. */
  static byte[] address(int feeder, int group, int slot) {
    return ByteBuffer.allocate(16)
        .putShort((short) 0x2001)
        .putShort((short) 0xdb8)
        .putShort((short) (0xf0 + feeder))
        .putShort(12, (short) (1 + group))
        .putShort(14, (short) (1 + slot))
        .array();
  }

  /** An address within the link that is no client's. */
  static byte[] linkAddress(int feeder) {
    return address(feeder, -1, -1);
  }

  /** What tells that a client of a group is at that version. */
  static Item item(int feeder, int group, int client, long version) {
    Exchange.Builder exchange =
        Exchange.newBuilder()
            .setClient(ByteString.copyFrom(duid(feeder, group, client)))
            .setCltt(INSTANT + version)
            .addRelays(relay(feeder, group, version));
    if (History.isEnded(version)) {
      // Which of them it holds depends on which versions came through.
      for (int slot = 0; slot < History.CLIENTS; slot++) {
        exchange.addLeases(
            lease(feeder, group, slot)
                .setOperation(LeaseUpdate.Operation.END)
                .setEndReason(EndReason.RELEASED));
      }
    } else {
      exchange.addLeases(
          lease(feeder, group, History.slot(client, version))
              .setOperation(LeaseUpdate.Operation.PUT)
              .setIaid(1)
              .setPreferred(INFINITE)
              .setValid(INFINITE));
    }
    return Item.newBuilder().setExchange(exchange).build();
  }

  private static LeaseUpdate.Builder lease(int feeder, int group, int slot) {
    return LeaseUpdate.newBuilder()
        .setKind(LeaseKind.ADDRESS)
        .setAddress(ByteString.copyFrom(address(feeder, group, slot)));
  }

  private static RelayHop relay(int feeder, int group, long version) {
    byte[] remote = remoteId(feeder, group);
    byte[] relay = relayId(feeder);
    ByteBuffer options =
        ByteBuffer.allocate(12 + 4 + remote.length + 4 + relay.length)
            .putShort((short) 18)
            .putShort((short) 8)
            .putLong(version)
            .putShort((short) 37)
            .putShort((short) remote.length)
            .put(remote)
            .putShort((short) 53)
            .putShort((short) relay.length)
            .put(relay);
    return RelayHop.newBuilder()
        .setLinkAddress(ByteString.copyFrom(linkAddress(feeder)))
        .setPeerAddress(
            ByteString.copyFrom(HexFormat.of().parseHex("fe80" + "00".repeat(13) + "01")))
        .setOptions(ByteString.copyFrom(options.array()))
        .build();
  }

  /** The version that a client was told with. */
  static long version(WireData data) {
    byte[] relay = HexFormat.of().parseHex(data.relayData());
    for (WireOption option : WireOption.parse(relay, RELAY_OPTIONS_AT, relay.length)) {
      if (option.code() == 18) {
        return ByteBuffer.wrap(option.data()).getLong();
      }
    }
    throw new AssertionError("no interface-id in " + data.relayData());
  }
}
