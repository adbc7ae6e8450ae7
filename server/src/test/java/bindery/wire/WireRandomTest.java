package bindery.wire;

import static bindery.wire.Vectors.REQUESTOR;
import static bindery.wire.Vectors.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.RemoteId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for all octets and all queries. */
final class WireRandomTest {
  private static final List<String> NAMES =
      List.of(
          "Q1", "Q2", "Q3", "Q4", "Q5", "R1", "R2", "R3", "R4", "R5", "R6", "A1", "A2", "A3", "A4",
          "A5", "A6");

  @Property(tries = 3_000)
  void decode_arbitraryOctets_neverThrowsAnythingElse(@ForAll byte[] octets) {
    readBothWays(octets);
  }

  @Property(tries = 3_000)
  void decode_changedOctetsOfAVector_neverThrowsAnythingElse(
      @ForAll("names") String name, @ForAll("changes") List<int[]> changes) {
    byte[] message = Vectors.message(name);
    for (int[] change : changes) {
      message[change[0] % message.length] = (byte) change[1];
    }
    readBothWays(message);
  }

  @Example
  void decode_everyTruncationOfAVector_isARecordOrAnError() {
    for (String name : NAMES) {
      byte[] whole = Vectors.message(name);
      for (int size = 0; size < whole.length; size++) {
        readBothWays(Arrays.copyOf(whole, size));
      }
    }
  }

  /** A cut query is never taken for a whole one, unless the cut falls between two options. */
  @Example
  void decode_truncatedQuery_isNotAQuery() {
    for (String name : List.of("Q1", "Q2", "Q3", "Q4", "Q5")) {
      byte[] whole = Vectors.message(name);
      for (int size = 0; size < whole.length; size++) {
        assertThat(QueryDecoder.decode(Arrays.copyOf(whole, size), SERVER))
            .as("%s cut to %d octets", name, size)
            .isInstanceOf(Incoming.Discard.class);
      }
    }
  }

  @Property(tries = 1_000)
  void decode_encodedQuery_givesItBack(@ForAll("queries") LeaseQuery query) {
    byte[] frame = QueryEncoder.encode(query);

    assertThat((frame[0] & 0xff) << 8 | (frame[1] & 0xff)).isEqualTo(frame.length - 2);
    assertThat(QueryDecoder.decode(Arrays.copyOfRange(frame, 2, frame.length), SERVER))
        .isEqualTo(new Incoming.Query(query));
  }

  private static void readBothWays(byte[] message) {
    Incoming incoming = QueryDecoder.decode(message, SERVER);
    if (incoming instanceof Incoming.Discard discard) {
      assertThat(discard.reason()).contains("expected");
    } else if (incoming instanceof Incoming.Refused refused) {
      assertThat(refused.status().isSuccess()).isFalse();
      assertThat(refused.status().text()).isNotEmpty();
    }
    try {
      ServerMessage decoded = ReplyDecoder.decode(message, 0, message.length, REQUESTOR);
      if (decoded instanceof ServerMessage.Data data && data.clientData().relayData().isPresent()) {
        data.clientData().relayData().get().hops();
      }
    } catch (MalformedMessageException e) {
      assertThat(e.offset()).isBetween(0, message.length);
      assertThat(e).hasMessageContaining("expected");
    }
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(NAMES);
  }

  @Provide
  Arbitrary<List<int[]>> changes() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 1_000), Arbitraries.integers().between(0, 255))
        .as((at, value) -> new int[] {at, value})
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<LeaseQuery> queries() {
    Arbitrary<Duid> duids = octets(3, 130).map(Duid::new);
    Arbitrary<Ipv6Address> links =
        octets(16, 16).map(o -> Ipv6Address.of(o.toArray())).filter(a -> !a.isUnspecified());
    Arbitrary<QueryKey> keys =
        Arbitraries.oneOf(
            octets(16, 16).map(o -> new QueryKey.ByAddress(Ipv6Address.of(o.toArray()))),
            duids.map(QueryKey.ByClientId::new),
            duids.map(QueryKey.ByRelayId::new),
            Arbitraries.just(new QueryKey.ByLink()),
            octets(5, 1_024).map(o -> new QueryKey.ByRemoteId(new RemoteId(o))));
    Arbitrary<TreeSet<Integer>> codes =
        Arbitraries.integers().between(0, 65_535).list().ofMaxSize(40).map(TreeSet::new);
    Arbitrary<OptionalLong> starts =
        Arbitraries.longs().between(0, 0x7fff_ffffL).optional().map(WireRandomTest::toLong);
    Arbitrary<OptionalLong> ends =
        Arbitraries.longs()
            .between(0x8000_0000L, 0xffff_ffffL)
            .optional()
            .map(WireRandomTest::toLong);
    Arbitrary<Optional<Bytes>> vss =
        Arbitraries.of(Optional.empty(), Optional.of(Bytes.parseHex("ff")));
    return Combinators.combine(
            Arbitraries.integers().between(0, 0xff_ffff), duids, keys, links, codes, starts, ends)
        .flatAs(
            (xid, requestor, key, link, options, start, end) ->
                vss.map(
                    vpn ->
                        new LeaseQuery(
                            xid, requestor, key, link, options, false, start, end, vpn)));
  }

  private static OptionalLong toLong(Optional<Long> value) {
    return value.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  private static Arbitrary<Bytes> octets(int sizeMin, int sizeMax) {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMinSize(sizeMin)
        .ofMaxSize(sizeMax)
        .map(Bytes::of);
  }
}
