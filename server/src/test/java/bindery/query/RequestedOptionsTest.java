package bindery.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RequestedOptionsTest {
  private static String kept(RequestedOptions wanted, String held) {
    byte[] octets = HexFormat.of().parseHex(held);
    int size = wanted.keep(octets, octets.length);
    return HexFormat.of().formatHex(Arrays.copyOf(octets, size));
  }

  // S-52
  @Test
  void keep_namedOptions_onlyThoseInTheirOrder() {
    String held = "00270002aabb" + "00380000" + "00170001ff";

    assertThat(kept(RequestedOptions.of(List.of(23, 39), Set.of()), held))
        .isEqualTo("00270002aabb" + "00170001ff");
    assertThat(kept(RequestedOptions.of(List.of(56), Set.of()), held)).isEqualTo("00380000");
    assertThat(kept(RequestedOptions.of(List.of(99), Set.of()), held)).isEmpty();
  }

  // S-53: sensitive options are not told even if asked for, relay data among them.
  @Test
  void of_sensitiveOption_isNotTold() {
    RequestedOptions wanted = RequestedOptions.of(List.of(23, 39, 47), Set.of(39, 47));

    assertThat(kept(wanted, "00270002aabb" + "00170001ff")).isEqualTo("00170001ff");
    assertThat(wanted.wantsRelayData()).isFalse();
  }

  // T-11, S-47: what relays add and what frames an answer is never copied from what is held.
  @Test
  void of_relayAndStructuralOptions_areIgnored() {
    List<Integer> codes = List.of(1, 2, 5, 13, 18, 26, 37, 38, 45, 46, 48, 53, 79, 100, 101, 102);

    assertThat(RequestedOptions.of(codes, Set.of()).wantsOptions()).isFalse();
    assertThat(RequestedOptions.of(codes, Set.of()).wantsRelayData()).isFalse();
  }

  // S-56
  @Test
  void of_relayData_onlyWhenNamed() {
    assertThat(RequestedOptions.of(List.of(47), Set.of()).wantsRelayData()).isTrue();
    assertThat(RequestedOptions.of(List.of(47), Set.of()).wantsOptions()).isFalse();
    assertThat(RequestedOptions.of(List.of(39), Set.of()).wantsRelayData()).isFalse();
    assertThat(RequestedOptions.of(List.of(), Set.of())).isSameAs(RequestedOptions.NONE);
  }
}
