package bindery.wire;

import static bindery.wire.MessageBuilder.message;
import static bindery.wire.MessageBuilder.options;
import static bindery.wire.Vectors.RELAY;
import static bindery.wire.Vectors.REQUESTOR;
import static bindery.wire.Vectors.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a requestor may use of what a server sends, and what it has to leave unused. */
final class ReplyDecoderTest {
  private static final int XID = 0x123456;
  private static final Duid CLIENT = Duid.parse("000300010200000000ff");

  @Test
  @DisplayName("R-08 REPLY without SERVERID")
  void decode_replyWithoutServerId_isDiscarded() throws MalformedMessageException {
    assertThat(decode(message(15, XID).clientId(REQUESTOR)))
        .isEqualTo(
            new ServerMessage.Discarded(
                XID,
                MessageType.LEASEQUERY_REPLY,
                "LEASEQUERY-REPLY(15) with SERVERID none (expected a DUID)"));
    assertThat(decode(message(15, XID).clientId(REQUESTOR).option(2, "0001")))
        .isInstanceOf(ServerMessage.Discarded.class);
  }

  @Test
  @DisplayName("R-08 REPLY without CLIENTID, or with another's")
  void decode_replyForAnotherRequestor_isDiscarded() throws MalformedMessageException {
    assertThat(reason(message(15, XID).serverId(SERVER)))
        .isEqualTo("LEASEQUERY-REPLY(15) with CLIENTID none (expected " + REQUESTOR + ")");
    assertThat(reason(message(15, XID).serverId(SERVER).clientId(RELAY)))
        .isEqualTo("LEASEQUERY-REPLY(15) with CLIENTID " + RELAY + " (expected " + REQUESTOR + ")");
  }

  @Test
  @DisplayName("R-12 DATA without CLIENT_DATA")
  void decode_dataWithoutClientData_isDiscarded() throws MalformedMessageException {
    assertThat(reason(message(17, XID)))
        .isEqualTo("LEASEQUERY-DATA(17) without CLIENT_DATA (expected one)");
  }

  @Test
  @DisplayName("R-21 CLIENT_DATA without CLT_TIME or without CLIENTID")
  void decode_unusableClientData_isDropped() throws MalformedMessageException {
    MessageBuilder noTime = options().clientId(CLIENT).iaAddress("2001:db8::1", 1, 2);
    MessageBuilder noClient = options().option(46, "00000001").iaAddress("2001:db8::1", 1, 2);

    assertThat(reason(message(17, XID).option(45, noTime)))
        .isEqualTo(
            "LEASEQUERY-DATA(17) with CLIENT_DATA of client "
                + CLIENT
                + " without CLT_TIME (expected one)");
    assertThat(reason(message(17, XID).option(45, noClient)))
        .isEqualTo("LEASEQUERY-DATA(17) with CLIENT_DATA without CLIENTID (expected one)");

    ServerMessage.Reply reply = (ServerMessage.Reply) decode(reply().option(45, noTime));
    assertThat(reply.clientData()).isEmpty();
    assertThat(reply.fault())
        .contains("CLIENT_DATA of client " + CLIENT + " without CLT_TIME (expected one)");
  }

  @Test
  @DisplayName("S-47 LQ_CLIENT_LINK does not pass for 'nothing found'")
  void decode_replyWithLinksInPlaceOfData_saysSo() throws MalformedMessageException {
    ServerMessage.Reply reply =
        (ServerMessage.Reply) decode(reply().option(48, options().address("2001:db8::1")));

    assertThat(reply.fault())
        .contains("LQ_CLIENT_LINK in place of CLIENT_DATA (expected none over TCP)");
  }

  @Test
  @DisplayName("R-22 messages that no server may send")
  void decode_otherTypes_areDiscarded() throws MalformedMessageException {
    for (int type : new int[] {0, 7, 14, 18, 22, 23, 255}) {
      assertThat(reason(message(type, XID).clientId(REQUESTOR))).contains("(" + type + ")");
    }
  }

  @Test
  @DisplayName("T-02 Kea says Success in every REPLY")
  void decode_explicitSuccess_isSuccess() throws MalformedMessageException {
    ServerMessage.Reply reply = (ServerMessage.Reply) decode(reply().option(13, "00006f6b"));

    assertThat(reply.status()).isEqualTo(new Status(StatusCode.SUCCESS, "ok"));
    assertThat(reply.status().isSuccess()).isTrue();
  }

