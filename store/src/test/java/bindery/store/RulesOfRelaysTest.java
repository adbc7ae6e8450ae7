package bindery.store;

import static bindery.store.ApplyFixture.instant;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.ItemResult;
import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an exchange does to the binding as a whole: its CLT, relays, ids and options. */
class RulesOfRelaysTest {
  private static final Duid ALICE = Samples.client(1);
  private static final Duid BOB = Samples.client(2);
  private static final Duid NEW_RELAY = Duid.parse("00:02:00:00:ab:cd:02");
  private static final RemoteId NEW_REMOTE = RemoteId.parse("32473:7032");
  private static final LeaseKey LEASE = Samples.address("2001:db8:1::1");
  private static final LeaseKey OTHER = Samples.address("2001:db8:1::2");

  private final ApplyFixture store;
  private final int link;
  private final ApplyFixture.Feed feed;
  private final ApplyFixture.Feed partner;

  RulesOfRelaysTest(@TempDir Path temp) {
    store = new ApplyFixture(temp);
    link = store.addLink("edge-1", "2001:db8:1::/64");
    feed = store.feed("kea", "a");
    partner = store.feed("kea", "b");
    feed.send(old(10).put(LEASE));
  }

  @AfterEach
  void verify() {
    assertThat(store.verify().faults()).isEmpty();
    store.close();
  }

  private static ApplyExchange old(long clt) {
    return ApplyExchange.of(ALICE, clt)
        .relayed("old")
        .relay(Samples.RELAY)
        .remote(Samples.REMOTE)
        .options("old");
  }

  private static ApplyExchange relayed(long clt) {
    return ApplyExchange.of(ALICE, clt)
        .relayed("new")
        .relay(NEW_RELAY)
        .remote(NEW_REMOTE)
        .options("new");
  }

  private BindingRecord held() {
    return store.binding(link, ALICE).orElseThrow();
  }

  private static Bytes relayData(String text) {
    return Bytes.of(("peer address 16o" + text).getBytes(StandardCharsets.UTF_8));
  }

  private static Bytes option(String text) {
    return Bytes.wrap(ApplyExchange.option(text).toByteArray());
  }

  private void assertOld(long clt) {
    BindingRecord held = held();
    assertThat(held.cltt()).isEqualTo(instant(clt));
    assertThat(held.relayData()).isEqualTo(relayData("old"));
    assertThat(held.relayIds()).containsExactly(Samples.RELAY);
    assertThat(held.remoteIds()).containsExactly(Samples.REMOTE);
    assertThat(held.options()).isEqualTo(option("old"));
  }

  private void assertNew(long clt) {
    BindingRecord held = held();
    assertThat(held.cltt()).isEqualTo(instant(clt));
    assertThat(held.relayData()).isEqualTo(relayData("new"));
    assertThat(held.relayIds()).containsExactly(NEW_RELAY);
    assertThat(held.remoteIds()).containsExactly(NEW_REMOTE);
    assertThat(held.options()).isEqualTo(option("new"));
  }

  @Test
  @DisplayName("S-55: relay data is kept as it was fed; S-68: so are the ids")
  void put_relayed_keepsAllThatTheRelaySaid() {
    assertOld(10);
  }

  @Test
  @DisplayName("3.8, S-70: the newest relayed exchange replaces the whole set")
  void put_newerRelayed_replacesDataAndIds() {
    feed.send(relayed(11).put(LEASE));
    assertNew(11);
    assertThat(store.find(new Selector.ByRemote(Samples.REMOTE, List.of()))).isEmpty();
    assertThat(store.find(new Selector.ByRelay(Samples.RELAY, List.of()))).isEmpty();
    assertThat(store.find(new Selector.ByRemote(NEW_REMOTE, List.of())))
        .containsExactly(new BindingKey(link, ALICE));
    assertThat(store.find(new Selector.ByRelay(NEW_RELAY, List.of())))
        .containsExactly(new BindingKey(link, ALICE));
  }

  @Test
  @DisplayName("3.8: every hop's id is indexed")
  void put_severalIds_areAllFound() {
    feed.send(relayed(11).relay(Samples.RELAY).remote(Samples.REMOTE).put(LEASE));
    assertThat(held().relayIds()).containsExactly(Samples.RELAY, NEW_RELAY);
    assertThat(store.find(new Selector.ByRelay(Samples.RELAY, List.of()))).hasSize(1);
    assertThat(store.find(new Selector.ByRelay(NEW_RELAY, List.of()))).hasSize(1);
    assertThat(store.find(new Selector.ByRemote(Samples.REMOTE, List.of()))).hasSize(1);
    assertThat(store.find(new Selector.ByRemote(NEW_REMOTE, List.of()))).hasSize(1);
  }

  @Test
  void put_relayedWithoutIds_dropsThem() {
    feed.send(ApplyExchange.of(ALICE, 11).relayed("new").put(LEASE));
    assertThat(held().relayIds()).isEmpty();
    assertThat(held().remoteIds()).isEmpty();
    assertThat(held().relayData()).isEqualTo(relayData("new"));
  }

