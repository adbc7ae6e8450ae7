package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.store.BindingCensus;
import bindery.store.Selector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of the size of an answer, and when nothing is. */
final class AnswerSizeTest {
  private static final Duid RELAY = Duid.parse("0003000102005e1000aa");

  private static BindingCensus counted(boolean isPartial) {
    return new BindingCensus(9, 60, isPartial, Map.of(0, 10L, 1, 20L, 2, 30L), Map.of(RELAY, 25L));
  }

  @Test
  void about_linksAndRelays_areAsCounted() {
    assertThat(AnswerSize.about(new Selector.ByLink(List.of(1, 2, 7)), counted(false)))
        .hasValue(50);
    assertThat(AnswerSize.about(new Selector.ByRelay(RELAY, List.of()), counted(false)))
        .hasValue(25);
    assertThat(
            AnswerSize.about(
                new Selector.ByRelay(Duid.parse("0003000102005e1000bb"), List.of()),
                counted(false)))
        .hasValue(0);
  }

  @Test
  void about_whatIsNotCounted_isNotSaid() {
    assertThat(AnswerSize.about(new Selector.ByRelay(RELAY, List.of(1)), counted(false))).isEmpty();
    assertThat(AnswerSize.about(new Selector.ByClient(RELAY, List.of()), counted(false))).isEmpty();
    assertThat(
            AnswerSize.about(
                new Selector.ByAddress(Ipv6Address.parse("2001:db8::1"), List.of()),
                counted(false)))
        .isEmpty();
    assertThat(AnswerSize.about(new Selector.ByLink(List.of(1)), counted(true))).isEmpty();
  }
}