  @Test
  void decode_unknownStatus_keepsItsNumber() throws MalformedMessageException {
    ServerMessage.Done done = (ServerMessage.Done) decode(message(16, XID).option(13, "fffe"));

    assertThat(done.status().code().code()).isEqualTo(0xfffe);
    assertThat(done.status().isSuccess()).isFalse();
  }

  @Test
  void decode_baseTime_isRead() throws MalformedMessageException {
    ServerMessage.Done done = (ServerMessage.Done) decode(message(16, XID).option(100, "f0000001"));

    assertThat(done.baseTime()).hasValue(0xf000_0001L);
    assertThatThrownBy(() -> decode(message(16, XID).option(100, "0001")))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("at octet 8: 2 octets (expected 4 octets of LQ_BASE_TIME)");
  }

  @Test
  @DisplayName("Kea sends a full preferred lifetime beside a shorter valid one")
  void decode_preferredAboveValid_isPassedOn() throws MalformedMessageException {
    LeaseOption lease = onlyLease(options().iaAddress("2001:db8::1", 3_000, 20));

    assertThat(lease.preferredLifetime()).isEqualTo(3_000);
    assertThat(lease.validLifetime()).isEqualTo(20);
  }

  @Test
  void decode_infiniteLifetimes_stayInfinite() throws MalformedMessageException {
    LeaseOption lease = onlyLease(options().iaPrefix("2001:db8::", 32, 0xffff_ffffL, 0xffff_ffffL));

    assertThat(lease.preferredLifetime()).isEqualTo(DhcpTime.INFINITY);
    assertThat(lease.validLifetime()).isEqualTo(DhcpTime.INFINITY);
  }

  @Test
  void decode_prefixWithBitsBeyondItsLength_isCut() throws MalformedMessageException {
    assertThat(onlyLease(options().iaPrefix("2001:db8:0:12ff::", 56, 1, 2)).key())
        .isEqualTo(LeaseKey.ofPrefix(Ipv6Prefix.parse("2001:db8:0:1200::/56")));
  }

  @Test
  void decode_prefixLengthOutsideItsRange_throws() throws MalformedMessageException {
    for (int length : new int[] {1, 128}) {
      assertThat(onlyLease(options().iaPrefix("::", length, 1, 2)).key().prefix().length())
          .isEqualTo(length);
    }
    for (int length : new int[] {0, 129, 255}) {
      assertThatThrownBy(() -> onlyLease(options().iaPrefix("::", length, 1, 2)))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining(length + " (expected an IAPREFIX prefix-length of 1..128)");
    }
  }

