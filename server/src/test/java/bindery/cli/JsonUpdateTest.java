package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.v1.EndReason;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonUpdateTest {
  /** Single quotes stand for double ones, so that a test can be read. */
  private static JsonUpdate parse(String line) {
    return JsonUpdate.parse(line.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static ByteString hex(String digits) {
    return ByteString.copyFrom(Bytes.parseHex(digits).toArray());
  }

  @Test
  void parse_putWithEverything_holdsAllOfIt() {
    JsonUpdate update =
        parse(
            "{'op':'put','client':'00:03:00:01:02:00:5e:20:00:0b','prefix':'3fff:0:1::/56',"
                + "'iaid':4294967295,'preferred':3600,'valid':4294967295,'cltt':1764000000,"
                + "'granted':1763990000,'link':'access','subnet_id':7,'relay_source':'2001:db8::f',"
                + "'relays':[{'hop':1,'link':'::','peer':'2001:db8::2','options':''},"
                + "{'hop':0,'link':'2001:db8:a::1','peer':'fe80::1',"
                + "'options':'0035000a0003000102005e1000aa'}],"
                + "'options':'0027000101','hostname':'h'}");

    assertThat(update.client()).isEqualTo(hex("0003000102005e20000b"));
    assertThat(update.cltt()).isEqualTo(1764000000L);
    LeaseUpdate lease = update.lease().orElseThrow();
    assertThat(lease.getOperation()).isEqualTo(Operation.PUT);
    assertThat(lease.getKind()).isEqualTo(LeaseKind.PREFIX);
    assertThat(lease.getPrefixLength()).isEqualTo(56);
    assertThat(lease.getIaid()).isEqualTo(-1);
    assertThat(lease.getPreferred()).isEqualTo(3600);
    assertThat(lease.getValid()).isEqualTo(-1);
    assertThat(lease.getGranted()).isEqualTo(1763990000L);
    assertThat(lease.getHostname()).isEqualTo("h");
    assertThat(update.link()).isEqualTo("access");
    assertThat(update.subnetId()).hasValue(7);
    assertThat(update.relays()).hasSize(2);
    assertThat(update.relays().get(0).getHopCount()).isEqualTo(1);
    assertThat(update.relays().get(1).getOptions()).isEqualTo(hex("0035000a0003000102005e1000aa"));
    assertThat(update.relaySource()).isEqualTo(hex("20010db800000000000000000000000f"));
    assertThat(update.options()).isEqualTo(hex("0027000101"));
  }

  @Test
  void parse_relaysWithoutHops_areCountedFromTheInnermost() {
    JsonUpdate update =
        parse(
            "{'op':'seen','client':'000300','cltt':1764000000,'relays':["
                + "{'link':'::','peer':'::1'},{'link':'::','peer':'::2'}]}");

    assertThat(update.relays()).extracting(hop -> hop.getHopCount()).containsExactly(1, 0);
    assertThat(update.lease()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', RELEASED_OR_UNSET",
    "',\"reason\":\"released\"', RELEASED",
    "',\"reason\":\"declined\"', DECLINED",
    "',\"reason\":\"expired\"', EXPIRED",
    "',\"reason\":\"removed\"', REMOVED"
  })
  void parse_end_hasItsReason(String reason, String expected) {
    LeaseUpdate lease =
        parse(
                "{'op':'end','client':'000300','address':'2001:db8::1','cltt':1764000000,"
                    + "'preferred':0,'valid':0"
                    + reason
                    + "}")
            .lease()
            .orElseThrow();

    assertThat(lease.getOperation()).isEqualTo(Operation.END);
    assertThat(lease.getEndReason())
        .isEqualTo(
            expected.startsWith("RELEASED_OR")
                ? EndReason.END_REASON_UNSPECIFIED // which the API reads as RELEASED
                : EndReason.valueOf(expected));
  }

  @Test
  void parse_declineWithoutClient_isAnEndOfTheAddress() {
    JsonUpdate update =
        parse("{'op':'end','reason':'declined','address':'2001:db8::1','cltt':1764000000}");

    assertThat(update.client().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense                                     | not JSON",
        "[1]                                          | not a JSON object",
        "{'op':'put'} x                               | not JSON",
        "{'op':'put','op':'end'}                      | not JSON",
        "{'clientt':1}                                | unknown key \"clientt\" (the nearest known"
            + " one is \"client\")",
        "{'foo':1}                                    | unknown key \"foo\" (expected op, client,",
        "{'op':1}                                     | op is 1 (expected a text)",
        "{}                                           | op is missing",
        "{'op':'put','cltt':1764000000}               | client is missing",
        "{'op':'put','client':'xyz','cltt':1}         | client: not hexadecimal",
        "{'op':'put','client':'0003'}                 | client: a DUID of 2 octets",
        "{'op':'put','client':'000300'}               | cltt is missing",
        "{'op':'put','client':'000300','cltt':12}     | cltt is 12 (expected a whole number",
        "{'op':'put','client':'000300','cltt':1764000000.5} | cltt is 1.7640000005E9",
        "{'op':'put','client':'000300','cltt':1764000000} | no lease (expected an address",
        "{'op':'seen','client':'000300','cltt':1764000000} | nothing named",
        "{'op':'end','client':'000300','reason':'gone'} | reason: \"gone\" (expected released",
        "{'op':'put','client':'000300','address':'::','cltt':1764000000} | address: :: (expected",
        "{'op':'put','client':'000300','address':'ff02::1'} | address: ff02::1 (expected",
        "{'op':'put','client':'000300','address':'1.2.3.4'} | address: not an IPv6 address",
        "{'op':'put','client':'000300','prefix':'2001:db8::1/56'} | prefix: bits set beyond",
        "{'op':'put','client':'000300','prefix':'::/0'} | prefix: a delegated prefix of length 0",
        "{'op':'put','client':'000300','prefix':'2001:db8::'} | prefix: not an IPv6 prefix",
        "{'op':'put','client':'000300','prefix':'::/1','address':'::1'} | both address and prefix"
      })
  void parse_badLine_saysWhatWasFoundAndExpected(String line, String message) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'iaid':-1                          | iaid is -1 (expected a whole number of 0..4294967295)",
        "'valid':0                          | valid is 0 (expected a whole number of 1..",
        "'preferred':9000                   | preferred is 9000 (expected at most valid, 7200)",
        "'granted':1                        | granted is 1",
        "'subnet_id':4294967296             | subnet_id is 4294967296",
        "'link':7                           | link is 7 (expected a text)",
        "'relays':{}                        | relays is no list",
        "'relays':[5]                       | relays[0] is 5",
        "'relays':[{'hop':256}]             | relays[0].hop is 256",
        "'relays':[{'link':'::'}]           | relays[0].peer is missing",
        "'relays':[{'lnk':'::'}]            | unknown key \"relays[0].lnk\" (the nearest known one"
            + " is \"link\")",
        "'relay_source':'x'                 | relay_source: not an IPv6 address",
        "'options':'00270002ff'             | options: not whole options",
        "'options':'zz'                     | options: not hexadecimal"
      })
  void parse_badFieldOfASoundPut_isNamed(String field, String message) {
    String key = field.substring(0, field.indexOf(':'));
    String rest =
        "'op':'put','client':'000300','address':'2001:db8::1','cltt':1764000000"
            + (key.equals("'valid'") ? "" : ",'valid':7200")
            + (key.equals("'preferred'") ? "" : ",'preferred':60");

    assertThatThrownBy(() -> parse("{" + rest + "," + field + "}")).hasMessageContaining(message);
  }

  @Test
  void parse_octetsThatAreNoUtf8_areRefusedWhateverTheyLookLike() {
    String line = "{\"op\":\"seen\"}";

    assertThatThrownBy(() -> JsonUpdate.parse(line.getBytes(StandardCharsets.UTF_16BE)))
        .hasMessageContaining("not JSON");
    assertThatThrownBy(
            () -> JsonUpdate.parse("{\"\u00fc\":1}".getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessage("not JSON: octets that are no UTF-8");
  }

  @Test
  void parse_putWithoutLifetimes_isRefused() {
    assertThatThrownBy(
            () ->
                parse(
                    "{'op':'put','client':'000300','address':'2001:db8::1','cltt':1764000000,"
                        + "'valid':9}"))
        .hasMessageContaining("preferred is missing");
  }
}
