package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.v1.RelayHop;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UserContextTest {
  private static List<RelayHop> relays(String json) throws MalformedRowException {
    return UserContext.relays(json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay-info", "relays"})
  void relays_newAndOlderKey_areReadOutermostFirst(String key) throws Exception {
    List<RelayHop> hops =
        relays(
            "{ \"ISC\": { \""
                + key
                + "\": [ { \"hop\": 1, \"link\": \"::\", \"peer\": \"2001:db8::2\","
                + " \"options\": \"0x0035000A0003000102005E1000AA\" },"
                + " { \"hop\": 0, \"link\": \"2001:db8:a::1\", \"peer\": \"fe80::1\" } ] } }");

    assertThat(hops).extracting(RelayHop::getHopCount).containsExactly(1, 0);
    assertThat(hops.get(0).getOptions())
        .isEqualTo(ByteString.copyFrom(Bytes.parseHex("0035000a0003000102005e1000aa").toArray()));
    assertThat(hops.get(1).getOptions().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{ \"other\": [ 1 ] }",
        "{ \"ISC\": { \"client-classes\": [ \"x\" ] } }",
        "{ \"ISC\": { \"relay-info\": [] } }"
      })
  void relays_noneTold_areNone(String json) throws Exception {
    assertThat(relays(json)).isEmpty();
  }

  @Test
  void relays_keysOfOthers_areLeftAlone() throws Exception {
    assertThat(
            relays(
                "{ \"ISC\": { \"relay-info\": [ { \"hop\": 0, \"link\": \"::1\", \"peer\": \"::2\","
                    + " \"site\": 7 } ], \"x\": 1 }, \"mine\": { \"a\": null } }"))
        .hasSize(1);
  }

  @Test
  void relays_optionsNotHexadecimal_areRefused() {
    assertThatThrownBy(
            () ->
                relays(
                    "{ \"ISC\": { \"relays\": [ { \"hop\": 0, \"link\": \"::1\", \"peer\":"
                        + " \"::2\", \"options\": \"0x00350\" } ] } }"))
        .hasMessageContaining("relay 1: options: not hexadecimal");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a&#x2cb      | a,b",
        "a&#x2Cb      | a,b",
        "&#x26#x2c    | &#x2c", // an escaped ampersand begins no escape
        "a&#xzz       | a&#xzz",
        "a&#x2        | a&#x2",
        "&#x&#x41     | &#xA",
        "plain        | plain"
      })
  void unescape_twoDigitsOfEitherCase_noSemicolon(String cell, String plain) {
    assertThat(new String(KeaText.unescape(cell), StandardCharsets.UTF_8)).isEqualTo(plain);
  }

  @Test
  void unescape_octetsOfOneLetter_areJoined() {
    assertThat(new String(KeaText.unescape("z&#xc3&#xbcrich"), StandardCharsets.UTF_8))
        .isEqualTo("zürich");
  }
}
