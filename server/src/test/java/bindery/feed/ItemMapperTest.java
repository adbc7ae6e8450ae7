package bindery.feed;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.feed.ItemMapper.Mapped;
import bindery.log.v1.Lease;
import bindery.v1.Alive;
import bindery.v1.BeginSync;
import bindery.v1.EndReason;
import bindery.v1.EndSync;
import bindery.v1.Exchange;
import bindery.v1.Item;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import bindery.v1.RejectReason;
import bindery.v1.RelayHop;
import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ItemMapperTest {
  private static void assertRejected(RejectReason reason, String says, Exchange.Builder exchange) {
    Mapped mapped = ItemMapper.map(Fed.item(exchange));
    assertThat(mapped.reason()).isEqualTo(reason);
    assertThat(mapped.message()).contains(says).contains("expected");
    assertThat(mapped.item().hasVoid()).as("takes its place in the sequence").isTrue();
  }

  private static bindery.log.v1.Exchange accepted(Exchange.Builder exchange) {
    Mapped mapped = ItemMapper.map(Fed.item(exchange));
    assertThat(mapped.message()).isEmpty();
    assertThat(mapped.reason()).isEqualTo(RejectReason.REJECT_REASON_UNSPECIFIED);
    return mapped.item().getExchange();
  }

  private static Exchange.Builder with(LeaseUpdate.Builder lease) {
    return Fed.exchange(1).clearLeases().addLeases(lease);
  }

  private static LeaseUpdate.Builder prefix(String address, int length) {
    return Fed.put(address).setKind(LeaseKind.PREFIX).setPrefixLength(length);
  }

  @Test
  void map_everyFieldOfAPut_isCarried() {
    bindery.log.v1.Exchange mapped =
        accepted(
            Fed.exchange(1)
                .setLink("edge-1")
                .setSubnetId(7)
                .setOptions(Fed.hex("0027000161"))
                .setCopy(true)
                .setHardwareAddress(Fed.hex("02005e20000b"))
                .clearLeases()
                .addLeases(
                    prefix("3fff:0:1::", 56)
                        .setIaid(-1)
                        .setPreferred(-1)
                        .setValid(-1)
                        .setGranted(Fed.CLTT - 60)
                        .setOptions(Fed.hex("004300024001"))
                        .setPoolId(9)
                        .setHostname("host-1")));

    assertThat(mapped.getClient()).isEqualTo(Fed.client(1));
    assertThat(mapped.getCltt()).isEqualTo(Fed.CLTT);
    assertThat(mapped.getLink()).isEqualTo("edge-1");
    assertThat(mapped.getSubnetId()).isEqualTo(7);
    assertThat(mapped.getOptions()).isEqualTo(Fed.hex("0027000161"));
    assertThat(mapped.getCopy()).isTrue();
    assertThat(mapped.getHardwareAddress()).isEqualTo(Fed.hex("02005e20000b"));
    assertThat(mapped.getRelayed()).isFalse();
    assertThat(mapped.getLeasesList())
        .containsExactly(
            Lease.newBuilder()
                .setOperation(Lease.Operation.PUT)
                .setKind(2)
                .setAddress(Fed.address("3fff:0:1::"))
                .setPrefixLength(56)
                .setIaid(-1)
                .setPreferred(-1)
                .setValid(-1)
                .setGranted(Fed.CLTT - 60)
                .setOptions(Fed.hex("004300024001"))
                .setPoolId(9)
                .setHostname("host-1")
                .build());
  }

  @Test
  void map_anAddress_getsLength128AndTheCltAsItsGrant() {
    Lease lease = accepted(Fed.exchange(1)).getLeases(0);

    assertThat(lease.getPrefixLength()).isEqualTo(128);
    assertThat(lease.getGranted()).isEqualTo(Fed.CLTT);
    assertThat(accepted(with(Fed.put("2001:db8::1").setPrefixLength(128))).getLeasesCount())
        .isEqualTo(1);
  }

  @Test
  void map_relays_becomeWhatTheStoreKeeps() {
    bindery.log.v1.Exchange mapped =
        accepted(
            Fed.exchange(1)
                .addRelays(
                    RelayHop.newBuilder()
                        .setLinkAddress(Fed.address("2001:db8:a::1"))
                        .setPeerAddress(Fed.address("fe80::1"))
                        .setOptions(Fed.hex("00350003000301" + "002500050000000961"))));

    assertThat(mapped.getRelayed()).isTrue();
    assertThat(mapped.getLinkAddress()).isEqualTo(Fed.address("2001:db8:a::1"));
    assertThat(mapped.getRelayData().size()).isEqualTo(16 + 34 + 7 + 9);
    assertThat(mapped.getRelayIdsList()).containsExactly(Fed.hex("000301"));
    assertThat(mapped.getRemoteIdsList()).containsExactly(Fed.hex("0000000961"));
  }

  @Test
  void map_syncAndAlive_passAsTheyAre() {
    assertThat(
            ItemMapper.map(Item.newBuilder().setBeginSync(BeginSync.getDefaultInstance()).build())
                .item()
                .hasBeginSync())
        .isTrue();
    assertThat(
            ItemMapper.map(Item.newBuilder().setEndSync(EndSync.getDefaultInstance()).build())
                .item()
                .hasEndSync())
        .isTrue();
    assertThat(
            ItemMapper.map(Item.newBuilder().setAlive(Alive.getDefaultInstance()).build())
                .item()
                .hasAlive())
        .isTrue();
  }

  @Test
  void map_anItemOfNoKind_isMalformed() {
    Mapped mapped = ItemMapper.map(Item.getDefaultInstance());
    assertThat(mapped.reason()).isEqualTo(RejectReason.MALFORMED_ITEM);
    assertThat(mapped.item().hasVoid()).isTrue();
  }

  @Test
  @DisplayName("RFC 8415 11.1: a DUID has 3..130 octets")
  void map_clientOfTheWrongSize_isRejected() {
    for (int size : List.of(1, 2, 131)) {
      assertRejected(
          RejectReason.BAD_CLIENT,
          "a client of " + size + " octets (expected a DUID of 3..130)",
          Fed.exchange(1).setClient(ByteString.copyFrom(new byte[size])));
    }
    for (int size : List.of(3, 130)) {
      accepted(Fed.exchange(1).setClient(ByteString.copyFrom(new byte[size])));
    }
    assertRejected(RejectReason.BAD_CLIENT, "no client", Fed.exchange(1).clearClient());
  }

  @Test
  void map_declineWithoutClient_isTaken() {
    LeaseUpdate.Builder decline =
        Fed.put("2001:db8::1").setOperation(Operation.END).setEndReason(EndReason.DECLINED);

    assertThat(accepted(with(decline).clearClient()).getLeases(0).getEndReason())
        .isEqualTo(Lease.EndReason.DECLINED);
    assertRejected(
        RejectReason.BAD_CLIENT,
        "no client",
        with(decline).addLeases(Fed.put("2001:db8::2")).clearClient());
  }

  @Test
  void map_endReasons_areKept() {
    for (EndReason reason :
        List.of(EndReason.RELEASED, EndReason.DECLINED, EndReason.EXPIRED, EndReason.REMOVED)) {
      assertThat(
              accepted(
                      with(
                          Fed.put("2001:db8::1")
                              .setOperation(Operation.END)
                              .setEndReason(reason)
                              .setValid(0)))
                  .getLeases(0)
                  .getEndReason()
                  .name())
          .isEqualTo(reason.name());
    }
    assertThat(
            accepted(with(Fed.put("2001:db8::1").setOperation(Operation.END)))
                .getLeases(0)
                .getEndReason())
        .isEqualTo(Lease.EndReason.RELEASED);
  }

  @Test
  void map_addressThatIsNone_isRejected() {
    for (String bad : List.of("::", "ff02::1")) {
      assertRejected(RejectReason.BAD_ADDRESS, bad, with(Fed.put(bad)));
    }
    for (int size : List.of(0, 4, 15, 17)) {
      assertRejected(
          RejectReason.BAD_ADDRESS,
          size + " octets (expected 16)",
          with(Fed.put("::1").setAddress(ByteString.copyFrom(new byte[size]))));
    }
  }

  @Test
  void map_sameLeaseTwice_isRejected() {
    assertRejected(
        RejectReason.BAD_ADDRESS,
        "2001:db8::1 stands twice",
        with(Fed.put("2001:db8::1")).addLeases(Fed.put("2001:db8::1")));
    // An address and a delegated /128 of the same number are two things.
    accepted(with(Fed.put("2001:db8::1")).addLeases(prefix("2001:db8::1", 128)));
  }

  @Test
  void map_prefixLengths_areChecked() {
    for (int length : List.of(0, 129, -1)) {
      assertRejected(RejectReason.BAD_PREFIX, "1..128", with(prefix("3fff::", length)));
    }
    assertRejected(
        RejectReason.BAD_PREFIX, "expected 3fff:0:1::/56", with(prefix("3fff:0:1::1", 56)));
    assertRejected(
        RejectReason.BAD_PREFIX,
        "expected 128 or unset",
        with(Fed.put("2001:db8::1").setPrefixLength(64)));
    accepted(with(prefix("8000::", 1)));
    accepted(with(prefix("3fff::1", 128)));
  }

  @Test
  @DisplayName("RFC 8415 21.6: preferred must not exceed valid; both unsigned")
  void map_lifetimes_areChecked() {
    assertRejected(
        RejectReason.BAD_LIFETIME,
        "preferred 7201 (expected at most valid, 7200)",
        with(Fed.put("2001:db8::1").setPreferred(7_201)));
    assertRejected(
        RejectReason.BAD_LIFETIME,
        "preferred 4294967295",
        with(Fed.put("2001:db8::1").setPreferred(-1)));
    assertRejected(
        RejectReason.BAD_LIFETIME,
        "valid 0",
        with(Fed.put("2001:db8::1").setPreferred(0).setValid(0)));
    accepted(with(Fed.put("2001:db8::1").setPreferred(-1).setValid(-1)));
    accepted(with(Fed.put("2001:db8::1").setPreferred(0).setValid(1)));
  }

  @Test
  void map_instants_lieBetween2000And2136() {
    long first = 946_684_800L;
    long last = first + 0xffff_fffeL;
    accepted(Fed.exchange(1).setCltt(first));
    accepted(Fed.exchange(1).setCltt(last));
    for (long bad : new long[] {0, first - 1, last + 1, -1}) {
      assertRejected(RejectReason.BAD_INSTANT, "cltt", Fed.exchange(1).setCltt(bad));
    }
    assertRejected(
        RejectReason.BAD_INSTANT, "granted 5", with(Fed.put("2001:db8::1").setGranted(5)));
  }

  @Test
  void map_options_mustParseAndFit() {
    assertRejected(
        RejectReason.BAD_OPTIONS,
        "option 39 at offset 0 of 2 octets (expected at most 1)",
        Fed.exchange(1).setOptions(Fed.hex("0027000261")));
    assertRejected(
        RejectReason.BAD_OPTIONS,
        "3 octets at offset 0",
        Fed.exchange(1).setOptions(Fed.hex("002700")));
    ByteString most = Fed.hex("00273ffc").concat(ByteString.copyFrom(new byte[16_380]));
    accepted(Fed.exchange(1).setOptions(most));
    assertRejected(
        RejectReason.BAD_OPTIONS,
        "16389 octets (expected at most 16384)",
        Fed.exchange(1).setOptions(most.concat(Fed.hex("0027000161"))));
    assertRejected(
        RejectReason.BAD_OPTIONS,
        "2001:db8::1 options",
        with(Fed.put("2001:db8::1").setOptions(Fed.hex("0043"))));
    assertRejected(
        RejectReason.BAD_OPTIONS,
        "256 octets (expected at most 255)",
        with(
            Fed.put("2001:db8::1")
                .setOptions(Fed.hex("004300fc").concat(ByteString.copyFrom(new byte[252])))));
  }

  @Test
  void map_leases_areAtMost4096() {
    Exchange.Builder most = Fed.exchange(1).clearLeases();
    for (int i = 1; i <= 4_096; i++) {
      most.addLeases(Fed.put("2001:db8::" + Integer.toHexString(i)));
    }
    assertThat(accepted(most).getLeasesCount()).isEqualTo(4_096);
    assertRejected(
        RejectReason.TOO_MANY_LEASES,
        "4097 leases (expected at most 4096)",
        most.addLeases(Fed.put("2001:db8:1::1")));
  }

  @Test
  void map_anItemLargerThanAnEntry_isTooLarge() {
    Exchange.Builder large = Fed.exchange(1).clearLeases();
    for (int i = 1; i <= 1_000; i++) {
      large.addLeases(Fed.put("2001:db8::" + Integer.toHexString(i)).setHostname("h".repeat(255)));
    }
    assertRejected(RejectReason.TOO_LARGE, "octets in the log", large);
  }

  @Test
  void map_seen_mustNameSomething() {
    Exchange.Builder nothing = Fed.exchange(1).clearLeases();
    assertRejected(RejectReason.NOTHING_NAMED, "without leases", nothing);
    accepted(Fed.exchange(1).clearLeases().setLink("edge-1"));
    accepted(Fed.exchange(1).clearLeases().setSubnetId(0));
    accepted(with(Fed.put("2001:db8::1").setOperation(Operation.SEEN)));
    accepted(
        Fed.exchange(1)
            .clearLeases()
            .addRelays(
                RelayHop.newBuilder()
                    .setLinkAddress(Fed.address("::"))
                    .setPeerAddress(Fed.address("fe80::1"))));
  }

  @Test
  void map_aCopy_holdsPutsAlone() {
    for (Operation operation : List.of(Operation.END, Operation.SEEN)) {
      assertRejected(
          RejectReason.MALFORMED_ITEM,
          "a copy with " + operation,
          with(Fed.put("2001:db8::1").setOperation(operation)).setCopy(true));
    }
  }

  @Test
  void map_whatIsNotSetOrNotKnown_isMalformed() {
    assertRejected(
        RejectReason.MALFORMED_ITEM, "operation 0", with(Fed.put("2001:db8::1").clearOperation()));
    assertRejected(
        RejectReason.MALFORMED_ITEM,
        "operation 99",
        with(Fed.put("2001:db8::1").setOperationValue(99)));
    assertRejected(
        RejectReason.MALFORMED_ITEM, "lease kind 0", with(Fed.put("2001:db8::1").clearKind()));
    assertRejected(
        RejectReason.MALFORMED_ITEM,
        "end reason 99",
        with(Fed.put("2001:db8::1").setOperation(Operation.END).setEndReasonValue(99)));
  }

  @Test
  void map_theRest_isBounded() {
    assertRejected(RejectReason.UNKNOWN_SPACE, "space 1", Fed.exchange(1).setSpace(1));
    assertRejected(
        RejectReason.UNKNOWN_LINK, "129 characters", Fed.exchange(1).setLink("l".repeat(129)));
    assertRejected(
        RejectReason.BAD_RELAY,
        "without relays",
        Fed.exchange(1).setRelaySource(Fed.address("::1")));
    assertRejected(
        RejectReason.MALFORMED_ITEM,
        "33 octets",
        Fed.exchange(1).setHardwareAddress(ByteString.copyFrom(new byte[33])));
    assertRejected(
        RejectReason.MALFORMED_ITEM, "4294967296", Fed.exchange(1).setSubnetId(0x1_0000_0000L));
    assertRejected(
        RejectReason.MALFORMED_ITEM, "18446744073709551615", Fed.exchange(1).setSubnetId(-1));
    assertRejected(
        RejectReason.MALFORMED_ITEM,
        "256 octets",
        with(Fed.put("2001:db8::1").setHostname("\u00e4".repeat(128))));
  }
}
