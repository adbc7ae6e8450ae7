package bindery.store;

import static bindery.store.ApplyFixture.instant;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.ItemResult;
import bindery.log.v1.Lease.EndReason;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of two updates of a lease wins. */
class RulesOfOrderTest {
  private static final Duid ALICE = Samples.client(1);
  private static final Duid BOB = Samples.client(2);
  private static final LeaseKey LEASE = Samples.address("2001:db8:1::1");
  private static final LeaseKey OTHER = Samples.address("2001:db8:1::2");
  private static final ItemResult ACCEPTED = ItemResult.getDefaultInstance();
  private static final ItemResult STALE =
      ItemResult.newBuilder().setOutcome(ItemResult.Outcome.STALE).addStaleLeases(0).build();

  private final ApplyFixture store;
  private final int link;
  private final ApplyFixture.Feed feed;
  private final ApplyFixture.Feed partner;

  RulesOfOrderTest(@TempDir Path temp) {
    store = new ApplyFixture(temp);
    link = store.addLink("edge-1", "2001:db8:1::/64");
    feed = store.feed("kea", "a");
    partner = store.feed("kea", "b");
  }

  @AfterEach
  void verify() {
    assertThat(store.verify().faults()).isEmpty();
    store.close();
  }

  private static ApplyExchange alice(long clt) {
    return ApplyExchange.of(ALICE, clt);
  }

  private static ApplyExchange bob(long clt) {
    return ApplyExchange.of(BOB, clt);
  }

  private long clt() {
    return store.lease(link, ALICE, LEASE).cltt();
  }

  // By CLT.

  @Test
  void put_nothingHeld_isHeldWithItsLifetimes() {
    assertThat(feed.send(alice(10).put(LEASE, 300, 600))).isEqualTo(ACCEPTED);
    LeaseRecord held = store.lease(link, ALICE, LEASE);
    assertThat(held.granted()).isEqualTo(instant(10));
    assertThat(held.preferredEnd()).isEqualTo(instant(310));
    assertThat(held.validEnd()).isEqualTo(instant(610));
    assertThat(held.cltt()).isEqualTo(instant(10));
    assertThat(held.iaid()).isEqualTo(1);
    assertThat(held.sequence()).isEqualTo(1);
  }

