package bindery.wire;

import static bindery.wire.MessageBuilder.message;
import static bindery.wire.MessageBuilder.options;
import static bindery.wire.Vectors.RELAY;
import static bindery.wire.Vectors.REQUESTOR;
import static bindery.wire.Vectors.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the decoder decides about each kind of bad input, and what it must let through. */
final class QueryDecoderTest {
  private static final int XID = 0xfedcba;
  private static final String LINK = "2001:db8:a::1";

  @Test
  @DisplayName("V-01 fewer octets than a header")
  void decode_shorterThanAHeader_isDiscarded() {
    for (int size = 0; size < 4; size++) {
      assertDiscarded(options().octets(new byte[size]))
          .isEqualTo("a message of " + size + " octets (expected at least 4)");
    }
  }

  @Test
  @DisplayName("V-04 no CLIENTID, foreign SERVERID, no LQ_QUERY")
  void decode_withoutWhoOrWhatOrForAnother_isDiscarded() {
    assertDiscarded(message(14, XID).lqQuery(4, LINK, options()))
        .isEqualTo("a LEASEQUERY(14) without CLIENTID (expected one)");
    assertDiscarded(query(4, LINK, options()).serverId(RELAY))
        .isEqualTo("a LEASEQUERY(14) for SERVERID " + RELAY + " (expected " + SERVER + " or none)");
    assertDiscarded(query(4, LINK, options()).serverId(SERVER).serverId(RELAY))
        .contains("SERVERID");
    assertDiscarded(message(14, XID).clientId(REQUESTOR))
        .isEqualTo("a LEASEQUERY without LQ_QUERY (expected one)");
  }

  @Test
  @DisplayName("S-21 our own SERVERID")
  void decode_forThisServer_isAQuery() {
    assertQuery(query(4, LINK, options()).serverId(SERVER));
  }

  @Test
  @DisplayName("V-05 requestor's DUID under 3 or over 130 octets")
  void decode_requestorOfBadSize_isDiscarded() {
    for (int size : List.of(0, 2, 131)) {
      assertDiscarded(
              message(14, XID)
                  .option(OptionCode.CLIENT_ID, new byte[size])
                  .lqQuery(4, LINK, options()))
          .contains("expected 3..130 octets of CLIENTID")
          .contains(size + " octets");
    }
    for (int size : List.of(3, 130)) {
      assertQuery(
          message(14, XID)
              .option(OptionCode.CLIENT_ID, new byte[size])
              .lqQuery(4, LINK, options()));
    }
  }

  @Test
  @DisplayName("V-06 option-len runs past the message, or half a header")
  void decode_optionPastTheEnd_isDiscarded() {
    assertDiscarded(query(4, LINK, options()).uint16(65_000).uint16(3).uint16(0))
        .isEqualTo(
            "a message that cannot be read: at octet 43: 2 left (expected 3 octets of option-data)");
    assertDiscarded(query(4, LINK, options()).uint16(65_000).uint8(0))
        .contains("expected 2 octets of option-len");
  }

  @Test
  @DisplayName("V-07 LQ_QUERY under 17 octets")
  void decode_shortLqQuery_isMalformed() {
    for (int size = 0; size < 17; size++) {
      assertMalformed(
              message(14, XID).clientId(REQUESTOR).option(OptionCode.LQ_QUERY, new byte[size]))
          .contains("expected at least 17 octets of LQ_QUERY")
          .contains(size + " octets");
    }
  }

  @Test
  @DisplayName("V-07 query-options do not parse")
  void decode_queryOptionPastLqQuery_isMalformed() {
    assertMalformed(query(3, "::", options().uint16(OptionCode.RELAY_ID).uint16(10).uint8(1)))
        .isEqualTo("at octet 43: 1 left (expected 10 octets of option-data)");
  }

  @Test
  @DisplayName("V-08 unknown query-types, whatever else is wrong")
  void decode_unknownType_isUnknownQueryType() {
    IntStream.concat(IntStream.of(0), IntStream.rangeClosed(6, 255))
        .forEach(
            type -> {
              Incoming.Refused refused = refused(query(type, "::", options().uint8(9)));
              assertThat(refused.status())
                  .isEqualTo(
                      new Status(
                          StatusCode.UNKNOWN_QUERY_TYPE,
                          "query-type " + type + " in LQ_QUERY (expected 1..5)"));
              assertThat(refused.closes()).isFalse();
            });
  }

