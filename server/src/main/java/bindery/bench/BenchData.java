package bindery.bench;

import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.v1.Exchange;
import bindery.v1.Item;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.Link;
import bindery.v1.Prefix;
import bindery.v1.RelayHop;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bindings of a benchmark: clients with one address and one delegated prefix each, spread
 * evenly over relays, a link to each relay. The same numbers give the same bindings.
 *
 * @param clients 1..16,777,216
 * @param relays 1..250
 */
record BenchData(int clients, int relays) {
  /** The relays of every figure that is told. */
  static final int RELAYS = 20;

  private static final int ENTERPRISE = 32_473;
  private static final int INFINITE = -1;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is outside
   */
  BenchData {
    if (clients < 1 || clients > 1 << 24 || relays < 1 || relays > 250) {
      throw new IllegalArgumentException(
          clients + " clients over " + relays + " relays (expected 1..16777216 over 1..250)");
    }
  }

  /** The link of each relay: its on-link /64 and the pool it delegates from. */
  List<Link> links() {
    List<Link> links = new ArrayList<>();
    for (int relay = 0; relay < relays; relay++) {
      links.add(
          Link.newBuilder()
              .setName("bench-" + relay)
              .addPrefixes(prefix(linkAddress(relay).masked(64), 64))
              .addPools(prefix(new Ipv6Address(0x3fff_0000_0000_0000L | (long) relay << 32, 0), 32))
              .build());
    }
    return links;
  }

  private static Prefix prefix(Ipv6Address address, int length) {
    return Prefix.newBuilder().setAddress(octets(address)).setLength(length).build();
  }

  /** The relay's address on its link. */
  Ipv6Address linkAddress(int relay) {
    return new Ipv6Address(0x2001_0db8_0000_0000L | (long) (relay + 1) << 16, 1);
  }

  /** The relay's relay-ID. */
  Duid relayId(int relay) {
    return new Duid(
        bindery.model.Bytes.wrap(
            ByteBuffer.allocate(10)
                .putInt(0x00030001)
                .putShort((short) 0x0200)
                .putInt(relay)
                .array()));
  }

  /** The exchange in which a client was granted its leases at {@code cltt}, seconds since 1970. */
  Item exchange(int client, long cltt) {
    int relay = client % relays;
    int onLink = client / relays;
    return Item.newBuilder()
        .setExchange(
            Exchange.newBuilder()
                .setClient(ByteString.copyFrom(clientDuid(client)))
                .setCltt(cltt)
                .addRelays(hop(relay, client))
                .setRelaySource(octets(linkAddress(relay)))
                .addLeases(
                    put(LeaseKind.ADDRESS)
                        .setAddress(
                            octets(
                                new Ipv6Address(linkAddress(relay).high(), 0x1000_0000L + onLink))))
                .addLeases(
                    put(LeaseKind.PREFIX)
                        .setAddress(
                            octets(
                                new Ipv6Address(
                                    0x3fff_0000_0000_0000L
                                        | (long) relay << 32
                                        | (long) onLink << 8,
                                    0)))
                        .setPrefixLength(56)))
        .build();
  }

  private static byte[] clientDuid(int client) {
    return ByteBuffer.allocate(10)
        .putInt(0x00030001)
        .putShort((short) 0x0211)
        .putInt(client)
        .array();
  }

  private static LeaseUpdate.Builder put(LeaseKind kind) {
    return LeaseUpdate.newBuilder()
        .setOperation(LeaseUpdate.Operation.PUT)
        .setKind(kind)
        .setIaid(1)
        .setPreferred(INFINITE)
        .setValid(INFINITE);
  }

  private RelayHop hop(int relay, int client) {
    byte[] port = ("ge-0/0/" + client % 48).getBytes(StandardCharsets.US_ASCII);
    byte[] line = ("line-" + client).getBytes(StandardCharsets.US_ASCII);
    byte[] relayId = relayId(relay).octets().toArray();
    byte[] options =
        ByteBuffer.allocate(4 + port.length + 8 + line.length + 4 + relayId.length)
            .putShort((short) 18)
            .putShort((short) port.length)
            .put(port)
            .putShort((short) 37)
            .putShort((short) (4 + line.length))
            .putInt(ENTERPRISE)
            .put(line)
            .putShort((short) 53)
            .putShort((short) relayId.length)
            .put(relayId)
            .array();
    return RelayHop.newBuilder()
        .setLinkAddress(octets(linkAddress(relay)))
        .setPeerAddress(octets(new Ipv6Address(0xfe80_0000_0000_0000L, 1 + (long) client)))
        .setOptions(ByteString.copyFrom(options))
        .build();
  }

  private static ByteString octets(Ipv6Address address) {
    return ByteString.copyFrom(address.toArray());
  }
}
