package bindery.bench;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.RemoteId;
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
 * The bindings of a benchmark: clients with one address and one delegated prefix each, 50,000 to a
 * relay, a link to each relay. The same client has the same leases however many there are.
 *
 * <p>Clients are numbered through four relays in turn, then through the next four. A client of the
 * first relay shares its remote-ID with all of that relay, one of the second with 5,000 of it, one
 * of the third with 500, and any other has one of its own.
 *
 * @param clients 1..12,000,000
 */
record BenchData(int clients) {
  /** One address and one prefix. */
  static final int LEASES_PER_CLIENT = 2;

  /** How many clients of each of the first relays share a remote-ID. */
  static final List<Integer> REMOTE_SHARES = List.of(50_000, 5_000, 500);

  private static final int CLIENTS_PER_RELAY = 50_000;
  private static final int RELAYS_IN_TURN = 4;
  private static final int TURN = CLIENTS_PER_RELAY * RELAYS_IN_TURN;

  /** The most clients there can be. */
  static final int CLIENTS_MAX = 12_000_000;

  private static final int ENTERPRISE = 32_473;
  private static final int PREFERRED_SECONDS = 4 * 86_400;
  private static final int VALID_SECONDS = 7 * 86_400;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it is outside
   */
  BenchData {
    if (clients < 1 || clients > CLIENTS_MAX) {
      throw new IllegalArgumentException(clients + " clients (expected 1.." + CLIENTS_MAX + ")");
    }
  }

  /** How many relays they have. */
  int relays() {
    return ((clients + TURN - 1) / TURN) * RELAYS_IN_TURN;
  }

  private static int relayOf(int client) {
    return client / TURN * RELAYS_IN_TURN + client % RELAYS_IN_TURN;
  }

  private static int numberOnRelay(int client) {
    return client % TURN / RELAYS_IN_TURN;
  }

  /** The link of each relay: its on-link /64 and the pool it delegates from. */
  List<Link> links() {
    List<Link> links = new ArrayList<>();
    for (int relay = 0; relay < relays(); relay++) {
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
    return duid(0x0200, relay);
  }

  /** The exchange in which a client was granted its leases at {@code cltt}, seconds since 1970. */
  Item exchange(int client, long cltt) {
    int relay = relayOf(client);
    int onLink = numberOnRelay(client);
    return Item.newBuilder()
        .setExchange(
            Exchange.newBuilder()
                .setClient(ByteString.copyFrom(clientId(client).octets().toArray()))
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

  /** The DUID of a client, counted from 0. */
  Duid clientId(int client) {
    return duid(0x0211, client);
  }

  private static Duid duid(int vendor, int number) {
    return new Duid(
        Bytes.wrap(
            ByteBuffer.allocate(10)
                .putInt(0x00030001)
                .putShort((short) vendor)
                .putInt(number)
                .array()));
  }

  private static LeaseUpdate.Builder put(LeaseKind kind) {
    return LeaseUpdate.newBuilder()
        .setOperation(LeaseUpdate.Operation.PUT)
        .setKind(kind)
        .setIaid(1)
        .setPreferred(PREFERRED_SECONDS)
        .setValid(VALID_SECONDS);
  }

  /** The remote-ID of the first client of a relay, and of those that share it. */
  RemoteId sharedRemoteId(int relay) {
    return new RemoteId(
        Bytes.wrap(
            ByteBuffer.allocate(4 + line(relay).length)
                .putInt(ENTERPRISE)
                .put(line(relay))
                .array()));
  }

  private static byte[] line(int client) {
    int relay = relayOf(client);
    String line = "line-" + client;
    if (relay < REMOTE_SHARES.size()) {
      line = "line-" + relay + "-" + numberOnRelay(client) / REMOTE_SHARES.get(relay);
    }
    return line.getBytes(StandardCharsets.US_ASCII);
  }

  private RelayHop hop(int relay, int client) {
    byte[] port = ("ge-0/0/" + client % 48).getBytes(StandardCharsets.US_ASCII);
    byte[] line = line(client);
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
