package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.ItemResult;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.v1.RejectReason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On which link a lease is. */
class RulesOfLinksTest {
  private static final Duid ALICE = Samples.client(1);
  private static final LeaseKey LEASE = Samples.address("2001:db8:1::1");
  private static final LeaseKey FAR = Samples.address("2001:db8:2::1");
  private static final LeaseKey NOWHERE = Samples.address("2001:db8:ffff::1");
  private static final LeaseKey DELEGATED = Samples.prefix("2001:db8:f000::/56");
  private static final int NO_LINK = 0;

  private final ApplyFixture store;
  private final int one;
  private final int two;
  private final ApplyFixture.Feed feed;

  RulesOfLinksTest(@TempDir Path temp) {
    store = new ApplyFixture(temp);
    one =
        store
            .putLink(
                ApplyFixture.link("edge-1", "2001:db8:1::/64")
                    .addSubnets(ApplyFixture.subnet("kea", 17)))
            .getLink()
            .getLink()
            .getId();
    two =
        store
            .putLink(
                ApplyFixture.link("edge-2", "2001:db8:2::/64")
                    .addPools(ApplyFixture.prefix("2001:db8:f000::/40"))
                    .addAliases(ApplyFixture.octets("fe80::2"))
                    .addSubnets(ApplyFixture.subnet("kea", 18)))
            .getLink()
            .getLink()
            .getId();
    feed = store.feed("kea", "a");
  }

  @AfterEach
  void verify() {
    assertThat(store.verify().faults()).isEmpty();
    store.close();
  }

  private static ApplyExchange alice(long clt) {
    return ApplyExchange.of(ALICE, clt);
  }

  private void assertOn(int link, LeaseKey... leases) {
    assertThat(store.binding(link, ALICE).orElseThrow().leases()).containsOnlyKeys(leases);
  }

  @Test
  void put_linkIsNamed_isThereWhateverElseIsSaid() {
    feed.send(alice(10).link("edge-2").subnet(17).linkAddress("2001:db8:1::9").put(LEASE));
    assertOn(two, LEASE);
    assertThat(store.binding(one, ALICE)).isEmpty();
  }

  @Test
  void put_linkNameIsUnknown_isRejectedByName() {
    ItemResult result = feed.send(alice(10).link("edge-9").put(LEASE));
    assertThat(result.getOutcome()).isEqualTo(ItemResult.Outcome.REJECTED);
    assertThat(result.getReason()).isEqualTo(RejectReason.UNKNOWN_LINK_VALUE);
    assertThat(result.getMessage()).contains("edge-9");
    assertThat(store.verify().bindings()).isZero();
  }

  @Test
  void put_rejectedOne_holdsUpNoOther() {
    var group =
        store.group(
            feed.group(
                1,
                alice(10).link("edge-9").put(LEASE).item(),
                alice(10).link("edge-1").put(LEASE).item()));
    assertThat(group.getItemsList()).extracting(ItemResult::getIndex).containsExactly(0);
    assertThat(group.getLastSequence()).isEqualTo(2);
    assertOn(one, LEASE);
  }

  @Test
  void put_subnetOfTheSource_isOnItsLink() {
    feed.send(alice(10).subnet(18).linkAddress("2001:db8:1::9").put(LEASE));
    assertOn(two, LEASE);
  }

  @Test
  void put_subnetOfAnotherSource_saysNothing() {
    store.feed("isc", "c").send(alice(10).subnet(18).put(LEASE));
    assertOn(one, LEASE);
  }

  @Test
  @DisplayName("3.7.5: the innermost non-zero link-address decides")
  void put_linkAddress_isOnTheLinkAroundIt() {
    feed.send(alice(10).relayed("x").linkAddress("2001:db8:2::9").put(LEASE));
    assertOn(two, LEASE);
  }

  @Test
  @DisplayName("3.7.4: an alias means its link")
  void put_linkAddressIsAnAlias_isOnItsLink() {
    feed.send(alice(10).linkAddress("fe80::2").put(NOWHERE));
    assertOn(two, NOWHERE);
  }

  @Test
  void put_linkAddressInTwoPrefixes_isOnTheLongest() {
    int wide = store.addLink("wide", "2001:db8::/32");
    feed.send(alice(10).linkAddress("2001:db8:2::9").put(NOWHERE));
    feed.send(alice(10).linkAddress("2001:db8:7::9").put(LEASE));
    assertOn(two, NOWHERE);
    assertOn(wide, LEASE);
  }

  @Test
  @DisplayName("3.7.3: a binding belongs to its link wherever its own prefix lies (S-69)")
  void put_delegatedPrefixWithLinkAddress_isFoundByThatLink() {
    feed.send(alice(10).linkAddress("2001:db8:1::9").put(DELEGATED));
    assertThat(store.find(new Selector.ByLink(List.of(one))))
        .containsExactly(new BindingKey(one, ALICE));
  }

  @Test
  void renewal_withoutAnyHint_staysWhereTheLeaseIs() {
    feed.send(alice(10).link("edge-2").put(LEASE));
    feed.send(alice(20).put(LEASE));
    assertOn(two, LEASE);
    assertThat(store.binding(one, ALICE)).isEmpty();
  }

  @Test
  void renewal_withAHint_movesTheLeaseInTheSameWrite() {
    feed.send(alice(10).link("edge-2").put(LEASE).put(FAR));
    feed.send(alice(20).link("edge-1").put(LEASE));
    assertOn(one, LEASE);
    assertOn(two, FAR);
  }

  @Test
  void put_prefixAroundTheAddress_isOnThatLink() {
    feed.send(alice(10).put(LEASE).put(FAR));
    assertOn(one, LEASE);
    assertOn(two, FAR);
  }

  @Test
  void put_poolAroundThePrefix_isOnThatLink() {
    feed.send(alice(10).put(DELEGATED));
    assertOn(two, DELEGATED);
  }

  @Test
  void put_poolOfSeveralLinks_decidesNothing() {
    store.putLink(
        ApplyFixture.link("edge-3", "2001:db8:3::/64")
            .addPools(ApplyFixture.prefix("2001:db8:f000::/40")));
    feed.send(alice(10).put(DELEGATED));
    assertOn(NO_LINK, DELEGATED);
  }

  @Test
  void put_besideAnAddressOfTheSameExchange_isOnItsLink() {
    feed.send(alice(10).put(NOWHERE).put(LEASE));
    assertOn(one, LEASE, NOWHERE);
    assertThat(store.binding(NO_LINK, ALICE)).isEmpty();
  }

  @Test
  @DisplayName("S-64: what is on no known link is still found by client")
  void put_nothingFits_isOnNoLinkAndStillFound() {
    feed.send(alice(10).put(NOWHERE).relayed("x").relay(Samples.RELAY));
    assertOn(NO_LINK, NOWHERE);
    BindingKey key = new BindingKey(NO_LINK, ALICE);
    assertThat(store.find(new Selector.ByClient(ALICE, List.of()))).containsExactly(key);
    assertThat(store.find(new Selector.ByRelay(Samples.RELAY, List.of()))).containsExactly(key);
    assertThat(store.holder("2001:db8:ffff::1")).contains(ALICE);
  }

  @Test
  @DisplayName("S-63: an address inside a delegated prefix is its client's")
  void put_delegatedPrefix_answersForAddressesInside() {
    feed.send(alice(10).put(DELEGATED));
    assertThat(store.holder("2001:db8:f000::1234")).contains(ALICE);
    assertThat(store.holder("2001:db8:f000:100::1")).isEmpty();
  }
}