  @Test
  @DisplayName("3.8, S-54: a direct exchange drops relay data and keeps the ids")
  void put_newerDirect_dropsDataAndKeepsIds() {
    feed.send(ApplyExchange.of(ALICE, 11).put(LEASE).options("new"));
    BindingRecord held = held();
    assertThat(held.relayData().isEmpty()).isTrue();
    assertThat(held.relayIds()).containsExactly(Samples.RELAY);
    assertThat(held.remoteIds()).containsExactly(Samples.REMOTE);
    assertThat(held.options()).isEqualTo(option("new"));
    assertThat(store.find(new Selector.ByRelay(Samples.RELAY, List.of()))).hasSize(1);
  }

  @Test
  @DisplayName("3.6: any exchange moves the CLT")
  void seen_relayed_replacesDataAndIds() {
    feed.send(relayed(11).seen(LEASE));
    assertNew(11);
  }

  @Test
  void seen_direct_dropsDataAndKeepsIds() {
    feed.send(ApplyExchange.of(ALICE, 11).seen(LEASE));
    assertThat(held().relayData().isEmpty()).isTrue();
    assertThat(held().relayIds()).containsExactly(Samples.RELAY);
    assertThat(held().cltt()).isEqualTo(instant(11));
  }

  @Test
  void put_newLeaseByAnOlderExchange_leavesTheBindingsOwn() {
    feed.send(relayed(9).put(OTHER));
    assertOld(10);
    assertThat(held().leases()).containsOnlyKeys(LEASE, OTHER);
  }

  @Test
  void put_newLeaseByAnExchangeOfTheSameTime_replacesTheBindingsOwn() {
    partner.send(relayed(10).put(OTHER));
    assertNew(10);
  }

  @Test
  void copy_newLeaseAtTheSameTime_leavesTheBindingsOwn() {
    partner.send(relayed(10).put(OTHER).copy());
    assertOld(10);
    assertThat(held().leases()).containsOnlyKeys(LEASE, OTHER);
  }

  @Test
  void copy_newer_replacesTheBindingsOwn() {
    partner.send(relayed(11).put(OTHER).copy());
    assertNew(11);
  }

  @Test
  void put_besideTheEndOfTheLastLease_isJudgedByTheTimeHeldBefore() {
    feed.send(old(20).seen(LEASE));
    feed.send(relayed(15).end(LEASE).put(OTHER));
    assertOld(20);
    assertThat(held().leases()).containsOnlyKeys(OTHER);
  }

  @Test
  void put_allLeasesStale_leavesTheBindingsOwn() {
    feed.send(ApplyExchange.of(BOB, 30).put(OTHER));
    assertThat(feed.send(relayed(20).put(OTHER)).getOutcome()).isEqualTo(ItemResult.Outcome.STALE);
    assertOld(10);
  }

  @Test
  void exchange_namesALinkAndNoLease_movesTheBindingThere() {
    assertThat(feed.send(relayed(11).link("edge-1"))).isEqualTo(ItemResult.getDefaultInstance());
    assertNew(11);
    assertThat(store.lease(link, ALICE, LEASE).granted()).isEqualTo(instant(10));
  }

  @Test
  void exchange_namesNoLeaseAndIsOlder_isStaleAndChangesNothing() {
    ItemResult result = feed.send(relayed(9).link("edge-1"));
    assertThat(result.getOutcome()).isEqualTo(ItemResult.Outcome.STALE);
    assertThat(result.getStaleLeasesList()).isEmpty();
    assertOld(10);
  }

  @Test
  void exchange_namesNoLeaseAndTheLinkAddress_movesTheBindingThere() {
    feed.send(relayed(11).linkAddress("2001:db8:1::ffff"));
    assertNew(11);
  }

  @Test
  void exchange_namesNoLeaseOfAnUnknownClient_makesNoBinding() {
    feed.send(ApplyExchange.of(BOB, 11).relayed("x").relay(NEW_RELAY).link("edge-1"));
    assertThat(store.binding(link, BOB)).isEmpty();
    assertThat(store.find(new Selector.ByRelay(NEW_RELAY, List.of()))).isEmpty();
  }

  @Test
  void put_leaseOnAnotherLink_leavesTheBindingHereAsItIs() {
    int far = store.addLink("edge-2", "2001:db8:2::/64");
    feed.send(relayed(11).put(Samples.address("2001:db8:2::1")));
    assertOld(10);
    BindingRecord there = store.binding(far, ALICE).orElseThrow();
    assertThat(there.cltt()).isEqualTo(instant(11));
    assertThat(there.relayIds()).containsExactly(NEW_RELAY);
  }

  @Test
  @DisplayName("S-64: a client on two links has two bindings")
  void put_oneExchangeOnTwoLinks_changesBoth() {
    int far = store.addLink("edge-2", "2001:db8:2::/64");
    feed.send(relayed(11).put(LEASE).put(Samples.address("2001:db8:2::1")));
    assertNew(11);
    assertThat(store.binding(far, ALICE).orElseThrow().relayIds()).containsExactly(NEW_RELAY);
    assertThat(store.find(new Selector.ByClient(ALICE, List.of())))
        .containsExactly(new BindingKey(link, ALICE), new BindingKey(far, ALICE));
    assertThat(store.find(new Selector.ByRelay(NEW_RELAY, List.of(far))))
        .containsExactly(new BindingKey(far, ALICE));
  }

  @Test
  void view_afterIdsWereCarried_saysSo() {
    try (StoreView view = store.view()) {
      assertThat(view.hasCarriedRelayIds()).isTrue();
      assertThat(view.hasCarriedRemoteIds()).isTrue();
    }
  }
}
