package bindery.wire;

import static bindery.wire.Vectors.RELAY;
import static bindery.wire.Vectors.REQUESTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.model.Ipv6Address;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A query that exists is valid; code points without a name keep their number. */
final class LeaseQueryTest {
  private static final LeaseQuery QUERY =
      LeaseQuery.of(1, REQUESTOR, new QueryKey.ByRelayId(RELAY));

  @Test
  void create_outOfRange_throws() {
    for (int xid : new int[] {-1, 0x100_0000}) {
      assertThatThrownBy(() -> LeaseQuery.of(xid, REQUESTOR, new QueryKey.ByRelayId(RELAY)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("transaction-id of " + xid);
    }
    assertThatThrownBy(() -> LeaseQuery.byLink(1, REQUESTOR, Ipv6Address.UNSPECIFIED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("link-address ::");
    assertThatThrownBy(() -> QUERY.requesting(List.of(65_536)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> QUERY.requesting(List.of(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> QUERY.changedWithin(OptionalLong.of(-1), OptionalLong.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start-time of -1");
    assertThatThrownBy(
            () -> QUERY.changedWithin(OptionalLong.empty(), OptionalLong.of(0x1_0000_0000L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("end-time of 4294967296");
    assertThatThrownBy(() -> QUERY.changedWithin(OptionalLong.of(2), OptionalLong.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start-time of 2 after the end-time of 1");
  }

  @Test
  void create_fromAChangingSet_isNotChangedByIt() {
    TreeSet<Integer> codes = new TreeSet<>(List.of(47));
    LeaseQuery query = QUERY.requesting(codes);

    codes.add(39);

    assertThat(query.requestedOptions()).containsExactly(47);
    assertThatThrownBy(() -> query.requestedOptions().add(1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void requesting_baseTime_isToldApartFromClientOptions() {
    LeaseQuery query = QUERY.requesting(List.of(100, 47));

    assertThat(query.baseTimeRequested()).isTrue();
    assertThat(query.requestedOptions()).containsExactly(47);
  }

  @Test
  void encode_moreThanAMessageHolds_throws() {
    List<Integer> codes = IntStream.range(1_000, 34_000).boxed().toList();
    assertThatThrownBy(() -> QueryEncoder.encode(QUERY.requesting(codes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected at most 65535)");

    LeaseQuery overlong =
        new LeaseQuery(
            1,
            REQUESTOR,
            QUERY.key(),
            QUERY.linkAddress(),
            QUERY.requestedOptions(),
            false,
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.of(Bytes.of(new byte[70_000])));
    assertThatThrownBy(() -> QueryEncoder.encode(overlong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected at most 65535)");
  }

  @Test
  void codePoints_withAndWithoutName_keepTheirNumber() {
    assertThat(new MessageType(200)).hasToString("unknown(200)");
    assertThat(MessageType.LEASEQUERY_DONE).hasToString("LEASEQUERY-DONE(16)");
    assertThat(MessageType.LEASEQUERY_DATA).hasToString("LEASEQUERY-DATA(17)");
    assertThat(new StatusCode(999)).hasToString("Status(999)");
    assertThat(StatusCode.QUERY_TERMINATED).hasToString("QueryTerminated(11)");
    assertThat(new QueryType(6)).hasToString("QUERY(6)");
    assertThat(QueryType.BY_REMOTE_ID).hasToString("QUERY_BY_REMOTE_ID(5)");
    assertThatThrownBy(() -> new MessageType(256)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new QueryType(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StatusCode(65_536)).isInstanceOf(IllegalArgumentException.class);
  }
}
