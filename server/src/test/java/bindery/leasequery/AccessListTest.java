package bindery.leasequery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessListTest {
  private static InetSocketAddress from(String address) {
    return new InetSocketAddress(address, 1_024);
  }

  private static List<RequestorRule> rules(String... prefixes) {
    return Stream.of(prefixes).map(RequestorRule::of).toList();
  }

  @Test
  void find_severalAroundAnAddress_takesTheLongest() {
    AccessList access = new AccessList(rules("2001:db8::/32", "2001:db8:a::1", "2001:db8:a::/48"));

    assertThat(access.find(from("2001:db8:a::1")).map(RequestorRule::from))
        .contains("2001:db8:a::1");
    assertThat(access.find(from("2001:db8:a::2")).map(RequestorRule::from))
        .contains("2001:db8:a::/48");
    assertThat(access.find(from("2001:db8:b::2")).map(RequestorRule::from))
        .contains("2001:db8::/32");
    assertThat(access.find(from("2001:db9::2"))).isEmpty();
  }

  @Test
  void list_oneTwice_isRefusedHoweverItIsWritten() {
    assertThatThrownBy(() -> new AccessList(rules("2001:db8::/32", "2001:DB8:0::1/32")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stands twice");
  }

  @Test
  void lastSlot_ofAnyList_isKeptForWhoeverElseMayCome() {
    assertThat(new AccessList(List.of()).lastSlot()).isEqualTo(Connections.KeptFor.NOBODY);
    assertThat(new AccessList(rules("2001:db8::1")).lastSlot())
        .isEqualTo(Connections.KeptFor.NOBODY);
    assertThat(new AccessList(rules("2001:db8::/127")).lastSlot())
        .isEqualTo(Connections.KeptFor.ANOTHER_ADDRESS);
    assertThat(new AccessList(rules("192.0.2.1", "::1")).lastSlot())
        .isEqualTo(Connections.KeptFor.ANOTHER_ENTRY);
  }

  // S-04: nobody but this host until someone says who.
  @Test
  void admits_emptyList_loopbackOnly() {
    AccessList access = new AccessList(List.of());

    assertThat(access.isLoopbackOnly()).isTrue();
    assertThat(access.admits(from("::1"))).isTrue();
    assertThat(access.admits(from("127.0.0.1"))).isTrue();
    assertThat(access.admits(from("127.9.9.9"))).isTrue();
    assertThat(access.admits(from("2001:db8::1"))).isFalse();
    assertThat(access.admits(from("192.0.2.1"))).isFalse();
  }

  // S-04, V-21
  @Test
  void admits_listedPrefixes_onlyThose() {
    AccessList access = new AccessList(rules("2001:db8:a::/48", "192.0.2.7", "::1"));

    assertThat(access.isLoopbackOnly()).isFalse();
    assertThat(access.admits(from("2001:db8:a:ffff::9"))).isTrue();
    assertThat(access.admits(from("2001:db8:b::9"))).isFalse();
    assertThat(access.admits(from("192.0.2.7"))).isTrue();
    assertThat(access.admits(from("192.0.2.8"))).isFalse();
    assertThat(access.admits(from("::1"))).isTrue();
    assertThat(access.admits(from("127.0.0.1"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"::/0", "2001:db8::1", "10.0.0.0/8", "0.0.0.0/0", "fe80::/10"})
  void check_prefix_passes(String prefix) {
    assertThatCode(() -> AccessList.check(prefix)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "relay1",
        "relay1.example",
        "cafe.de",
        "1.2.3",
        "2001:db8::/129",
        "10.0.0.0/33",
        "::1/",
        "::1/x",
        "dead",
        "1/2/3"
      })
  void check_anythingElse_saysWhatWasExpected(String prefix) {
    assertThatThrownBy(() -> AccessList.check(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + prefix + "\"")
        .hasMessageContaining("expected for example");
  }
}