  @Test
  void decode_optionsInsideALease_areKept() throws MalformedMessageException {
    MessageBuilder exclude =
        options().uint32(1).uint32(2).uint8(56).address("2001:db8::").option(67, "4001");

    LeaseOption lease = onlyLease(options().option(26, exclude));

    assertThat(DhcpOption.decodeAll(lease.options()))
        .containsExactly(new DhcpOption(67, Bytes.parseHex("4001")));
    assertThatThrownBy(() -> onlyLease(options().option(26, exclude.uint8(0))))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void decode_otherClientOptions_areKeptInOrder() throws MalformedMessageException {
    ServerMessage.Data data =
        (ServerMessage.Data)
            decode(
                message(17, XID)
                    .option(
                        45,
                        options()
                            .option(39, "0001")
                            .clientId(CLIENT)
                            .option(46, "00000005")
                            .option(16, "02")));

    assertThat(data.clientData().options())
        .containsExactly(
            new DhcpOption(39, Bytes.parseHex("0001")), new DhcpOption(16, Bytes.parseHex("02")));
    assertThat(data.clientData().leases()).isEmpty();
  }

  @Test
  void decode_secondOfASingleton_throws() {
    MessageBuilder twoTimes =
        options().clientId(CLIENT).option(46, "00000001").option(46, "00000001");
    for (MessageBuilder message :
        List.of(
            reply().serverId(SERVER),
            reply().clientId(REQUESTOR),
            reply().option(13, "0000").option(13, "0000"),
            message(17, XID).clientData(CLIENT, 1, "::1").clientData(CLIENT, 1, "::2"),
            message(17, XID).option(45, twoTimes),
            message(16, XID).option(100, "00000001").option(100, "00000001"))) {
      assertThatThrownBy(() -> decode(message))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("a second one (expected at most one ");
    }
  }

  @Test
  void hops_chainOfFourRelays_givesEachFromTheServerOn() throws MalformedMessageException {
    MessageBuilder relay = options(); // built from the innermost out
    for (int hop = 0; hop < 4; hop++) {
      MessageBuilder outer =
          options()
              .uint8(12)
              .uint8(hop)
              .address("2001:db8:" + hop + "::1")
              .address("fe80::" + hop)
              .option(18, "0" + hop);
      relay = hop == 0 ? outer : outer.option(9, relay);
    }
    byte[] relayData = options().address("2001:db8:ff::9").octets(relay.build()).build();
    ServerMessage.Data data =
        (ServerMessage.Data)
            decode(
                message(17, XID)
                    .option(
                        45,
                        options().clientId(CLIENT).option(46, "00000001").option(47, relayData)));

    RelayData decoded = data.clientData().relayData().orElseThrow();
    assertThat(decoded.source()).isEqualTo(Ipv6Address.parse("2001:db8:ff::9"));
    assertThat(decoded.hops()).extracting(RelayHop::hopCount).containsExactly(3, 2, 1, 0);
    assertThat(decoded.hops())
        .extracting(hop -> hop.linkAddress().toString())
        .containsExactly("2001:db8:3::1", "2001:db8:2::1", "2001:db8:1::1", "2001:db8::1");
    assertThat(decoded.hops())
        .extracting(hop -> hop.options().get(0).data().hex())
        .containsExactly("03", "02", "01", "00");
  }

  @Test
  @DisplayName("Kea's RELAY_MSG is too short for a chain: the leases beside it must not be lost")
  void decode_brokenRelayChain_keepsTheLeases() throws MalformedMessageException {
    byte[] head = options().uint8(12).uint8(1).address("::").address("::").build();
    byte[] chain = options().octets(head).uint16(9).uint16(30).octets(head).build();
    MessageBuilder clientData =
        options()
            .clientId(CLIENT)
            .option(46, "00000001")
            .option(47, options().address("::1").octets(chain))
            .iaAddress("2001:db8::1", 1, 2);

    ServerMessage.Data data = (ServerMessage.Data) decode(message(17, XID).option(45, clientData));

    assertThat(data.clientData().leases()).hasSize(1);
    RelayData relayData = data.clientData().relayData().orElseThrow();
    assertThat(relayData.message().toArray()).isEqualTo(chain);
    assertThatThrownBy(relayData::hops).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void hops_moreThan32OrAnotherMessage_throws() {
    MessageBuilder relay = options();
    byte[] head = options().uint8(12).uint8(0).address("::").address("::").build();
    for (int hop = 0; hop < 33; hop++) {
      relay = options().octets(head).option(9, relay);
    }
    RelayData tooLong = new RelayData(Ipv6Address.UNSPECIFIED, Bytes.of(relay.build()));
    RelayData solicit = new RelayData(Ipv6Address.UNSPECIFIED, Bytes.parseHex("01000001"));

    assertThatThrownBy(tooLong::hops)
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("at most 32 relays");
    assertThatThrownBy(solicit::hops)
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("at octet 0: unknown(1) (expected RELAY-FORW(12))");
  }

  @Test
  void decode_messageInsideALargerArray_readsNotBeyondIt() {
    byte[] octets = options().octets(new byte[3]).octets(message(17, XID).build()).build();
    byte[] behind = options().octets(octets).clientData(CLIENT, 1, "::1").build();

    assertThatThrownBy(() -> ReplyDecoder.decode(behind, 3, 3, REQUESTOR))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("at octet 1: 2 left (expected 3 octets of transaction-id)");
    assertThatThrownBy(() -> ReplyDecoder.decode(behind, 3, 6, REQUESTOR))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("at octet 6: 0 left (expected 2 octets of option-len)");
  }

  private static MessageBuilder reply() {
    return message(15, XID).serverId(SERVER).clientId(REQUESTOR);
  }

  private static ServerMessage decode(MessageBuilder message) throws MalformedMessageException {
    byte[] octets = message.build();
    return ReplyDecoder.decode(octets, 0, octets.length, REQUESTOR);
  }

  private static String reason(MessageBuilder message) throws MalformedMessageException {
    ServerMessage decoded = decode(message);
    assertThat(decoded).isInstanceOf(ServerMessage.Discarded.class);
    assertThat(decoded.transactionId()).isEqualTo(XID);
    return ((ServerMessage.Discarded) decoded).reason();
  }

  private static LeaseOption onlyLease(MessageBuilder lease) throws MalformedMessageException {
    MessageBuilder clientData =
        options().clientId(CLIENT).option(46, "00000001").octets(lease.build());
    ServerMessage.Data data = (ServerMessage.Data) decode(message(17, XID).option(45, clientData));
    assertThat(data.clientData().leases()).hasSize(1);
    return data.clientData().leases().get(0);
  }
}
