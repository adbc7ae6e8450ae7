package bindery.store;

import static bindery.store.ApplyFixture.instant;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.ItemResult;
import bindery.log.v1.Lease.EndReason;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.LeaseKey;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How leases end, and what is left of them. */
class RulesOfEndsTest {
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

  RulesOfEndsTest(@TempDir Path temp) {
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

  @ParameterizedTest
  @EnumSource(names = {"RELEASED", "DECLINED", "EXPIRED", "REMOVED"})
  @DisplayName("3.6: a released, declined, expired or removed lease does not count")
  void end_lastLease_leavesATombstoneAndNoBinding(EndReason reason) {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(alice(11).end(LEASE, reason))).isEqualTo(ACCEPTED);
    assertThat(store.binding(link, ALICE)).isEmpty();
    Tombstone left = store.tombstone(LEASE).orElseThrow();
    assertThat(left.client()).isEqualTo(ALICE);
    assertThat(left.cltt()).isEqualTo(instant(11));
    assertThat(left.sequence()).isEqualTo(2);
    assertThat(left.end()).isEqualTo(instant(ApplyFixture.NOW));
  }

  @Test
  @DisplayName("S-51: the client's other leases stay")
  void end_oneOfTwo_keepsTheOther() {
    feed.send(alice(10).put(LEASE).put(OTHER));
    feed.send(alice(11).end(LEASE));
    assertThat(store.binding(link, ALICE).orElseThrow().leases()).containsOnlyKeys(OTHER);
  }

  @Test
  void end_lastLease_leavesNoIndexRow() {
    feed.send(alice(10).put(LEASE).relayed("x").relay(Samples.RELAY).remote(Samples.REMOTE));
    feed.send(alice(11).end(LEASE));
    assertThat(store.find(new Selector.ByLink(List.of(link)))).isEmpty();
    assertThat(store.find(new Selector.ByRelay(Samples.RELAY, List.of()))).isEmpty();
    assertThat(store.find(new Selector.ByRemote(Samples.REMOTE, List.of()))).isEmpty();
    assertThat(store.find(new Selector.ByClient(ALICE, List.of()))).isEmpty();
    assertThat(store.find(new Selector.ByAddress(Ipv6Address.parse("2001:db8:1::1"), List.of())))
        .isEmpty();
  }

  @Test
  void end_older_isStale() {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(alice(9).end(LEASE))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
  }