  @Test
  @DisplayName("V-09 required option missing")
  void decode_withoutRequiredOption_isMalformed() {
    assertMalformed(query(1, "::", options()))
        .isEqualTo("QUERY_BY_ADDRESS(1) without option 5 in LQ_QUERY (expected one)");
    assertMalformed(query(2, "::", options())).contains("QUERY_BY_CLIENTID(2) without option 1");
    assertMalformed(query(3, "::", options().option(37, "0000000901")))
        .contains("QUERY_BY_RELAY_ID(3) without option 53");
    assertMalformed(query(5, "::", options())).contains("QUERY_BY_REMOTE_ID(5) without option 37");
  }

  @Test
  @DisplayName("V-10 required option present but bad")
  void decode_badRequiredOption_isMalformed() {
    assertMalformed(query(1, "::", options().option(5, new byte[23])))
        .isEqualTo("at octet 43: 23 octets (expected at least 24 octets of IAADDR)");
    assertMalformed(query(2, "::", options().option(1, new byte[2])))
        .contains("3..130 octets of CLIENTID in LQ_QUERY");
    assertMalformed(query(3, "::", options().option(53, new byte[131])))
        .contains("3..130 octets of RELAY_ID in LQ_QUERY");
    assertMalformed(query(5, "::", options().option(37, new byte[4])))
        .contains("5..1024 octets of REMOTE_ID");
    assertMalformed(query(5, "::", options().option(37, new byte[1_025])))
        .contains("5..1024 octets of REMOTE_ID");
    assertMalformed(query(4, LINK, options().option(6, "002f00")))
        .contains("an even number of octets of ORO");
    assertMalformed(query(4, LINK, options()).option(6, "00"))
        .contains("an even number of octets of ORO");
  }

  @Test
  @DisplayName("V-10 the smallest and largest values that are still good")
  void decode_keysOfBoundarySizes_areQueries() {
    assertQuery(query(1, "::", options().option(5, new byte[24])));
    assertQuery(query(2, "::", options().option(1, new byte[130])));
    assertQuery(query(3, "::", options().option(53, new byte[3])));
    assertQuery(query(5, "::", options().option(37, new byte[5])));
    assertQuery(query(5, "::", options().option(37, new byte[1_024])));
  }

  @Test
  @DisplayName("V-11 by link-address ::")
  void decode_byLinkWithoutLink_isMalformed() {
    assertMalformed(query(4, "::", options()))
        .isEqualTo(
            "QUERY_BY_LINK_ADDRESS(4) with link-address :: (expected an address of the link)");
  }

  @Test
  @DisplayName("V-15, S-27 superfluous and unknown options")
  void decode_superfluousOptions_areIgnored() {
    LeaseQuery plain = assertQuery(query(4, LINK, options()));

    assertThat(
            assertQuery(
                query(4, LINK, options().option(65_000, "01").option(53, "00").option(5, ""))
                    .option(65_000, "0203")
                    .option(13, "00")))
        .isEqualTo(plain);
  }

  @Test
  @DisplayName("V-16 two LQ_QUERY, two of the required option")
  void decode_repeatedSingletons_areMalformed() {
    assertMalformed(query(4, LINK, options()).lqQuery(4, LINK, options()))
        .isEqualTo("2 LQ_QUERY options (expected one)");
    assertMalformed(query(3, "::", options().option(53, "000201").option(53, "000201")))
        .isEqualTo("QUERY_BY_RELAY_ID(3) with more than one option 53 (expected one)");
    assertMalformed(query(4, LINK, options()).option(101, "00000001").option(101, "00000001"))
        .isEqualTo("more than one LQ_START_TIME (expected at most one)");
  }

  @Test
  @DisplayName("V-17 two CLIENTID at top level")
  void decode_twoRequestors_isDiscarded() {
    assertDiscarded(query(4, LINK, options()).clientId(REQUESTOR))
        .isEqualTo("a LEASEQUERY(14) with two CLIENTID options (expected one)");
  }

  @Test
  @DisplayName("V-18 every other message type")
  void decode_otherTypes_areDiscarded() {
    IntStream.rangeClosed(0, 255)
        .filter(type -> type != 14 && type != 22 && type != 23)
        .forEach(
            type ->
                assertDiscarded(message(type, XID).clientId(REQUESTOR).lqQuery(4, LINK, options()))
                    .startsWith("a message of type ")
                    .contains("(" + type + ")")
                    .endsWith("(expected LEASEQUERY(14))"));
  }

