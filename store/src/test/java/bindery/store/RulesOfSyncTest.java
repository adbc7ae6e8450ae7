package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.AcceptSweep;
import bindery.log.v1.Alive;
import bindery.log.v1.BeginSync;
import bindery.log.v1.Command;
import bindery.log.v1.EndSync;
import bindery.log.v1.Item;
import bindery.log.v1.ItemResult;
import bindery.log.v1.Refusal;
import bindery.log.v1.RemoveSource;
import bindery.log.v1.Settings;
import bindery.log.v1.Sweep;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.v1.RejectReason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full resync: what no item marked is let go of, and ends when nobody holds it any more. */
class RulesOfSyncTest {
  static final Item BEGIN = Item.newBuilder().setBeginSync(BeginSync.getDefaultInstance()).build();
  static final Item END = Item.newBuilder().setEndSync(EndSync.getDefaultInstance()).build();

  private static final Duid ALICE = Samples.client(1);
  private static final Duid BOB = Samples.client(2);
  private static final LeaseKey ONE = Samples.address("2001:db8:1::1");
  private static final LeaseKey TWO = Samples.address("2001:db8:1::2");
  private static final LeaseKey THREE = Samples.address("2001:db8:1::3");

  private final ApplyFixture store;
  private final ApplyFixture.Feed kea;

  RulesOfSyncTest(@TempDir Path temp) {
    store = new ApplyFixture(temp, new JobLimits(2, 1_000, 2, 2));
    kea = store.feed("kea", "a");
  }

  @AfterEach
  void verify() {
    assertThat(store.verify().faults()).isEmpty();
    store.close();
  }

  private static Item put(Duid client, long clt, LeaseKey lease) {
    return ApplyExchange.of(client, clt).put(lease).item();
  }

  private static Item copy(Duid client, long clt, LeaseKey lease) {
    return ApplyExchange.of(client, clt).put(lease).copy().item();
  }

  private boolean isHeld(LeaseKey lease) {
    return store.holder(lease.prefix().address().toString()).isPresent();
  }

  @Test
  void sync_whatIsNotToldAgain_ends() {
    kea.send(put(ALICE, 10, ONE));
    kea.send(put(BOB, 10, TWO));
    kea.send(BEGIN);
    kea.send(put(ALICE, 20, ONE));
    kea.send(END);
    assertThat(isHeld(TWO)).isTrue(); // until the sweep comes by
    assertThat(store.stepAll()).isPositive();
    assertThat(isHeld(ONE)).isTrue();
    assertThat(isHeld(TWO)).isFalse();
    assertThat(store.tombstone(TWO)).isPresent();
    assertThat(store.jobs()).isEmpty();
  }

  @Test
  void sync_copyThatIsNotNewer_marksAllTheSame() {
    kea.send(put(ALICE, 10, ONE));
    kea.send(BEGIN);
    ItemResult told = kea.send(copy(ALICE, 10, ONE));
    assertThat(told.getOutcome()).isEqualTo(ItemResult.Outcome.STALE);
    kea.send(END);
    store.stepAll();
    assertThat(isHeld(ONE)).isTrue();
  }

  @Test
  void sync_leaseThatAnotherSourceHolds_stays() {
    ApplyFixture.Feed isc = store.feed("isc", "a");
    kea.send(put(ALICE, 10, ONE));
    isc.send(put(ALICE, 10, ONE));
    kea.send(BEGIN);
    kea.send(END);
    store.stepAll();
    assertThat(isHeld(ONE)).isTrue();
    isc.send(BEGIN);
    isc.send(END);
    store.stepAll();
    assertThat(isHeld(ONE)).isFalse();
  }

  @Test
  void sync_leaseToldByAnotherFeederMeanwhile_stays() {
    ApplyFixture.Feed partner = store.feed("kea", "b");
    kea.send(put(ALICE, 10, ONE));
    kea.send(BEGIN);
    partner.send(put(ALICE, 20, ONE));
    kea.send(END);
    store.stepAll();
    assertThat(isHeld(ONE)).isTrue();
  }

  @Test
  void sync_leaseToldAfterItsEndAndBeforeTheSweep_stays() {
    kea.send(put(ALICE, 10, ONE));
    kea.send(BEGIN);
    kea.send(END);
    kea.send(put(ALICE, 20, ONE));
    store.stepAll();
    assertThat(isHeld(ONE)).isTrue();
  }

  @Test
  void sync_ofTwoFeedersAtOnce_neitherEndsWhatTheOtherTold() {
    ApplyFixture.Feed partner = store.feed("kea", "b");
    kea.send(put(ALICE, 10, ONE));
    kea.send(BEGIN);
    kea.send(copy(ALICE, 10, ONE));
    partner.send(BEGIN);
    kea.send(END);
    store.stepAll();
    assertThat(isHeld(ONE)).isTrue(); // marked since kea began, though before its partner did
  }