  @Test
  void end_nothingHeld_leavesATombstoneAndIsAccepted() {
    assertThat(feed.send(alice(10).end(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.tombstone(LEASE).orElseThrow().client()).isEqualTo(ALICE);
    assertThat(feed.send(alice(9).put(LEASE))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
  }

  @Test
  void put_newerThanTheTombstone_applies() {
    feed.send(alice(10).end(LEASE));
    assertThat(partner.send(alice(11).put(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
    assertThat(store.tombstone(LEASE)).isEmpty();
  }

  @Test
  void end_newerThanTheTombstone_takesItsPlace() {
    feed.send(alice(10).end(LEASE));
    assertThat(partner.send(alice(12).end(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.tombstone(LEASE).orElseThrow().cltt()).isEqualTo(instant(12));
    assertThat(feed.send(alice(11).put(LEASE))).isEqualTo(STALE);
  }

  @Test
  void end_notNewerThanTheTombstone_isStale() {
    feed.send(alice(10).end(LEASE));
    assertThat(feed.send(alice(10).end(LEASE))).isEqualTo(STALE);
    assertThat(partner.send(alice(9).end(LEASE))).isEqualTo(STALE);
    assertThat(store.tombstone(LEASE).orElseThrow().cltt()).isEqualTo(instant(10));
  }

  @ParameterizedTest
  @EnumSource(names = {"RELEASED", "EXPIRED", "REMOVED"})
  void end_byAClientThatDoesNotHoldIt_isStaleEvenIfNewer(EndReason reason) {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(bob(20).end(LEASE, reason))).isEqualTo(STALE);
    assertThat(partner.send(bob(10).end(LEASE, reason))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
  }

  @Test
  void decline_byAnotherClient_endsItWhoeverHoldsIt() {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(bob(20).end(LEASE, EndReason.DECLINED))).isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
    assertThat(store.binding(link, BOB)).isEmpty();
  }

  @Test
  void decline_withoutClient_endsItWhoeverHoldsIt() {
    feed.send(alice(10).put(LEASE));
    assertThat(partner.send(ApplyExchange.ofNobody(20).end(LEASE, EndReason.DECLINED)))
        .isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
  }

  @Test
  void decline_withoutClientAtEqualTimeByAnotherFeeder_ends() {
    feed.send(alice(10).put(LEASE));
    assertThat(partner.send(ApplyExchange.ofNobody(10).end(LEASE, EndReason.DECLINED)))
        .isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
  }

  @Test
  void decline_byAnotherClientAtEqualTimeAndFeeder_leavesThePut() {
    feed.send(alice(10).put(LEASE));
    assertThat(partner.send(bob(10).end(LEASE, EndReason.DECLINED))).isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
  }

  @Test
  void decline_older_isStale() {
    feed.send(alice(10).put(LEASE));
    assertThat(feed.send(ApplyExchange.ofNobody(9).end(LEASE, EndReason.DECLINED)))
        .isEqualTo(STALE);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
  }

  @Test
  @DisplayName("3.6: the CLT is not moved by an expiry")
  void expiry_oneOfTwo_movesNoTimeOfTheBinding() {
    feed.send(alice(10).put(LEASE).put(OTHER).relayed("x").options("held"));
    feed.send(alice(20).end(LEASE, EndReason.EXPIRED).options("later"));
    BindingRecord held = store.binding(link, ALICE).orElseThrow();
    assertThat(held.cltt()).isEqualTo(instant(10));
    assertThat(held.relayData().isEmpty()).isFalse();
    assertThat(held.options().hex())
        .isEqualTo(bindery.model.Bytes.wrap(ApplyExchange.option("held").toByteArray()).hex());
  }

  @Test
  void removal_oneOfTwo_movesNoTimeOfTheBinding() {
    feed.send(alice(10).put(LEASE).put(OTHER));
    feed.send(alice(20).end(LEASE, EndReason.REMOVED));
    assertThat(store.binding(link, ALICE).orElseThrow().cltt()).isEqualTo(instant(10));
  }

  @Test
  @DisplayName("3.6: a release is an exchange and moves the CLT")
  void release_oneOfTwo_movesTheTimeOfTheBinding() {
    feed.send(alice(10).put(LEASE).put(OTHER));
    feed.send(alice(20).end(LEASE, EndReason.RELEASED));
    assertThat(store.binding(link, ALICE).orElseThrow().cltt()).isEqualTo(instant(20));
  }

  @Test
  @DisplayName("S-74: a change moves the last change to cluster time")
  void end_oneOfTwo_isAChangeAtClusterTime() {
    feed.send(alice(10).put(LEASE).put(OTHER));
    store.setNow(ApplyFixture.NOW + 70);
    feed.send(alice(20).end(LEASE, EndReason.EXPIRED));
    assertThat(store.binding(link, ALICE).orElseThrow().lastChange())
        .isEqualTo(instant(ApplyFixture.NOW + 70));
  }

  @Test
  void put_afterTheLeaseRanOut_takesItOver() {
    feed.send(alice(10).put(LEASE, 20, 30));
    assertThat(store.holder("2001:db8:1::1")).isEmpty();
    assertThat(feed.send(bob(50).put(LEASE))).isEqualTo(ACCEPTED);
    assertThat(store.holder("2001:db8:1::1")).contains(BOB);
    assertThat(store.binding(link, ALICE)).isEmpty();
  }
}
