package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Item;
import bindery.log.v1.Lease.EndReason;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules that are easily got wrong, told by two feeders in whatever order. */
class RulesOfSchedulesTest {
  private static final Duid ALICE = Samples.client(1);
  private static final Duid BOB = Samples.client(2);
  private static final LeaseKey LEASE = Samples.address("2001:db8:1::1");
  private static final LeaseKey MOVED = Samples.address("2001:db8:2::1");
  private static final LeaseKey PREFIX = Samples.prefix("2001:db8:f000::/56");
  private static final Duid OTHER_RELAY = Duid.parse("000200007ed90777");

  private final ApplyFixture store;
  private final ApplyFixture.Feed one;
  private final ApplyFixture.Feed two;
  private final int near;
  private final int far;

  RulesOfSchedulesTest(@TempDir Path temp) {
    store = new ApplyFixture(temp);
    near = store.addLink("near", "2001:db8:1::/64");
    far = store.addLink("far", "2001:db8:2::/64");
    one = store.feed("kea", "a");
    two = store.feed("kea", "b");
  }

  @AfterEach
  void verify() {
    assertThat(store.verify().faults()).isEmpty();
    store.close();
  }

  /** The first by one feeder and the second by the other, in the given order. */
  private void tell(boolean inOrder, ApplyExchange first, ApplyExchange second) {
    if (inOrder) {
      one.send(first);
      two.send(second);
    } else {
      two.send(second);
      one.send(first);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("3.8: a release, and a page of that second that still has the lease")
  void releaseAndPageCopyOfTheSameSecond_isReleased(boolean inOrder) {
    one.send(ApplyExchange.of(ALICE, 50).put(LEASE));
    tell(
        inOrder,
        ApplyExchange.of(ALICE, 100).end(LEASE),
        ApplyExchange.of(ALICE, 100).put(LEASE).copy());
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
    assertThat(store.tombstone(LEASE)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("3.8: a release, and a grant to another client in that second")
  void grantToAnotherInTheSecondOfTheRelease_isTheOthers(boolean inOrder) {
    one.send(ApplyExchange.of(ALICE, 50).put(LEASE));
    tell(inOrder, ApplyExchange.of(ALICE, 100).end(LEASE), ApplyExchange.of(BOB, 100).put(LEASE));
    assertThat(store.holder("2001:db8:1::1")).contains(BOB);
    assertThat(store.binding(near, ALICE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("3.8: a server of a pair reclaims what its partner renewed")
  void reclaimedByOneAndRenewedByTheOther_isHeld(boolean inOrder) {
    one.send(ApplyExchange.of(ALICE, 50).put(LEASE));
    tell(
        inOrder,
        ApplyExchange.of(ALICE, 50).end(LEASE, EndReason.EXPIRED),
        ApplyExchange.of(ALICE, 100).put(LEASE));
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void twoPagesOfPartners_leaveTheNewer(boolean inOrder) {
    tell(
        inOrder,
        ApplyExchange.of(ALICE, 50).put(LEASE, 10, 20).copy(),
        ApplyExchange.of(ALICE, 60).put(LEASE, 30, 40).copy());
    assertThat(store.lease(near, ALICE, LEASE).cltt()).isEqualTo(ApplyFixture.instant(60));
  }

  @Test
  @DisplayName("3.7: a client that goes to another relay and then renews its prefix alone")
  void movedClientRenewsItsPrefixAlone_isFoundBehindEachRelayWithWhatIsThere() {
    one.send(
        ApplyExchange.of(ALICE, 10)
            .relayed("near")
            .relay(Samples.RELAY)
            .linkAddress("2001:db8:1::9")
            .put(LEASE)
            .put(PREFIX));
    one.send(
        ApplyExchange.of(ALICE, 20)
            .relayed("far")
            .relay(OTHER_RELAY)
            .linkAddress("2001:db8:2::9")
            .put(MOVED));
    one.send(
        ApplyExchange.of(ALICE, 30)
            .relayed("far")
            .relay(OTHER_RELAY)
            .linkAddress("2001:db8:2::9")
            .put(PREFIX));

    assertThat(store.binding(near, ALICE).orElseThrow().leases()).containsOnlyKeys(LEASE);
    assertThat(store.binding(far, ALICE).orElseThrow().leases()).containsOnlyKeys(MOVED, PREFIX);
    assertThat(store.find(new Selector.ByRelay(Samples.RELAY, List.of())))
        .containsExactly(new BindingKey(near, ALICE));
    assertThat(store.find(new Selector.ByRelay(OTHER_RELAY, List.of())))
        .containsExactly(new BindingKey(far, ALICE));
  }

  @Test
  void leaseGoesToAnotherLinkAndBack_isOnOneAtATime() {
    one.send(ApplyExchange.of(ALICE, 10).link("near").put(LEASE));
    one.send(ApplyExchange.of(ALICE, 20).link("far").put(LEASE));
    assertThat(store.binding(near, ALICE)).isEmpty();
    two.send(ApplyExchange.of(ALICE, 30).link("near").put(LEASE));
    assertThat(store.binding(far, ALICE)).isEmpty();
    assertThat(store.binding(near, ALICE)).isPresent();
  }

  @Test
  void feederReopensWhileItsOldBatchIsInFlight_nothingIsAppliedTwiceOrSkipped() {
    Item first = ApplyExchange.of(ALICE, 10).put(LEASE).item();
    Item second = ApplyExchange.of(BOB, 10).put(MOVED).item();
    one.send(first);
    long session = store.open("kea", "a", 1).getOpen().getSession();
    // What the old session still had in flight comes behind the opening.
    assertThat(store.group(one.group(2, second)).hasRefusal()).isTrue();
    assertThat(store.binding(far, BOB)).isEmpty();
    var resent = store.group(one.group(1, first, second).setSession(session));
    assertThat(resent.getItemsCount()).isEqualTo(1); // the first was seen before
    assertThat(resent.getLastSequence()).isEqualTo(2);
    assertThat(store.binding(far, BOB)).isPresent();
  }
}