  @Test
  @DisplayName("3.6: an infinite lifetime never ends")
  void put_infiniteLifetime_neverEnds() {
    assertThat(feed.send(alice(10).put(LEASE, -1, -1))).isEqualTo(ACCEPTED);
    LeaseRecord held = store.lease(link, ALICE, LEASE);
    assertThat(held.preferredEnd()).isEqualTo(Long.MAX_VALUE);
    assertThat(held.validEnd()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void put_newer_replacesTheHeld() {
    feed.send(alice(10).put(LEASE));
    assertThat(partner.send(alice(11).put(LEASE, 20, 30))).isEqualTo(ACCEPTED);
    assertThat(store.lease(link, ALICE, LEASE).validEnd()).isEqualTo(instant(41));
  }

  @Test
  void put_older_isStaleAndChangesNothing() {
    feed.send(alice(10).put(LEASE));
    BindingRecord before = store.binding(link, ALICE).orElseThrow();
    assertThat(feed.send(alice(9).put(LEASE, 20, 30))).isEqualTo(STALE);
    BindingRecord after = store.binding(link, ALICE).orElseThrow();
    assertThat(after.leases()).isEqualTo(before.leases());
    assertThat(after.cltt()).isEqualTo(instant(10));
  }

  @Test
  void put_someLeasesOlder_areNamedByIndexAndTheOthersHold() {
    feed.send(alice(20).put(LEASE));
    ItemResult result = feed.send(alice(10).put(OTHER).put(LEASE));
    assertThat(result.getOutcome()).isEqualTo(ItemResult.Outcome.STALE);
    assertThat(result.getStaleLeasesList()).containsExactly(1);
    assertThat(store.lease(link, ALICE, OTHER).cltt()).isEqualTo(instant(10));
    assertThat(clt()).isEqualTo(instant(20));
  }

  @Test
  void put_newerCopy_applies() {
    feed.send(alice(10).put(LEASE));
    assertThat(partner.send(alice(11).put(LEASE).copy())).isEqualTo(ACCEPTED);
    assertThat(clt()).isEqualTo(instant(11));
  }

  @Test
  void put_copyWhereNothingIsHeld_applies() {
    assertThat(feed.send(alice(10).put(LEASE).copy())).isEqualTo(ACCEPTED);
    assertThat(clt()).isEqualTo(instant(10));
  }

  // At equal CLT.

  @Test
  void copy_equalTime_marksAndChangesNothing() {
    ApplyFixture.Feed other = store.feed("isc", "c");
    feed.send(alice(10).put(LEASE, 300, 600));
    long changed = store.binding(link, ALICE).orElseThrow().lastChange();
    store.setNow(ApplyFixture.NOW + 50);
    assertThat(other.send(alice(10).put(LEASE, 20, 30).copy()).getOutcome())
        .isEqualTo(ItemResult.Outcome.STALE);
    LeaseRecord held = store.lease(link, ALICE, LEASE);
    assertThat(held.validEnd()).isEqualTo(instant(610));
    assertThat(held.holders()).hasSize(2);
    assertThat(store.binding(link, ALICE).orElseThrow().lastChange()).isEqualTo(changed);
  }

  @Test
  void copy_equalTimeOfTheTombstone_bringsNothingBack() {
    feed.send(alice(10).put(LEASE));
    feed.send(alice(12).end(LEASE));
    assertThat(partner.send(alice(12).put(LEASE).copy())).isEqualTo(STALE);
    assertThat(store.binding(link, ALICE)).isEmpty();
  }

  @Test
  void put_equalTimeSameFeeder_applies() {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(alice(10).put(LEASE, 20, 30))).isEqualTo(ACCEPTED);
    assertThat(store.lease(link, ALICE, LEASE).validEnd()).isEqualTo(instant(40));
  }

  @Test
  void put_equalTimeOtherFeeder_leavesTheHeld() {
    feed.send(alice(10).put(LEASE));
    assertThat(partner.send(alice(10).put(LEASE, 20, 30))).isEqualTo(STALE);
    assertThat(partner.send(bob(10).put(LEASE))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
    assertThat(store.lease(link, ALICE, LEASE).validEnd())
        .isEqualTo(instant(10 + ApplyExchange.VALID));
  }

  @Test
  void put_equalTimeOtherFeederOfOwnTombstone_isStale() {
    feed.send(alice(10).put(LEASE));
    feed.send(alice(10).end(LEASE));
    assertThat(partner.send(alice(10).put(LEASE))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
  }

  @Test
  void put_equalTimeOtherFeederOfNobodysTombstone_isStale() {
    feed.send(ApplyExchange.ofNobody(10).end(LEASE, EndReason.DECLINED));
    assertThat(partner.send(alice(10).put(LEASE))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
  }

  @Test
  void put_equalTimeOtherFeederOfAnothersTombstone_applies() {
    feed.send(alice(10).put(LEASE));
    feed.send(alice(10).end(LEASE));
    assertThat(partner.send(bob(10).put(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).contains(BOB);
  }

  @Test
  void put_equalTimeSameFeederOfOwnTombstone_applies() {
    feed.send(alice(10).put(LEASE));
    feed.send(alice(10).end(LEASE));
    assertThat(feed.send(alice(10).put(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
  }

  @Test
  void end_equalTimeOtherFeederOfOwnPut_applies() {
    feed.send(alice(10).put(LEASE));
    assertThat(partner.send(alice(10).end(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
  }

  // Ahead of cluster time.

  @Test
  void put_heldLiesAheadOfClusterTime_appliesThoughOlder() {
    feed.send(alice(ApplyFixture.NOW + 500).put(LEASE));
    assertThat(feed.send(alice(ApplyFixture.NOW - 5).put(LEASE))).isEqualTo(ACCEPTED);
    assertThat(clt()).isEqualTo(instant(ApplyFixture.NOW - 5));
  }

  @Test
  void put_tombstoneLiesAheadOfClusterTime_appliesThoughOlder() {
    feed.send(alice(ApplyFixture.NOW + 500).end(LEASE));
    assertThat(partner.send(bob(ApplyFixture.NOW - 5).put(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).contains(BOB);
  }

  @Test
  void copy_heldLiesAheadOfClusterTime_isStaleAsEver() {
    feed.send(alice(ApplyFixture.NOW + 500).put(LEASE));
    assertThat(partner.send(alice(ApplyFixture.NOW - 5).put(LEASE).copy())).isEqualTo(STALE);
    assertThat(clt()).isEqualTo(instant(ApplyFixture.NOW + 500));
  }

  @Test
  void put_heldLayAheadOnceButNoLonger_isStale() {
    feed.send(alice(ApplyFixture.NOW + 500).put(LEASE));
    store.setNow(ApplyFixture.NOW + 500);
    assertThat(feed.send(alice(ApplyFixture.NOW - 5).put(LEASE))).isEqualTo(STALE);
  }

  // Clients.

  @Test
  @DisplayName("S-63: an address has one holder, whatever the clients say")
  void put_newerOfAnotherClient_endsTheOldOwnersLeaseInTheSameWrite() {
    feed.send(alice(10).put(LEASE).put(OTHER));
    assertThat(feed.send(bob(11).put(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).contains(BOB);
    assertThat(store.binding(link, ALICE).orElseThrow().leases()).containsOnlyKeys(OTHER);
  }

  @Test
  void put_lastLeaseMovesToAnotherClient_deletesTheOldBinding() {
    feed.send(alice(10).put(LEASE));
    feed.send(bob(11).put(LEASE));
    assertThat(store.binding(link, ALICE)).isEmpty();
    assertThat(store.verify().bindings()).isEqualTo(1);
  }

  @Test
  void put_olderOfAnotherClient_isStale() {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(bob(9).put(LEASE))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
  }

  @Test
  void put_addressAndDelegatedPrefixOf128_areTwoLeases() {
    LeaseKey delegated = Samples.prefix("2001:db8:1::1/128");
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(bob(9).put(delegated))).isEqualTo(ACCEPTED);
    assertThat(store.binding(link, ALICE).orElseThrow().leases()).containsOnlyKeys(LEASE);
    assertThat(store.binding(link, BOB).orElseThrow().leases()).containsOnlyKeys(delegated);
  }

  // Seen.

  @Test
  @DisplayName("3.6: an exchange that grants nothing moves the CLT and no lifetime")
  void seen_ownLease_movesTheTimeAlone() {
    feed.send(alice(10).put(LEASE, 300, 600));
    assertThat(feed.send(alice(20).seen(LEASE))).isEqualTo(ACCEPTED);
    LeaseRecord held = store.lease(link, ALICE, LEASE);
    assertThat(held.granted()).isEqualTo(instant(10));
    assertThat(held.validEnd()).isEqualTo(instant(610));
    assertThat(store.binding(link, ALICE).orElseThrow().cltt()).isEqualTo(instant(20));
  }

  @Test
  void seen_older_isStale() {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(alice(9).seen(LEASE))).isEqualTo(STALE);
  }

  @Test
  void seen_anothersLease_isStaleAndTakesNothing() {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(bob(20).seen(LEASE))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
    assertThat(store.binding(link, BOB)).isEmpty();
  }

  @Test
  void seen_nothingHeld_isStaleAndGrantsNothing() {
    assertThat(feed.send(alice(10).seen(LEASE))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
    assertThat(store.verify().bindings()).isZero();
  }

  @Test
  void put_grantedByAClockThatIsAhead_lastsNoLongerThanItSays() {
    feed.send(ApplyExchange.of(Samples.client(1), ApplyFixture.NOW + 5_000).put(LEASE, 50, 100));
    LeaseRecord held = store.lease(link, Samples.client(1), LEASE);
    assertThat(held.granted()).isEqualTo(ApplyFixture.instant(ApplyFixture.NOW + 5_000));
    assertThat(held.preferredEnd()).isEqualTo(ApplyFixture.instant(ApplyFixture.NOW + 50));
    assertThat(held.validEnd()).isEqualTo(ApplyFixture.instant(ApplyFixture.NOW + 100));
  }
}
