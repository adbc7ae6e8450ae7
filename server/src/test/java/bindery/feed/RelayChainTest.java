package bindery.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.v1.RejectReason;
import bindery.v1.RelayHop;
import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RelayChainTest {
  // Interface-Id "ge-0/0/1", remote-ID 9:"modem-17", relay-ID of the protocol's examples.
  private static final ByteString OPTIONS =
      Fed.hex(
          "0012000867652d302f302f31"
              + "0025000c000000096d6f64656d2d3137"
              + "0035000a0003000102005e1000aa");

  private static RelayHop hop(int count, String link, String peer, ByteString options) {
    return RelayHop.newBuilder()
        .setHopCount(count)
        .setLinkAddress(Fed.address(link))
        .setPeerAddress(Fed.address(peer))
        .setOptions(options)
        .build();
  }

  @Test
  @DisplayName("S-55, T-10: the relay data of the worked example R1, octet by octet")
  void relayData_oneHop_isThatOfTheExample() throws Exception {
    RelayChain chain =
        RelayChain.of(
            List.of(hop(0, "2001:db8:a::1", "fe80::5eff:fe20:b", OPTIONS)),
            Fed.address("2001:db8:ff::1"));

    assertThat(chain.relayData())
        .isEqualTo(
            Fed.hex(
                "20010db800ff00000000000000000001"
                    + "0c00"
                    + "20010db8000a00000000000000000001"
                    + "fe8000000000000000005efffe20000b"
                    + "0012000867652d302f302f31"
                    + "0025000c000000096d6f64656d2d3137"
                    + "0035000a0003000102005e1000aa"));
    assertThat(chain.linkAddress()).isEqualTo(Fed.address("2001:db8:a::1"));
    assertThat(chain.relayIds()).containsExactly(Fed.hex("0003000102005e1000aa"));
    assertThat(chain.remoteIds()).containsExactly(Fed.hex("000000096d6f64656d2d3137"));
  }

  @Test
  @DisplayName("S-55: four hops, every Relay Message length exact, the innermost without one")
  void relayData_fourHops_nestsExactly() throws Exception {
    ByteString interfaceId = Fed.hex("0012000161");
    RelayChain chain =
        RelayChain.of(
            List.of(
                hop(3, "2001:db8:d::1", "2001:db8:c::1", ByteString.EMPTY),
                hop(2, "2001:db8:c::1", "2001:db8:b::1", interfaceId),
                hop(1, "::", "2001:db8:a::1", ByteString.EMPTY),
                hop(0, "::", "fe80::1", interfaceId)),
            Fed.address("2001:db8:ff::1"));

    String innermost = "0c00" + "00".repeat(16) + "fe800000000000000000000000000001" + "0012000161";
    String third = "0c01" + "00".repeat(16) + "20010db8000a00000000000000000001" + "0009" + "0027";
    String second =
        "0c02"
            + "20010db8000c00000000000000000001"
            + "20010db8000b00000000000000000001"
            + "0012000161"
            + "0009"
            + "004d";
    String outermost =
        "0c03"
            + "20010db8000d00000000000000000001"
            + "20010db8000c00000000000000000001"
            + "0009"
            + "0078";
    assertThat(chain.relayData())
        .isEqualTo(
            Fed.hex("20010db800ff00000000000000000001" + outermost + second + third + innermost));
    // RFC 8415 13.1: zero link-addresses say nothing; the innermost that says something counts.
    assertThat(chain.linkAddress()).isEqualTo(Fed.address("2001:db8:c::1"));
  }

  // S-55: whatever the hops, the nesting reads back to the hops.
  @Property(tries = 200)
  void relayData_anyHops_readBack(
      @ForAll @Size(min = 1, max = 32) List<@IntRange(max = 40) Integer> optionSizes)
      throws Exception {
    List<RelayHop> hops =
        optionSizes.stream()
            .map(
                size ->
                    hop(
                        size,
                        "2001:db8::" + size,
                        "fe80::" + size,
                        Fed.hex("0012%04x".formatted(size) + "ab".repeat(size))))
            .toList();

    ByteString rest = RelayChain.of(hops, ByteString.EMPTY).relayData();

    assertThat(rest.substring(0, 16)).isEqualTo(hops.get(0).getLinkAddress());
    rest = rest.substring(16);
    for (int i = 0; i < hops.size(); i++) {
      RelayHop hop = hops.get(i);
      ByteString head =
          Fed.hex("0c%02x".formatted(hop.getHopCount()))
              .concat(hop.getLinkAddress())
              .concat(hop.getPeerAddress())
              .concat(hop.getOptions());
      assertThat(rest.startsWith(head)).isTrue();
      rest = rest.substring(head.size());
      if (i < hops.size() - 1) {
        assertThat(rest.substring(0, 4)).isEqualTo(Fed.hex("0009%04x".formatted(rest.size() - 4)));
        rest = rest.substring(4);
      }
    }
    assertThat(rest).isEmpty();
  }

  @Test
  @DisplayName("T-10: without a source the outermost link-address stands in for it")
  void relayData_noSource_takesTheOutermostLinkAddress() throws Exception {
    assertThat(
            RelayChain.of(
                    List.of(hop(0, "2001:db8:a::1", "fe80::1", ByteString.EMPTY)), ByteString.EMPTY)
                .relayData()
                .substring(0, 16))
        .isEqualTo(Fed.address("2001:db8:a::1"));
    assertThat(
            RelayChain.of(List.of(hop(0, "::", "fe80::1", ByteString.EMPTY)), ByteString.EMPTY)
                .relayData()
                .substring(0, 16))
        .isEqualTo(Fed.address("::"));
  }

  @Test
  @DisplayName("Relay-IDs and remote-IDs of all hops are kept, each once")
  void ids_ofSeveralHops_areDistinct() throws Exception {
    RelayChain chain =
        RelayChain.of(
            List.of(
                hop(1, "::", "fe80::1", OPTIONS.concat(Fed.hex("003500030002aa"))),
                hop(0, "2001:db8:a::1", "fe80::1", OPTIONS)),
            ByteString.EMPTY);

    assertThat(chain.relayIds())
        .containsExactly(Fed.hex("0003000102005e1000aa"), Fed.hex("0002aa"));
    assertThat(chain.remoteIds()).hasSize(1);
  }

  private static void assertRejected(RejectReason reason, String says, RelayHop... hops) {
    assertThatThrownBy(() -> RelayChain.of(List.of(hops), ByteString.EMPTY))
        .isInstanceOfSatisfying(
            RejectException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(says);
  }

  @Test
  void of_optionsCutShort_areRejected() {
    for (String cut : List.of("00", "0012", "001200", "00120002ab")) {
      assertRejected(
          RejectReason.BAD_RELAY, "relay 0 options", hop(0, "::", "fe80::1", Fed.hex(cut)));
    }
  }

  @Test
  void of_relayMessageAmongTheOptions_isRejected() {
    assertRejected(
        RejectReason.BAD_RELAY,
        "Relay Message",
        hop(0, "::", "fe80::1", Fed.hex("00090002" + "0102")));
  }

  @Test
  void of_relayIdsOfTheWrongSize_areRejected() {
    assertRejected(
        RejectReason.BAD_RELAY_ID,
        "2 octets (expected a DUID of 3..130)",
        hop(0, "::", "fe80::1", Fed.hex("00350002" + "0003")));
    assertRejected(
        RejectReason.BAD_RELAY_ID,
        "131 octets",
        hop(0, "::", "fe80::1", Fed.hex("00350083" + "03".repeat(131))));
  }

  @Test
  void of_remoteIdsOfTheWrongSize_areRejected() {
    assertRejected(
        RejectReason.BAD_REMOTE_ID,
        "4 octets with its enterprise number (expected 5..1024)",
        hop(0, "::", "fe80::1", Fed.hex("00250004" + "00000009")));
    assertRejected(
        RejectReason.BAD_REMOTE_ID,
        "1025 octets",
        hop(0, "::", "fe80::1", Fed.hex("00250401" + "09".repeat(1_025))));
  }

  @Test
  void of_addressesThatAreNone_areRejected() {
    RelayHop good = hop(0, "::", "fe80::1", ByteString.EMPTY);
    assertRejected(
        RejectReason.BAD_RELAY,
        "link_address of 4 octets (expected 16)",
        good.toBuilder().setLinkAddress(Fed.hex("7f000001")).build());
    assertRejected(
        RejectReason.BAD_RELAY,
        "peer_address of 0 octets (expected 16)",
        good.toBuilder().clearPeerAddress().build());
    assertRejected(
        RejectReason.BAD_RELAY,
        "hop_count 256 (expected 0..255)",
        good.toBuilder().setHopCount(256).build());
    assertThatThrownBy(() -> RelayChain.of(List.of(good), Fed.hex("00")))
        .hasMessageContaining("relay_source of 1 octets");
  }

  @Test
  void of_32Hops_isTheMost() throws Exception {
    RelayHop hop = hop(0, "::", "fe80::1", ByteString.EMPTY);

    assertThat(RelayChain.of(Collections.nCopies(32, hop), ByteString.EMPTY).relayData().size())
        .isEqualTo(16 + 32 * 38 - 4);
    assertRejected(
        RejectReason.BAD_RELAY,
        "33 relays (expected at most 32)",
        Collections.nCopies(33, hop).toArray(RelayHop[]::new));
  }

  @Test
  void of_relayDataLargerThanAnOption_isRejected() throws Exception {
    // 16 + 34 and the option's own header leave 65,481 octets.
    int most = 65_535 - 16 - 34 - 4;
    ByteString fits =
        Fed.hex("0012%04x".formatted(most)).concat(ByteString.copyFrom(new byte[most]));
    ByteString over =
        Fed.hex("0012%04x".formatted(most + 1)).concat(ByteString.copyFrom(new byte[most + 1]));

    assertThat(
            RelayChain.of(List.of(hop(0, "::", "fe80::1", fits)), ByteString.EMPTY)
                .relayData()
                .size())
        .isEqualTo(65_535);
    assertRejected(
        RejectReason.BAD_RELAY,
        "65536 octets (expected at most 65535)",
        hop(0, "::", "fe80::1", over));
  }
}
