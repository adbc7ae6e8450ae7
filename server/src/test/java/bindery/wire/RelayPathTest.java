package bindery.wire;

import static bindery.wire.MessageBuilder.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.model.OptionCode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The way of a datagram through relays, and back (U-09). */
final class RelayPathTest {
  private static final byte[] QUERY = Bytes.parseHex("0e0a1b2c").toArray();
  private static final byte[] REPLY = Bytes.parseHex("0f0a1b2c").toArray();

  private static MessageBuilder relayForw(int hopCount, String link, String peer) {
    return options().uint8(12).uint8(hopCount).address(link).address(peer);
  }

  private static byte[] nested(int relays) {
    byte[] message = QUERY;
    for (int hop = 0; hop < relays; hop++) {
      message =
          relayForw(hop, "2001:db8:a::1", "fe80::5")
              .option(OptionCode.RELAY_MESSAGE, message)
              .build();
    }
    return message;
  }

  @Test
  void read_withoutRelays_isTheMessage() throws MalformedMessageException {
    RelayPath path = RelayPath.read(QUERY);

    assertThat(path.isRelayed()).isFalse();
    assertThat(path.answersToSourcePort()).isTrue();
    assertThat(path.message().toArray()).isEqualTo(QUERY);
    assertThat(path.wrap(REPLY)).isEqualTo(REPLY);
    assertThat(path.overhead()).isZero();
  }

  @Test
  @DisplayName("U-09: the example of the grammar")
  void wrap_oneRelay_givesItsInterfaceBack() throws MalformedMessageException {
    byte[] datagram =
        relayForw(0, "2001:db8:a::1", "fe80::5")
            .option(OptionCode.INTERFACE_ID, "657468")
            .option(OptionCode.REMOTE_ID, "0000000901")
            .option(OptionCode.RELAY_MESSAGE, QUERY)
            .build();

    RelayPath path = RelayPath.read(datagram);

    assertThat(path.message().toArray()).isEqualTo(QUERY);
    assertThat(Bytes.of(path.wrap(REPLY)).hex())
        .isEqualTo(
            "0d0020010db8000a00000000000000000001fe800000000000000000000000000005"
                + "00120003657468"
                + "000900040f0a1b2c");
    assertThat(path.overhead()).isEqualTo(path.wrap(REPLY).length - REPLY.length);
  }

  @Test
  @DisplayName("U-09: to port 547 unless the nearest relay names its port (RFC 8357 5.2)")
  void answersToSourcePort_relayed_asTheNearestRelayAsks() throws MalformedMessageException {
    byte[] inner =
        relayForw(0, "::", "fe80::5")
            .option(OptionCode.RELAY_PORT, "0000")
            .option(OptionCode.RELAY_MESSAGE, QUERY)
            .build();
    byte[] outer = relayForw(1, "::", "fe80::6").option(OptionCode.RELAY_MESSAGE, inner).build();

    assertThat(RelayPath.read(inner).answersToSourcePort()).isTrue();
    assertThat(RelayPath.read(outer).answersToSourcePort()).isFalse();
    assertThat(Bytes.of(RelayPath.read(outer).wrap(REPLY)).hex()).contains("008700020000");
  }

  @Test
  void read_ofManyRelays_hasALimit() throws MalformedMessageException {
    assertThat(RelayPath.read(nested(RelayData.HOPS_MAX)).hops()).hasSize(RelayData.HOPS_MAX);
    assertThatThrownBy(() -> RelayPath.read(nested(RelayData.HOPS_MAX + 1)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("at most 32 relays");
  }

  @Test
  void read_relayMessageWithNothingInside_isMalformed() {
    byte[] empty = relayForw(0, "::", "fe80::5").option(OptionCode.INTERFACE_ID, "01").build();
    byte[] two =
        relayForw(0, "::", "fe80::5")
            .option(OptionCode.RELAY_MESSAGE, QUERY)
            .option(OptionCode.RELAY_MESSAGE, QUERY)
            .build();

    assertThatThrownBy(() -> RelayPath.read(empty)).hasMessageContaining("RELAY_MSG");
    assertThatThrownBy(() -> RelayPath.read(two)).hasMessageContaining("a second one");
  }
}
