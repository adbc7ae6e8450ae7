package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Duid;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many bindings there are on each link and behind each relay. */
final class BindingCensusTest {
  private static final Duid OTHER_RELAY = Duid.parse("00:02:00:00:ab:cd:02");
  private static final long ALL = 1_000_000;

  private final Path temp;

  BindingCensusTest(@TempDir Path temp) {
    this.temp = temp;
  }

  private static ApplyExchange told(int client, long clt, String address) {
    return ApplyExchange.of(Samples.client(client), clt).put(Samples.address(address));
  }

  @Test
  void census_emptyStore_isZero() {
    try (ApplyFixture store = new ApplyFixture(temp);
        StoreView view = store.view()) {
      assertThat(view.census(ALL))
          .isEqualTo(new BindingCensus(view.revision(), 0, false, Map.of(), Map.of()));
    }
  }

  @Test
  void census_eachBinding_isOfItsLinkAndOfTheRelayOfItsNewestExchange() {
    try (ApplyFixture store = new ApplyFixture(temp)) {
      int a = store.addLink("a", "2001:db8:a::/64");
      int b = store.addLink("b", "2001:db8:b::/64");
      ApplyFixture.Feed feed = store.feed("kea", "f");
      feed.send(told(1, 1, "2001:db8:a::1").relayed("x").relay(Samples.RELAY));
      feed.send(told(2, 1, "2001:db8:a::2").relayed("x").relay(Samples.RELAY));
      feed.send(told(3, 1, "2001:db8:b::3").relayed("x").relay(OTHER_RELAY));
      feed.send(told(4, 1, "2001:db8:b::4")); // without a relay
      feed.send(told(5, 1, "2001:db8:c::5").relayed("x").relay(Samples.RELAY)); // on no link
      feed.send(told(2, 2, "2001:db8:a::2").relayed("y").relay(OTHER_RELAY)); // has moved

      try (StoreView view = store.view()) {
        BindingCensus counted = view.census(ALL);
        assertThat(counted.revision()).isEqualTo(store.index());
        assertThat(counted.bindings()).isEqualTo(5);
        assertThat(counted.isPartial()).isFalse();
        assertThat(counted.byLink()).isEqualTo(Map.of(a, 2L, b, 2L, 0, 1L));
        assertThat(counted.byRelay()).isEqualTo(Map.of(Samples.RELAY, 2L, OTHER_RELAY, 2L));
      }
    }
  }

  @Test
  void census_ofAView_isAsOfItsSnapshot() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      rows.write(batch -> Samples.put(batch, Samples.binding(1, Samples.client(1))));
      try (StoreView view = rows.view()) {
        rows.write(batch -> Samples.put(batch, Samples.binding(1, Samples.client(2))));
        assertThat(view.census(ALL).bindings()).isEqualTo(1);
      }
      try (StoreView view = rows.view()) {
        assertThat(view.census(ALL).bindings()).isEqualTo(2);
      }
    }
  }

  @Test
  void census_moreRowsThanItMayLookAt_isPartial() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      rows.write(
          batch -> {
            for (int i = 0; i < 10; i++) {
              Samples.put(batch, Samples.binding(1, Samples.client(i)));
            }
          });
      try (StoreView view = rows.view()) {
        assertThat(view.census(11).isPartial()).isFalse();
        BindingCensus counted = view.census(9);
        assertThat(counted.isPartial()).isTrue();
        assertThat(counted.bindings()).isEqualTo(9);
        assertThat(counted.byLink()).isEqualTo(Map.of(1, 9L));
      }
    }
  }

  @Test
  void census_moreLinksThanAreToldApart_isPartialAndHoldsNoMore() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      rows.write(
          batch -> {
            for (int link = 1; link <= BindingCensus.GROUPS_MAX + 1; link++) {
              Samples.put(batch, Samples.binding(link, Samples.CLIENT));
            }
          });
      try (StoreView view = rows.view()) {
        BindingCensus counted = view.census(ALL);
        assertThat(counted.isPartial()).isTrue();
        assertThat(counted.byLink()).hasSize(BindingCensus.GROUPS_MAX);
      }
    }
  }
}