  @Test
  @DisplayName("V-19 ACTIVELEASEQUERY, with and without saying who asks")
  void decode_activeLeasequery_isNotSupported() {
    Incoming.Refused refused =
        refused(message(22, XID).clientId(REQUESTOR).option(102, "00000001"));

    assertThat(refused.transactionId()).isEqualTo(XID);
    assertThat(refused.status().code()).isEqualTo(StatusCode.NOT_SUPPORTED);
    assertThat(refused.closes()).isTrue();
    assertDiscarded(message(22, XID)).contains("without CLIENTID");
  }

  @Test
  @DisplayName("V-20 STARTTLS, whatever follows its header")
  void decode_startTlsWithOptions_isStartTls() {
    assertThat(QueryDecoder.decode(message(23, XID).uint8(1).build(), SERVER))
        .isEqualTo(new Incoming.StartTls(XID));
  }

  @Test
  @DisplayName("V-27 START_TIME later than END_TIME")
  void decode_window_endsAtOrAfterItsStart() {
    assertMalformed(query(4, LINK, options()).option(101, "00000002").option(102, "00000001"))
        .isEqualTo("LQ_START_TIME 2 is later than LQ_END_TIME 1 (expected at or before it)");
    LeaseQuery instant =
        assertQuery(query(4, LINK, options()).option(102, "fffffffe").option(101, "fffffffe"));
    assertThat(instant.startTime()).hasValue(0xffff_fffeL);
    assertThat(instant.endTime()).hasValue(0xffff_fffeL);
    assertMalformed(query(4, LINK, options()).option(101, "000001"))
        .contains("expected 4 octets of LQ_START_TIME");
    assertMalformed(query(4, LINK, options()).option(102, "0000000001"))
        .contains("expected 4 octets of LQ_END_TIME");
  }

  @Test
  @DisplayName("V-27, S-74: a window inside LQ_QUERY is one too, and stands once")
  void decode_windowInsideLqQuery_isOneToo() {
    LeaseQuery window =
        assertQuery(query(4, LINK, options().option(101, "00000001")).option(102, "00000002"));
    assertThat(window.startTime()).hasValue(1);
    assertThat(window.endTime()).hasValue(2);
    assertMalformed(query(4, LINK, options().option(101, "00000003")).option(102, "00000002"))
        .isEqualTo("LQ_START_TIME 3 is later than LQ_END_TIME 2 (expected at or before it)");
    assertMalformed(query(4, LINK, options().option(101, "00000001")).option(101, "00000001"))
        .isEqualTo("more than one LQ_START_TIME (expected at most one)");
  }

  @Test
  @DisplayName("V-08, V-09, V-19: what is refused is told with the type that was sent")
  void decode_refused_keepsItsType() {
    assertThat(refused(query(3, "::", options())).queryType()).isEqualTo(3);
    assertThat(refused(query(77, "::", options())).queryType()).isEqualTo(77);
    assertThat(refused(message(22, XID).clientId(REQUESTOR)).queryType()).isZero();
    assertThat(
            refused(message(22, XID).clientId(REQUESTOR).lqQuery(5, LINK, options())).queryType())
        .isEqualTo(5);
  }

  @Test
  @DisplayName("V-28 VSS naming a VPN, beside or inside LQ_QUERY")
  void decode_vpn_isNotAllowed() {
    for (MessageBuilder query :
        List.of(
            query(4, LINK, options()).option(68, "0076706e"),
            query(4, LINK, options()).option(68, "0100000000000001"),
            query(4, LINK, options().option(68, "0076706e")))) {
      assertThat(refused(query).status().code()).isEqualTo(StatusCode.NOT_ALLOWED);
    }
    assertMalformed(query(4, LINK, options()).option(68, "")).contains("VSS");
    assertMalformed(query(4, LINK, options()).option(68, "ff00")).contains("VSS");
    assertMalformed(query(4, LINK, options()).option(68, "ff").option(68, "ff")).contains("VSS");
  }

  @Test
  @DisplayName("V-28 the global VPN is the one we hold")
  void decode_globalVpn_isAQuery() {
    LeaseQuery query = assertQuery(query(4, LINK, options()).option(68, "ff"));

    assertThat(query.vss()).contains(Bytes.parseHex("ff"));
  }