  @Test
  void sync_abortedByAHigherEpoch_leavesAllAsItWas() {
    kea.send(put(ALICE, 10, ONE));
    kea.send(BEGIN);
    long session = store.open("kea", "a", 2).getOpen().getSession();
    assertThat(store.open("kea", "a", 2).getOpen().getSyncOpen()).isFalse();
    assertThat(session).isPositive();
    assertThat(store.jobs()).isEmpty();
    assertThat(isHeld(ONE)).isTrue();
  }

  @Test
  void sync_resumedInAnotherSession_goesOn() {
    kea.send(put(ALICE, 10, ONE));
    kea.send(put(BOB, 10, TWO));
    kea.send(BEGIN);
    kea.send(copy(ALICE, 10, ONE));
    var opened = store.open("kea", "a", 1).getOpen();
    assertThat(opened.getSyncOpen()).isTrue();
    assertThat(opened.getLastSequence()).isEqualTo(4);
    store.group(kea.group(5, END).setSession(opened.getSession()));
    store.stepAll();
    assertThat(isHeld(ONE)).isTrue();
    assertThat(isHeld(TWO)).isFalse();
  }

  @Test
  void endSync_withoutItsBegin_isRejectedByName() {
    ItemResult told = kea.send(END);
    assertThat(told.getOutcome()).isEqualTo(ItemResult.Outcome.REJECTED);
    assertThat(told.getReason()).isEqualTo(RejectReason.NO_SYNC_OPEN_VALUE);
    assertThat(store.jobs()).isEmpty();
  }

  @Test
  void sync_latePageAfterTheSweep_bringsNothingBack() {
    kea.send(put(ALICE, 10, ONE));
    kea.send(BEGIN);
    kea.send(END);
    store.stepAll();
    ApplyFixture.Feed partner = store.feed("kea", "b");
    partner.send(copy(ALICE, 10, ONE));
    assertThat(isHeld(ONE)).isFalse();
    partner.send(copy(ALICE, 11, ONE));
    assertThat(isHeld(ONE)).isTrue();
  }

  @Test
  void sync_tooManyWouldEnd_changesNothingUntilItIsAccepted() {
    kea.send(put(ALICE, 10, ONE));
    kea.send(put(ALICE, 10, TWO));
    kea.send(put(BOB, 10, THREE));
    kea.send(BEGIN);
    kea.send(END);
    store.stepAll();
    Sweep held = store.jobs().get(0).getSweep();
    assertThat(held.getPhase()).isEqualTo(Sweep.Phase.HELD);
    assertThat(held.getLive()).isEqualTo(3);
    assertThat(held.getGoing()).isEqualTo(3);
    assertThat(List.of(ONE, TWO, THREE)).allMatch(this::isHeld);

    store.apply(Command.newBuilder().setAcceptSweep(AcceptSweep.newBuilder().setSource("kea")));
    store.stepAll();
    assertThat(List.of(ONE, TWO, THREE)).noneMatch(this::isHeld);
  }

  @Test
  void sync_again_takesThePlaceOfOneThatIsHeldBack() {
    kea.send(put(ALICE, 10, ONE));
    kea.send(put(ALICE, 10, TWO));
    kea.send(put(BOB, 10, THREE));
    kea.send(BEGIN);
    kea.send(END);
    store.stepAll();
    kea.send(BEGIN);
    kea.send(copy(ALICE, 10, ONE));
    kea.send(copy(ALICE, 10, TWO));
    kea.send(copy(BOB, 10, THREE));
    kea.send(END);
    assertThat(store.jobs()).hasSize(1);
    store.stepAll();
    assertThat(store.jobs()).isEmpty();
    assertThat(List.of(ONE, TWO, THREE)).allMatch(this::isHeld);
  }

  @Test
  void sync_limitIsAPartOfWhatIsLive_letsMoreGoOfAGreatSource() {
    store.settings(Settings.newBuilder().setSweepLimitPermille(500));
    for (int i = 1; i <= 8; i++) {
      kea.send(put(Samples.client(i), 10, Samples.address("2001:db8:1::" + i)));
    }
    kea.send(BEGIN);
    for (int i = 1; i <= 4; i++) {
      kea.send(copy(Samples.client(i), 10, Samples.address("2001:db8:1::" + i)));
    }
    kea.send(END);
    store.stepAll();
    assertThat(store.jobs()).isEmpty();
    assertThat(isHeld(Samples.address("2001:db8:1::4"))).isTrue();
    assertThat(isHeld(Samples.address("2001:db8:1::5"))).isFalse();
  }

  @Test
  void acceptSweep_nothingIsHeldBack_isNotFound() {
    assertThat(
            store
                .apply(
                    Command.newBuilder().setAcceptSweep(AcceptSweep.newBuilder().setSource("kea")))
                .getRefusal()
                .getCode())
        .isEqualTo(Refusal.Code.NOT_FOUND);
  }

