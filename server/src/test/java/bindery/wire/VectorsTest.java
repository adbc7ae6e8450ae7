package bindery.wire;

import static bindery.wire.Vectors.RELAY;
import static bindery.wire.Vectors.REQUESTOR;
import static bindery.wire.Vectors.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Every vector, read and written. */
final class VectorsTest {
  private static final Ipv6Address LINK = Ipv6Address.parse("2001:db8:a::1000");
  private static final Ipv6Address ADDRESS = Ipv6Address.parse("2001:db8:a::10");
  private static final Duid FIRST_CLIENT = Duid.parse("0003000102005e20000b");
  private static final Duid SECOND_CLIENT = Duid.parse("00010001180c2f4002005e20000c");

  private static final Map<String, LeaseQuery> QUERIES =
      Map.of(
          "Q1",
          LeaseQuery.of(0x0a1b2c, REQUESTOR, new QueryKey.ByRelayId(RELAY)).requesting(List.of(47)),
          "Q2",
          LeaseQuery.byLink(2, REQUESTOR, LINK),
          "Q3",
          LeaseQuery.of(3, REQUESTOR, new QueryKey.ByRemoteId(RemoteId.parse("9:6d6f64656d2d3137")))
              .onLink(LINK),
          "Q4",
          LeaseQuery.of(4, REQUESTOR, new QueryKey.ByAddress(ADDRESS)),
          "Q5",
          LeaseQuery.of(5, REQUESTOR, new QueryKey.ByClientId(FIRST_CLIENT)));

  @Test
  void decode_everyQuery_equalsItsMeaning() {
    QUERIES.forEach(
        (name, query) ->
            assertThat(QueryDecoder.decode(Vectors.message(name), SERVER))
                .as(name)
                .isEqualTo(new Incoming.Query(query)));
  }

  @Test
  void encode_everyQuery_equalsItsOctets() {
    QUERIES.forEach(
        (name, query) ->
            assertThat(Bytes.of(QueryEncoder.encode(query)))
                .as(name)
                .isEqualTo(Vectors.frame(name)));
  }

  @Test
  void encode_repliesOfOneAnswer_equalTheirOctets() {
    ReplyEncoder encoder = new ReplyEncoder(SERVER, REQUESTOR, 0x0a1b2c, OptionalLong.empty());
    byte[] page = new byte[1_000];
    int start = 7;

    byte[] first = clientOptions("R1", encoder.replyHeadSize());
    int at = encoder.beginReply(page, start);
    System.arraycopy(first, 0, page, at, first.length);
    encoder.end(page, start, at + first.length);
    int second = at + first.length;
    assertThat(Bytes.of(page, start, second - start)).isEqualTo(Vectors.frame("R1"));

    byte[] rest = clientOptions("R2", encoder.dataHeadSize());
    at = encoder.beginData(page, second);
    System.arraycopy(rest, 0, page, at, rest.length);
    encoder.end(page, second, at + rest.length);
    int third = at + rest.length;
    assertThat(Bytes.of(page, second, third - second)).isEqualTo(Vectors.frame("R2"));

    int fourth = encoder.writeDone(page, third);
    assertThat(Bytes.of(page, third, fourth - third)).isEqualTo(Vectors.frame("R3"));

    Status aborted = new Status(StatusCode.QUERY_TERMINATED, "shutting down");
    int end = encoder.writeFailedDone(page, fourth, aborted);
    assertThat(Bytes.of(page, fourth, end - fourth)).isEqualTo(Vectors.frame("R6"));
  }

  private static byte[] clientOptions(String name, int headSize) {
    Bytes frame = Vectors.frame(name);
    return Bytes.of(frame.toArray(), headSize, frame.size() - headSize).toArray();
  }

  @Test
  void encode_repliesWithoutData_equalTheirOctets() {
    byte[] page = new byte[ReplyEncoder.STATUS_FRAME_SIZE_MAX];

    ReplyEncoder empty = new ReplyEncoder(SERVER, REQUESTOR, 2, OptionalLong.empty());
    assertThat(Bytes.of(page, 0, empty.writeNothingFound(page, 0))).isEqualTo(Vectors.frame("R4"));

    ReplyEncoder refused = new ReplyEncoder(SERVER, REQUESTOR, 3, OptionalLong.empty());
    Status status = new Status(StatusCode.NOT_CONFIGURED, "no such link");
    int refusalSize = refused.writeRefusal(page, 0, status);
    assertThat(Bytes.of(page, 0, refusalSize)).isEqualTo(Vectors.frame("R5"));

    int size = ReplyEncoder.writeTlsRefusal(page, 0, SERVER, 1, "");
    assertThat(Bytes.of(page, 0, size)).isEqualTo(Vectors.frame("A6"));
  }

