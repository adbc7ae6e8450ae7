package bindery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How users name servers, and the ranges of the options. */
final class ServerAddressTest {
  @Test
  void parse_everyForm_givesHostAndPort() {
    assertThat(ServerAddress.parse("dhcp1.example.net", 547))
        .isEqualTo(new ServerAddress("dhcp1.example.net", 547));
    assertThat(ServerAddress.parse("dhcp1:15471", 547))
        .isEqualTo(new ServerAddress("dhcp1", 15_471));
    assertThat(ServerAddress.parse("192.0.2.1", 5470))
        .isEqualTo(new ServerAddress("192.0.2.1", 5_470));
    assertThat(ServerAddress.parse("192.0.2.1:1", 547))
        .isEqualTo(new ServerAddress("192.0.2.1", 1));
    assertThat(ServerAddress.parse("[2001:db8::1]:65535", 547))
        .isEqualTo(new ServerAddress("2001:db8::1", 65_535));
    assertThat(ServerAddress.parse("[2001:db8::1]", 547))
        .isEqualTo(new ServerAddress("2001:db8::1", 547));
    assertThat(ServerAddress.parse("2001:db8::1", 547))
        .isEqualTo(new ServerAddress("2001:db8::1", 547));
    assertThat(ServerAddress.parse("[fe80::1%lo]:547", 1))
        .isEqualTo(new ServerAddress("fe80::1%lo", 547));
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
      assertThatThrownBy(() -> ServerAddress.parse(text, 547))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a server: \"" + text + "\"")
          .hasMessageContaining("expected HOST, HOST:PORT or [IPV6]:PORT");
    }
  }

  @Test
  void toString_anyAddress_canBeParsedAgain() {
    for (String text : List.of("host:547", "192.0.2.1:1", "[2001:db8::1]:547")) {
      assertThat(ServerAddress.parse(text, 9)).hasToString(text);
    }
  }

  @Test
  void resolve_literals_asksNobody() throws Exception {
    assertThat(new ServerAddress("::1", 1).resolve())
        .containsExactly(InetAddress.getAllByName("::1"));
    assertThat(new ServerAddress("127.0.0.2", 1).resolve())
        .containsExactly(InetAddress.getAllByName("127.0.0.2"));
  }

  @Test
  void options_outOfRange_throw() {
    ClientOptions defaults = ClientOptions.DEFAULTS;

    assertThat(defaults.connectTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.dataTimeout()).isEqualTo(Duration.ofSeconds(30));
    for (Duration timeout : List.of(Duration.ZERO, Duration.ofDays(1).plusNanos(1))) {
      assertThatThrownBy(() -> defaults.withConnectTimeout(timeout))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> defaults.withDataTimeout(timeout))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int queries : new int[] {0, 65}) {
      assertThatThrownBy(() -> defaults.withOutstandingMax(queries))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected 1..64");
    }
  }
}