  @Test
  void firstSync_untilItsEnd_isNoStatement() {
    kea.send(BEGIN);
    kea.send(put(ALICE, 10, ONE));
    try (StoreView view = store.view()) {
      assertThat(view.standing()).isEqualTo(Standing.FIRST_SYNC);
    }
    kea.send(END);
    try (StoreView view = store.view()) {
      assertThat(view.standing()).isEqualTo(Standing.FED);
    }
  }

  @Test
  void silence_onlyOfASourceThatFollowsItsServer() {
    kea.send(put(ALICE, 10, ONE));
    store.setNow(ApplyFixture.NOW + 10_000);
    store.open("isc", "a", 1);
    try (StoreView view = store.view()) {
      assertThat(view.silentSince()).isEmpty();
    }
    kea.send(Item.newBuilder().setAlive(Alive.getDefaultInstance()).build());
    store.setNow(ApplyFixture.NOW + 20_000);
    store.open("isc", "a", 2);
    try (StoreView view = store.view()) {
      assertThat(view.silentSince()).hasValue(ApplyFixture.instant(ApplyFixture.NOW + 10_000));
    }
  }

  @Test
  void removeSource_letsGoOfAllItHeldAndForgetsItsFeeders() {
    ApplyFixture.Feed isc = store.feed("isc", "a");
    kea.send(put(ALICE, 10, ONE));
    kea.send(put(ALICE, 10, TWO));
    kea.send(put(BOB, 10, THREE));
    isc.send(put(ALICE, 10, TWO));
    store.apply(Command.newBuilder().setRemoveSource(RemoveSource.newBuilder().setSource("kea")));
    assertThat(store.group(kea.group(5, put(BOB, 20, THREE))).getRefusal().getCode())
        .isEqualTo(Refusal.Code.FENCED);
    store.stepAll();
    assertThat(isHeld(ONE)).isFalse();
    assertThat(isHeld(TWO)).isTrue();
    assertThat(isHeld(THREE)).isFalse();
    // Nothing stands in the way of who feeds it all again.
    store.feed("kea", "a").send(copy(BOB, 10, THREE));
    assertThat(isHeld(THREE)).isTrue();
  }

  @Test
  void removeSource_unknown_isNotFound() {
    assertThat(
            store
                .apply(
                    Command.newBuilder()
                        .setRemoveSource(RemoveSource.newBuilder().setSource("nobody")))
                .getRefusal()
                .getCode())
        .isEqualTo(Refusal.Code.NOT_FOUND);
  }

  @Test
  void exchangeFromTheFuture_isCountedAndNoneOtherIs() {
    kea.send(put(ALICE, ApplyFixture.NOW, ONE));
    kea.send(put(ALICE, ApplyFixture.NOW + 1, TWO));
    try (StoreView view = store.view()) {
      assertThat(view.sources().get(0).getAhead()).isEqualTo(1);
    }
    assertThat(isHeld(TWO)).isTrue();
    // It outranks nothing that is told later.
    kea.send(put(BOB, ApplyFixture.NOW - 5, TWO));
    assertThat(store.holder("2001:db8:1::2")).contains(BOB);
  }

  @Test
  void sweep_leaseThatGoesBehindItMeanwhile_isNotMissed() {
    store.addLink("a", "2001:db8:a::/64");
    store.addLink("b", "2001:db8:b::/64");
    ApplyFixture.Feed isc = store.feed("isc", "a");
    for (int i = 1; i <= 3; i++) {
      LeaseKey lease = Samples.address("2001:db8:1::" + i);
      kea.send(ApplyExchange.of(Samples.client(i), 10).link("b").put(lease).item());
      isc.send(ApplyExchange.of(Samples.client(i), 10).link("b").put(lease).item());
    }
    kea.send(BEGIN);
    kea.send(END);
    store.apply(Command.newBuilder().setAcceptSweep(AcceptSweep.newBuilder().setSource("kea")));
    while (store.jobs().get(0).getSweep().getPhase() == Sweep.Phase.COUNTING) {
      store.stepOnce();
    }
    store.apply(Command.newBuilder().setAcceptSweep(AcceptSweep.newBuilder().setSource("kea")));
    // The last of them goes to a link that lies before the one the others are on.
    isc.send(ApplyExchange.of(Samples.client(3), 20).link("a").put(THREE).item());
    store.stepAll();
    isc.send(BEGIN);
    isc.send(END);
    store.stepAll();
    store.apply(Command.newBuilder().setAcceptSweep(AcceptSweep.newBuilder().setSource("isc")));
    store.stepAll();
    assertThat(List.of(ONE, TWO, THREE)).noneMatch(this::isHeld);
  }
}