  @Test
  void decode_replyWithTwoLeases_givesAllOfIt() throws MalformedMessageException {
    ServerMessage.Reply reply = (ServerMessage.Reply) decodeReply("R1");

    assertThat(reply.transactionId()).isEqualTo(0x0a1b2c);
    assertThat(reply.serverId()).isEqualTo(SERVER);
    assertThat(reply.status()).isEqualTo(Status.SUCCESS);
    assertThat(reply.baseTime()).isEmpty();
    ClientData data = reply.clientData().orElseThrow();
    assertThat(data.client()).isEqualTo(FIRST_CLIENT);
    assertThat(data.cltAge()).isEqualTo(120);
    assertThat(data.leases())
        .containsExactly(
            new LeaseOption(LeaseKey.ofAddress(ADDRESS), 1_680, 3_480, Bytes.EMPTY),
            new LeaseOption(
                LeaseKey.ofPrefix(Ipv6Prefix.parse("2001:db8:100::/56")),
                1_680,
                3_480,
                Bytes.EMPTY));
    RelayData relayData = data.relayData().orElseThrow();
    assertThat(relayData.source()).isEqualTo(Ipv6Address.parse("2001:db8:ff::1"));
    assertThat(relayData.hops())
        .containsExactly(
            new RelayHop(
                MessageType.RELAY_FORW,
                0,
                LINK,
                Ipv6Address.parse("fe80::5eff:fe20:b"),
                List.of(
                    new DhcpOption(18, Bytes.parseHex("67652d302f302f31")),
                    new DhcpOption(37, Bytes.parseHex("000000096d6f64656d2d3137")),
                    new DhcpOption(53, RELAY.octets()))));
    assertThat(data.options()).isEmpty();
  }

  @Test
  void decode_data_givesTheDeprecatedPrefix() throws MalformedMessageException {
    ServerMessage.Data data = (ServerMessage.Data) decodeReply("R2");

    assertThat(data.clientData())
        .isEqualTo(
            new ClientData(
                SECOND_CLIENT,
                4_000,
                List.of(
                    new LeaseOption(
                        LeaseKey.ofPrefix(Ipv6Prefix.parse("2001:db8:100:100::/56")),
                        0,
                        3_200,
                        Bytes.EMPTY)),
                Optional.empty(),
                List.of()));
  }

  @Test
  void decode_repliesAndDonesWithoutData_giveTheirStatus() throws MalformedMessageException {
    ServerMessage.Reply empty = (ServerMessage.Reply) decodeReply("R4");
    assertThat(empty.status()).isEqualTo(Status.SUCCESS);
    assertThat(empty.clientData()).isEmpty();
    assertThat(empty.fault()).isEmpty();

    ServerMessage.Reply refused = (ServerMessage.Reply) decodeReply("R5");
    assertThat(refused.status()).isEqualTo(new Status(StatusCode.NOT_CONFIGURED, "no such link"));

    assertThat(decodeReply("R3"))
        .isEqualTo(new ServerMessage.Done(0x0a1b2c, Status.SUCCESS, OptionalLong.empty()));
    assertThat(decodeReply("R6"))
        .isEqualTo(
            new ServerMessage.Done(
                0x0a1b2c,
                new Status(StatusCode.QUERY_TERMINATED, "shutting down"),
                OptionalLong.empty()));
  }

  @Test
  void decode_activeLeasequery_isRefusedAndCloses() { // V-19
    Incoming.Refused refused =
        (Incoming.Refused) QueryDecoder.decode(Vectors.message("A1"), SERVER);

    assertThat(refused.transactionId()).isEqualTo(7);
    assertThat(refused.requestor()).isEqualTo(REQUESTOR);
    assertThat(refused.status().code()).isEqualTo(StatusCode.NOT_SUPPORTED);
    assertThat(refused.closes()).isTrue();
  }

  @Test
  void decode_startTls_isNamed() { // V-20
    assertThat(QueryDecoder.decode(Vectors.message("A4"), SERVER))
        .isEqualTo(new Incoming.StartTls(1));
  }

  @Test
  void decode_messagesOfAnActiveAnswer_areDiscarded() throws MalformedMessageException {
    for (String name : List.of("A2", "A3", "A5", "A6")) { // we never ask actively
      assertThat(decodeReply(name)).as(name).isInstanceOf(ServerMessage.Discarded.class);
    }
  }

  private static ServerMessage decodeReply(String name) throws MalformedMessageException {
    byte[] frame = Vectors.frame(name).toArray();
    return ReplyDecoder.decode(frame, 2, frame.length - 2, REQUESTOR);
  }
}
