package bindery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Bytes;
import bindery.wire.DhcpOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "18 | 78652d302f30 | interface-id xe-0/0",
        "18 | 78651b5b | interface-id 0x78651b5b", // an escape must not reach a terminal
        "37 | 00007ed9706f72742d3137 | remote-id 32473:706f72742d3137 (port-17)",
        "37 | 00007ed9ff | remote-id 32473:ff",
        "37 | 0000 | remote-id 0x0000",
        "53 | 0003000102005e1000aa | relay-id 0003000102005e1000aa",
        "53 | 00 | relay-id 0x00",
        "39 | 0104686f737403697370036e657400 | client-fqdn host.isp.net",
        "39 | 0104686f7374 | client-fqdn host",
        "39 | 0140 | client-fqdn 0x0140",
        "23 | 20010db8000000000000000000000001 | dns-servers 2001:db8::1",
        "23 | 2001 | dns-servers 0x2001",
        "79 | 000102005e20000b | client-linklayer-addr 02:00:5e:20:00:0b",
        "82 | 00000e10 | sol-max-rt 3600",
        "135 | 0223 | relay-port 547",
        "65000 | 01 | option-65000 0x01",
        "65000 | '' | option-65000 (empty)"
      })
  void named_anyOption_isItsNameAndContent(int code, String hex, String text) {
    assertThat(OptionText.named(new DhcpOption(code, Bytes.parseHex(hex)))).isEqualTo(text);
  }

  @Test
  void code_nameOrNumber_isTheCode() {
    assertThat(OptionNames.code("client-fqdn")).isEqualTo(39);
    assertThat(OptionNames.code("CLIENT_FQDN")).isEqualTo(39);
    assertThat(OptionNames.code("39")).isEqualTo(39);
    assertThat(OptionNames.of(39)).isEqualTo("client-fqdn");
  }

  @Test
  void harmless_controlCharacters_areTakenOut() {
    assertThat(OptionText.harmless("no\u001b[2J\nlink")).isEqualTo("no?[2J?link");
    assertThat(OptionText.harmless("no\u009b2J\u202e\u2028link")).isEqualTo("no?2J??link");
    assertThat(OptionText.harmless("kein Präfix")).isEqualTo("kein Präfix");
  }
}