  @Test
  @DisplayName("T-12 base-time asked in either ORO")
  void decode_baseTimeInEitherOptionRequest_isHonoured() {
    LeaseQuery inside = assertQuery(query(4, LINK, options().option(6, "0064002f0027")));
    LeaseQuery beside = assertQuery(query(4, LINK, options()).option(6, "00640027"));

    assertThat(inside.baseTimeRequested()).isTrue();
    assertThat(inside.requestedOptions()).containsExactly(39, 47);
    assertThat(beside.baseTimeRequested()).isTrue();
    assertThat(beside.requestedOptions()).isEmpty();
    assertThat(assertQuery(query(4, LINK, options())).baseTimeRequested()).isFalse();
  }

  @Test
  void decode_twoOptionRequests_areJoined() {
    LeaseQuery query =
        assertQuery(query(4, LINK, options().option(6, "002f").option(6, "0027002f")));

    assertThat(query.requestedOptions()).containsExactly(39, 47);
  }

  @Test
  void decode_optionsInAnyOrder_giveTheSameQuery() {
    MessageBuilder reversed =
        message(14, XID)
            .option(102, "00000009")
            .lqQuery(3, LINK, options().option(6, "002f").option(53, RELAY.octets().toArray()))
            .serverId(SERVER)
            .clientId(REQUESTOR);

    LeaseQuery query = assertQuery(reversed);
    assertThat(query.key()).isEqualTo(new QueryKey.ByRelayId(RELAY));
    assertThat(query.transactionId()).isEqualTo(XID); // above 0xffff
    assertThat(query.linkAddress()).isEqualTo(Ipv6Address.parse(LINK));
    assertThat(query.wantsRelayData()).isTrue();
    assertThat(query.endTime()).hasValue(9);
  }

  @Test
  @DisplayName("S-72 a refused query that asks for the time")
  void decode_refusedWithBaseTimeAsked_saysSo() {
    MessageBuilder inside = options().option(OptionCode.OPTION_REQUEST, "00170064");

    assertThat(refused(query(9, "::", inside)).baseTimeRequested()).isTrue();
    assertThat(
            refused(query(3, "::", options()).option(OptionCode.OPTION_REQUEST, "0064"))
                .baseTimeRequested())
        .isTrue();
    assertThat(refused(query(3, "::", options())).baseTimeRequested()).isFalse();
    assertThat(
            refused(query(4, LINK, options().option(OptionCode.OPTION_REQUEST, "006400")))
                .baseTimeRequested())
        .isTrue();
  }

  @Test
  @DisplayName("S-52 options asked for beyond the first 1,024 are passed over, what is ours is not")
  void decode_endlessOptionRequest_countsTheFirst() {
    MessageBuilder codes = options();
    IntStream.range(1_000, 31_000).forEach(codes::uint16);
    codes.uint16(OptionCode.LQ_RELAY_DATA).uint16(OptionCode.LQ_BASE_TIME);

    LeaseQuery query =
        assertQuery(query(4, LINK, options().option(OptionCode.OPTION_REQUEST, codes)));

    assertThat(query.requestedOptions()).hasSize(1_025).contains(1_000, 2_023);
    assertThat(query.wantsRelayData()).isTrue();
    assertThat(query.baseTimeRequested()).isTrue();
  }

  private static MessageBuilder query(int type, String link, MessageBuilder queryOptions) {
    return message(14, XID).clientId(REQUESTOR).lqQuery(type, link, queryOptions);
  }

  private static LeaseQuery assertQuery(MessageBuilder message) {
    Incoming incoming = QueryDecoder.decode(message.build(), SERVER);
    assertThat(incoming).isInstanceOf(Incoming.Query.class);
    return ((Incoming.Query) incoming).query();
  }

  private static AbstractStringAssert<?> assertDiscarded(MessageBuilder message) {
    Incoming incoming = QueryDecoder.decode(message.build(), SERVER);
    assertThat(incoming).isInstanceOf(Incoming.Discard.class);
    return assertThat(((Incoming.Discard) incoming).reason());
  }

  private static Incoming.Refused refused(MessageBuilder message) {
    Incoming incoming = QueryDecoder.decode(message.build(), SERVER);
    assertThat(incoming).isInstanceOf(Incoming.Refused.class);
    return (Incoming.Refused) incoming;
  }

  private static AbstractStringAssert<?> assertMalformed(MessageBuilder message) {
    Incoming.Refused refused = refused(message);
    assertThat(refused.transactionId()).isEqualTo(XID);
    assertThat(refused.requestor()).isEqualTo(new Duid(REQUESTOR.octets()));
    assertThat(refused.status().code()).isEqualTo(StatusCode.MALFORMED_QUERY);
    assertThat(refused.closes()).isFalse();
    return assertThat(refused.status().text());
  }
}
