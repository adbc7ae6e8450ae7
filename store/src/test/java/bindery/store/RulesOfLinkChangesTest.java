package bindery.store;

import static bindery.store.ApplyFixture.instant;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Command;
import bindery.log.v1.DeleteLink;
import bindery.log.v1.Link;
import bindery.log.v1.PutLink;
import bindery.log.v1.Refusal;
import bindery.log.v1.RemoveSource;
import bindery.log.v1.Result;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.LeaseKey;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of links, and how bindings follow them. */
class RulesOfLinkChangesTest {
  private static final Duid ALICE = Samples.client(1);
  private static final Duid BOB = Samples.client(2);
  private static final LeaseKey LEASE = Samples.address("2001:db8:1::1");
  private static final LeaseKey OTHER = Samples.address("2001:db8:1::2");
  private static final LeaseKey FAR = Samples.address("2001:db8:2::1");
  private static final int NO_LINK = 0;

  private static final LeaseKey PD = Samples.prefix("2001:db8:f000::/56");

  private final ApplyFixture store;
  private final ApplyFixture.Feed feed;

  RulesOfLinkChangesTest(@TempDir Path temp) {
    store = new ApplyFixture(temp);
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

  private Result put(Link.Builder link, long expectedVersion) {
    return store.apply(
        Command.newBuilder()
            .setPutLink(PutLink.newBuilder().setLink(link).setExpectedVersion(expectedVersion)));
  }

  private void assertOn(int link, LeaseKey... leases) {
    assertThat(store.binding(link, ALICE).orElseThrow().leases()).containsOnlyKeys(leases);
  }

  @Test
  void put_newLink_getsIdAndVersion() {
    Link made = store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64")).getLink().getLink();
    assertThat(made.getId()).isPositive();
    assertThat(made.getVersion()).isEqualTo(1);
    assertThat(made.getName()).isEqualTo("edge-1");
    try (StoreView view = store.view()) {
      assertThat(view.topology().links()).containsExactly(made);
      assertThat(view.topology().byName("edge-1")).contains(made);
      assertThat(view.topology().byId(made.getId())).contains(made);
    }
  }

  @Test
  void put_again_keepsTheIdAndCountsTheVersion() {
    int id = store.addLink("edge-1", "2001:db8:1::/64");
    Link.Builder wanted = ApplyFixture.link("edge-1", "2001:db8:7::/64").setId(99).setVersion(77);
    Link made = store.putLink(wanted).getLink().getLink();
    assertThat(made.getId()).isEqualTo(id);
    assertThat(made.getVersion()).isEqualTo(2);
    assertThat(made.getPrefixesList()).containsExactly(ApplyFixture.prefix("2001:db8:7::/64"));
  }

  @Test
  @DisplayName("3.7.2: containment, and the union of all links around")
  void topology_overlappingPrefixes_areAllNamed() {
    int wide = store.addLink("wide", "2001:db8::/32");
    int narrow = store.addLink("narrow", "2001:db8:1::/64");
    try (StoreView view = store.view()) {
      Topology topology = view.topology();
      assertThat(topology.containing(Ipv6Address.parse("2001:db8:1::77")))
          .containsExactly(wide, narrow);
      assertThat(topology.containing(Ipv6Address.parse("2001:db8:2::77"))).containsExactly(wide);
      assertThat(topology.containing(Ipv6Address.parse("2001:db9::1"))).isEmpty();
    }
  }

  @Test
  void delete_thenPut_neverUsesTheIdAgain() {
    int first = store.addLink("edge-1", "2001:db8:1::/64");
    store.deleteLink("edge-1");
    int second = store.addLink("edge-1", "2001:db8:1::/64");
    assertThat(second).isGreaterThan(first);
  }

  @Test
  void put_expectedVersionIsAnother_isRefused() {
    Link.Builder link = ApplyFixture.link("edge-1", "2001:db8:1::/64");
    assertThat(put(link, 1).getRefusal().getCode()).isEqualTo(Refusal.Code.VERSION_MISMATCH);
    assertThat(put(link, 0).hasRefusal()).isFalse();
    assertThat(put(link, 0).getRefusal().getCode()).isEqualTo(Refusal.Code.VERSION_MISMATCH);
    assertThat(put(link, 1).getLink().getLink().getVersion()).isEqualTo(2);
  }

  @Test
  void delete_expectedVersionIsAnother_isRefused() {
    store.addLink("edge-1", "2001:db8:1::/64");
    Result refused =
        store.apply(
            Command.newBuilder()
                .setDeleteLink(DeleteLink.newBuilder().setName("edge-1").setExpectedVersion(2)));
    assertThat(refused.getRefusal().getCode()).isEqualTo(Refusal.Code.VERSION_MISMATCH);
    try (StoreView view = store.view()) {
      assertThat(view.topology().byName("edge-1")).isPresent();
    }
  }

  @Test
  void delete_unknownName_isNotFound() {
    assertThat(store.deleteLink("edge-9").getRefusal().getCode()).isEqualTo(Refusal.Code.NOT_FOUND);
  }

  @Test
  void put_subnetThatIsOnAnotherLink_isAConflict() {
    store.putLink(
        ApplyFixture.link("edge-1", "2001:db8:1::/64").addSubnets(ApplyFixture.subnet("kea", 17)));
    Link.Builder second =
        ApplyFixture.link("edge-2", "2001:db8:2::/64").addSubnets(ApplyFixture.subnet("kea", 17));
    assertThat(store.putLink(second).getRefusal().getCode()).isEqualTo(Refusal.Code.CONFLICT);
    try (StoreView view = store.view()) {
      assertThat(view.topology().byName("edge-2")).isEmpty();
    }
    Link.Builder otherSource =
        ApplyFixture.link("edge-2", "2001:db8:2::/64").addSubnets(ApplyFixture.subnet("isc", 17));
    assertThat(store.putLink(otherSource).hasRefusal()).isFalse();
  }

  @Test
  void put_linkAroundWhatIsOnNoLink_takesItIn() {
    feed.send(alice(10).put(LEASE).relayed("x").relay(Samples.RELAY));
    assertOn(NO_LINK, LEASE);
    Result result = store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64"));
    assertThat(result.getLink().getBindingsMoved()).isEqualTo(1);
    int id = result.getLink().getLink().getId();
    assertOn(id, LEASE);
    assertThat(store.binding(NO_LINK, ALICE)).isEmpty();
    assertThat(store.find(new Selector.ByRelay(Samples.RELAY, List.of(id)))).hasSize(1);
  }

  @Test
  void put_longerPrefixOnAnotherLink_takesTheLeasesInIt() {
    int wide = store.addLink("wide", "2001:db8::/32");
    feed.send(alice(10).put(LEASE).put(FAR));
    Result result = store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64"));
    assertOn(result.getLink().getLink().getId(), LEASE);
    assertOn(wide, FAR);
  }

  @Test
  void put_prefixTakenAway_leavesItsLeasesOnNoLink() {
    int id = store.addLink("edge-1", "2001:db8:1::/64", "2001:db8:2::/64");
    feed.send(alice(10).put(LEASE));
    feed.send(alice(11).put(FAR));
    assertThat(
            store
                .putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64"))
                .getLink()
                .getBindingsMoved())
        .isEqualTo(1);
    assertOn(id, LEASE);
    assertOn(NO_LINK, FAR);
  }

  @Test
  void put_prefixTakenAway_leavesWhatIsBesideAnAddressOfTheSameExchange() {
    int id = store.addLink("edge-1", "2001:db8:1::/64", "2001:db8:2::/64");
    feed.send(alice(10).put(LEASE).put(FAR));
    Result result = store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64"));
    assertThat(result.getLink().getBindingsMoved()).isZero();
    assertOn(id, LEASE, FAR);
  }

  @Test
  void put_nothingToMove_movesNone() {
    store.addLink("edge-1", "2001:db8:1::/64");
    feed.send(alice(10).put(LEASE));
    Result result = store.putLink(ApplyFixture.link("edge-9", "2001:db8:9::/64"));
    assertThat(result.getLink().getBindingsMoved()).isZero();
  }

  @Test
  void delete_linkWithBindings_leavesThemOnNoLinkAndFound() {
    int id = store.addLink("edge-1", "2001:db8:1::/64");
    feed.send(alice(10).put(LEASE));
    Result result = store.deleteLink("edge-1");
    assertThat(result.hasRefusal()).isFalse();
    assertThat(result.getLink().getBindingsMoved()).isEqualTo(1);
    assertThat(store.binding(id, ALICE)).isEmpty();
    assertOn(NO_LINK, LEASE);
    assertThat(store.holder("2001:db8:1::1")).contains(ALICE);
  }

  @Test
  void delete_thenPutUnderTheSameName_takesThemInByTheirHint() {
    store.addLink("edge-1", "2001:db8:1::/64");
    feed.send(alice(10).link("edge-1").put(FAR));
    store.deleteLink("edge-1");
    assertOn(NO_LINK, FAR);
    int again = store.addLink("edge-1", "2001:db8:1::/64");
    assertOn(again, FAR);
  }

  @Test
  void put_subnetMovesToAnotherLink_movesWhatWasFedWithIt() {
    int one =
        store
            .putLink(
                ApplyFixture.link("edge-1", "2001:db8:1::/64")
                    .addSubnets(ApplyFixture.subnet("kea", 17)))
            .getLink()
            .getLink()
            .getId();
    feed.send(alice(10).subnet(17).put(LEASE));
    assertOn(one, LEASE);
    store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64"));
    assertOn(one, LEASE);
    Result moved =
        store.putLink(
            ApplyFixture.link("edge-2", "2001:db8:2::/64")
                .addSubnets(ApplyFixture.subnet("kea", 17)));
    assertOn(moved.getLink().getLink().getId(), LEASE);
  }

  @Test
  void put_linkChangesAfterARenewalWithoutHint_leavesTheLeaseWhereItIs() {
    store.addLink("edge-1", "2001:db8:1::/64");
    int two = store.addLink("edge-2", "2001:db8:2::/64");
    feed.send(alice(10).link("edge-2").put(LEASE));
    feed.send(alice(20).put(LEASE));
    store.addLink("edge-2", "2001:db8:2::/64", "2001:db8:3::/64");
    assertOn(two, LEASE);
  }

  // The relay's loopback, say, came as link-address: it is on no link, and says nothing new.
  @Test
  void put_otherLinkAfterARenewalWhoseHintLeadsNowhere_leavesTheLeaseWhereItIs() {
    int one = store.addLink("edge-1", "2001:db8:1::/64");
    feed.send(alice(10).linkAddress("2001:db8:1::ff").put(PD));
    feed.send(alice(20).linkAddress("2001:db8:ff::1").put(PD));
    assertOn(one, PD);

    store.addLink("edge-9", "2001:db8:9::/64");

    assertOn(one, PD);
  }

  // Its subnet id was the removed source's own; nobody else told where the lease is.
  @Test
  void put_otherLinkAfterTheHintsSourceWasRemoved_leavesTheLeaseWhereItIs() {
    ApplyFixture.Feed partner = store.feed("kea2", "a");
    int one =
        store
            .putLink(
                ApplyFixture.link("edge-1", "2001:db8:1::/64")
                    .addSubnets(ApplyFixture.subnet("kea", 17)))
            .getLink()
            .getLink()
            .getId();
    feed.send(alice(10).subnet(17).put(PD));
    partner.send(alice(10).put(PD).copy());
    store.apply(Command.newBuilder().setRemoveSource(RemoveSource.newBuilder().setSource("kea")));
    store.stepAll();

    store.addLink("edge-9", "2001:db8:9::/64");

    assertOn(one, PD);
    store.deleteLink("edge-1");
    assertThat(store.binding(one, ALICE)).isEmpty();
    assertOn(0, PD);
  }

  // Leases of a deleted link may go to any other, by place or by another of their hints.
  @Test
  void delete_whileItIsCarriedOut_concernsEveryLink(@TempDir Path temp) {
    try (ApplyFixture stepped = new ApplyFixture(temp, new JobLimits(1, 1_000, 1, 1))) {
      ApplyFixture.Feed many = stepped.feed("kea", "a");
      int one = stepped.addLink("edge-1", "2001:db8:1::/64");
      int two = stepped.addLink("edge-2", "2001:db8:2::/64");
      for (int i = 1; i <= 3; i++) {
        many.send(
            ApplyExchange.of(Samples.client(i), 10)
                .link("edge-1")
                .put(Samples.address("2001:db8:2::" + i)));
      }
      stepped.deleteLink("edge-1");

      assertThat(stepped.jobs().get(0).getRehome().getLinksList()).containsExactly(one, two);
      stepped.stepAll();
      assertThat(stepped.binding(two, ALICE)).isPresent();
    }
  }

  @Test
  void put_bindingThereAlready_takesWhatIsOfTheNewerExchange() {
    int one = store.addLink("edge-1", "2001:db8:1::/64");
    feed.send(alice(10).put(LEASE).relayed("old").relay(Samples.RELAY));
    feed.send(alice(20).put(FAR).relayed("new").remote(Samples.REMOTE));
    assertOn(NO_LINK, FAR);
    store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64", "2001:db8:2::/64"));
    assertOn(one, LEASE, FAR);
    BindingRecord merged = store.binding(one, ALICE).orElseThrow();
    assertThat(merged.cltt()).isEqualTo(instant(20));
    assertThat(merged.relayIds()).isEmpty();
    assertThat(merged.remoteIds()).containsExactly(Samples.REMOTE);
    assertThat(store.binding(NO_LINK, ALICE)).isEmpty();
  }

  @Test
  void put_bindingThereIsNewer_keepsItsOwn() {
    int one = store.addLink("edge-1", "2001:db8:1::/64");
    feed.send(alice(20).put(LEASE).relayed("new").relay(Samples.RELAY));
    feed.send(alice(10).put(FAR).relayed("old").remote(Samples.REMOTE));
    store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64", "2001:db8:2::/64"));
    BindingRecord merged = store.binding(one, ALICE).orElseThrow();
    assertThat(merged.leases()).containsOnlyKeys(LEASE, FAR);
    assertThat(merged.cltt()).isEqualTo(instant(20));
    assertThat(merged.relayIds()).containsExactly(Samples.RELAY);
    assertThat(merged.remoteIds()).isEmpty();
  }

  @Test
  void put_severalBindings_areCounted() {
    feed.send(alice(10).put(LEASE));
    feed.send(ApplyExchange.of(BOB, 10).put(OTHER));
    feed.send(ApplyExchange.of(Samples.client(3), 10).put(FAR));
    Result result = store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64"));
    assertThat(result.getLink().getBindingsMoved()).isEqualTo(2);
  }
}
