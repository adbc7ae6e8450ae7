package bindery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How users name servers. */
final class ServerAddressTest {
  @Test
  void parse_everyForm_givesHostAndPort() {
    assertThat(HostPort.parse("dhcp1.example.net", 547))
        .isEqualTo(new HostPort("dhcp1.example.net", 547));
    assertThat(HostPort.parse("dhcp1:15471", 547)).isEqualTo(new HostPort("dhcp1", 15_471));
    assertThat(HostPort.parse("192.0.2.1", 5470)).isEqualTo(new HostPort("192.0.2.1", 5_470));
    assertThat(HostPort.parse("192.0.2.1:1", 547)).isEqualTo(new HostPort("192.0.2.1", 1));
    assertThat(HostPort.parse("[2001:db8::1]:65535", 547))
        .isEqualTo(new HostPort("2001:db8::1", 65_535));
    assertThat(HostPort.parse("[2001:db8::1]", 547)).isEqualTo(new HostPort("2001:db8::1", 547));
    assertThat(HostPort.parse("2001:db8::1", 547)).isEqualTo(new HostPort("2001:db8::1", 547));
    assertThat(HostPort.parse("[fe80::1%lo]:547", 1)).isEqualTo(new HostPort("fe80::1%lo", 547));
  }

  @Test
  void parse_anythingElse_throwsAndSaysWhatWasExpected() {
    for (String text :
        List.of(
            "",
            ":547",
            "host:",
            "host:0",
            "host:65536",
            "host:-1",
            "host:+5",
            "host:x",
            "host:123456",
            "[2001:db8::1",
            "[2001:db8::1]547",
            "[]:547",
            "[::1]:",
            "a b:5",
            "h/x",
            "::1]:5",
            "[::1]]")) {
      assertThatThrownBy(() -> HostPort.parse(text, 547))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a host and port: \"" + text + "\"")
          .hasMessageContaining("expected HOST, HOST:PORT or [IPV6]:PORT");
    }
  }

  @Test
  void toString_anyAddress_canBeParsedAgain() {
    for (String text : List.of("host:547", "192.0.2.1:1", "[2001:db8::1]:547")) {
      assertThat(HostPort.parse(text, 9)).hasToString(text);
    }
  }

  @Test
  void parse_noDefault_wantsAPort() {
    assertThat(HostPort.parse("n1:5471")).isEqualTo(new HostPort("n1", 5_471));
    assertThat(HostPort.parse("[::]:547")).isEqualTo(new HostPort("::", 547));
    for (String text : List.of("n1", "[::1]", "::1", "n1:0", "n1:65536", ":5471")) {
      assertThatThrownBy(() -> HostPort.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + text + "\" (expected HOST:PORT or [IPV6]:PORT");
    }
  }
}
