package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Group;
import bindery.log.v1.Source;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node sees of the sources while it applies what they tell. */
final class ObservationsTest {
  private static final Duid ALICE = Samples.client(1);
  private static final Duid BOB = Samples.client(2);
  private static final Duid RELAY = Samples.client(99);
  private static final LeaseKey LEASE = Samples.address("2001:db8:1::1");
  private static final int DAY = 86_400;

  private final ApplyFixture store;
  private final ApplyFixture.Feed kea;
  private long clt = 10;

  ObservationsTest(@TempDir Path temp) {
    store = new ApplyFixture(temp);
    kea = store.feed("kea", "a");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private SourceObservation observed(String name) {
    try (StoreView view = store.view()) {
      return view.observed(source(view, name));
    }
  }

  private static Source source(StoreView view, String name) {
    return view.sources().stream()
        .filter(source -> source.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<LeaseFight> fights() {
    try (StoreView view = store.view()) {
      return view.fights();
    }
  }

  private ApplyExchange put(Duid client) {
    return ApplyExchange.of(client, ++clt).put(LEASE);
  }

  private void putOften(int times) {
    for (int i = 0; i < times; i++) {
      kea.send(put(ALICE));
    }
  }

  @Test
  void relayed_noneOfFifty_isScarce_oneInAHundredIsNot() {
    putOften(49);
    assertThat(observed("kea").relayed().isScarce()).isFalse();
    putOften(1);
    assertThat(observed("kea").relayed().isScarce()).isTrue();
    assertThat(observed("kea").puts()).isEqualTo(50);

    kea.send(put(ALICE).relayed("r").relay(RELAY));
    putOften(49);
    assertThat(observed("kea").relayed()).isEqualTo(new SourceObservation.Share(1, 100));
    assertThat(observed("kea").relayed().isScarce()).isFalse();
    putOften(1);
    assertThat(observed("kea").relayed().isScarce()).isTrue();
    assertThat(observed("kea").relayedPuts()).isEqualTo(1);
  }

  @Test
  void relayed_asBeforeNoMore_isForgotten() {
    RecentShare share = new RecentShare();
    for (int i = 0; i < RecentShare.WINDOW; i++) {
      share.add(true);
    }
    for (int i = 0; i < RecentShare.WINDOW; i++) {
      share.add(false);
    }
    assertThat(share.share()).isEqualTo(new SourceObservation.Share(1_000, 2_000));
    share.add(false);

    assertThat(share.share()).isEqualTo(new SourceObservation.Share(0, 1_001));
  }

  @Test
  void withRelayId_relaysWithoutOne_isScarce() {
    for (int i = 0; i < 50; i++) {
      kea.send(put(ALICE).relayed("r"));
    }
    assertThat(observed("kea").relayed().isScarce()).isFalse();
    assertThat(observed("kea").withRelayId().isScarce()).isTrue();
    kea.send(put(ALICE).relayed("r").relay(RELAY));

    assertThat(observed("kea").withRelayId().isScarce()).isFalse();
  }

  @Test
  void unlinked_linkIsPut_isOverAtOnce() {
    kea.send(put(ALICE).subnet(17).linkAddress("fe80::1"));
    kea.send(put(ALICE).copy());

    SourceObservation seen = observed("kea");
    assertThat(seen.unlinkedPuts()).isEqualTo(2);
    assertThat(seen.unlinked()).hasSize(2);
    SourceObservation.Unlinked told =
        seen.unlinked().stream().filter(u -> u.subnetId().isPresent()).findFirst().orElseThrow();
    assertThat(told.subnetId()).hasValue(17);
    assertThat(String.valueOf(told.linkAddress())).isEqualTo("fe80::1");
    assertThat(told.lease()).isEqualTo(LEASE);

    store.putLink(ApplyFixture.link("far").addSubnets(ApplyFixture.subnet("kea", 17)));
    assertThat(observed("kea").unlinked()).hasSize(1);
    store.addLink("edge", "2001:db8:1::/64");
    assertThat(observed("kea").unlinked()).isEmpty();
    kea.send(put(ALICE));

    assertThat(observed("kea").unlinkedPuts()).isEqualTo(2);
  }

  @Test
  void unlinked_notSaidForADay_isOver() {
    kea.send(put(ALICE).subnet(17));
    store.setNow(ApplyFixture.NOW + DAY);
    store.addLink("elsewhere", "2001:db8:9::/64");
    assertThat(observed("kea").unlinked()).hasSize(1);
    store.setNow(ApplyFixture.NOW + DAY + 1);
    store.addLink("further", "2001:db8:8::/64");

    assertThat(observed("kea").unlinked()).isEmpty();
  }

  @Test
  void unlinked_manyHints_keepsTheLatest() {
    for (int subnet = 1; subnet <= 10; subnet++) {
      store.setNow(ApplyFixture.NOW + subnet);
      kea.send(put(ALICE).subnet(subnet));
    }

    assertThat(observed("kea").unlinked().stream().map(u -> u.subnetId().orElseThrow()))
        .containsExactly(10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L);
  }

  @Test
  void fights_oneTakeover_isNone_aSecond_isOneUntilPeace() {
    ApplyFixture.Feed other = store.feed("other", "b");
    kea.send(put(ALICE));
    other.send(put(BOB));
    assertThat(observed("other").takeovers()).isEqualTo(1);
    assertThat(fights()).isEmpty();
    kea.send(put(ALICE));

    try (StoreView view = store.view()) {
      assertThat(view.fights())
          .containsExactly(
              new LeaseFight(LEASE, source(view, "other").getId(), source(view, "kea").getId(), 2));
    }
    store.setNow(ApplyFixture.NOW + 601);
    kea.send(put(ALICE));
    assertThat(fights()).isEmpty();
  }

  @Test
  void fights_renewalsFarApart_standAsLong() {
    ApplyFixture.Feed other = store.feed("other", "b");
    kea.send(put(ALICE));
    other.send(put(BOB));
    store.setNow(ApplyFixture.NOW + 7_200);
    kea.send(put(ALICE));
    store.setNow(ApplyFixture.NOW + 7_200 + 14_400);
    kea.send(put(ALICE));
    assertThat(fights()).hasSize(1);
    store.setNow(ApplyFixture.NOW + 7_200 + 14_401);
    kea.send(put(ALICE));

    assertThat(fights()).isEmpty();
  }

  @Test
  void takeovers_whatIsNoFight_isNotCounted() {
    ApplyFixture.Feed partner = store.feed("kea", "partner");
    ApplyFixture.Feed other = store.feed("other", "b");
    kea.send(put(ALICE));
    partner.send(put(BOB)); // of one source
    other.send(put(BOB)); // the same client
    kea.send(put(ALICE)); // held by both
    kea.send(ApplyExchange.of(ALICE, ++clt).end(LEASE));
    other.send(put(BOB)); // free
    kea.send(ApplyExchange.of(ALICE, 1).put(LEASE)); // late
    other.send(ApplyExchange.of(BOB, ++clt).put(LEASE, 1, 1));
    kea.send(put(ALICE)); // ran out

    assertThat(observed("kea").takeovers()).isZero();
    assertThat(observed("other").takeovers()).isZero();
  }

  @Test
  void takeovers_manyLeases_areBounded() {
    Takeovers takeovers = new Takeovers();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i <= Takeovers.LEASES_MAX; i++) {
        takeovers.add(Samples.address("2001:db8::%x".formatted(i + 1)), 1, 2, round);
      }
    }
    assertThat(takeovers.fights(1)).hasSize(Takeovers.LEASES_MAX);
    takeovers.add(LEASE, 1, 2, DAY + 2);
    takeovers.add(LEASE, 1, 2, DAY + 3);

    assertThat(takeovers.fights(DAY + 3)).extracting(LeaseFight::lease).containsExactly(LEASE);
  }

  @Test
  void skew_batchesThatWaited_areNotTakenForAClockThatIsBehind() {
    assertThat(observed("kea").skewMillis()).isEmpty();
    clock(1, -30_000);
    assertThat(observed("kea").skewMillis()).hasValue(-30_000);
    clock(2, -20);
    clock(3, -9_000);
    assertThat(observed("kea").skewMillis()).hasValue(-20);
    for (int sequence = 4; sequence <= 10; sequence++) {
      clock(sequence, -9_000);
    }

    assertThat(observed("kea").skewMillis()).hasValue(-9_000);
  }

  private void clock(long sequence, long skewMillis) {
    Group.Builder group =
        kea.group(sequence, put(ALICE).item())
            .setSourceClockMillis((ApplyFixture.START + ApplyFixture.NOW) * 1_000 + skewMillis);
    assertThat(store.group(group).hasRefusal()).isFalse();
  }
}
