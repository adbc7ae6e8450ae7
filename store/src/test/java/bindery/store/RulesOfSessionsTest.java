package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Alive;
import bindery.log.v1.Apply;
import bindery.log.v1.ApplyResult;
import bindery.log.v1.Command;
import bindery.log.v1.Group;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Identity;
import bindery.log.v1.Item;
import bindery.log.v1.ItemResult;
import bindery.log.v1.Refusal;
import bindery.log.v1.Result;
import bindery.log.v1.SetCluster;
import bindery.log.v1.Settings;
import bindery.log.v1.Void;
import bindery.model.Duid;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions and sequences of feeders, and what the cluster goes by. */
class RulesOfSessionsTest {
  private static final Item ALIVE = Item.newBuilder().setAlive(Alive.getDefaultInstance()).build();

  private final ApplyFixture store;

  RulesOfSessionsTest(@TempDir Path temp) {
    store = new ApplyFixture(temp);
  }

  @AfterEach
  void verify() {
    assertThat(store.verify().faults()).isEmpty();
    store.close();
  }

  private static Item put(int number) {
    return ApplyExchange.of(Samples.client(number), 10)
        .put(Samples.address("2001:db8::" + number))
        .item();
  }

  private static List<ItemResult.Outcome> outcomes(GroupResult group) {
    return group.getItemsList().stream().map(ItemResult::getOutcome).toList();
  }

  private static Identity identity(String cluster) {
    return Identity.newBuilder()
        .setCluster(cluster)
        .setDuid(ByteString.copyFrom(Samples.RELAY.octets().toArray()))
        .setIncarnation(
            ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6}))
        .build();
  }

  // Opening.

  @Test
  void open_newFeeder_startsAtNothing() {
    Result result = store.open("kea", "a", 5);
    assertThat(result.hasRefusal()).isFalse();
    assertThat(result.getOpen().getSession()).isEqualTo(store.index());
    assertThat(result.getOpen().getLastSequence()).isZero();
    assertThat(result.getOpen().getSyncOpen()).isFalse();
  }

  @Test
  void open_heldEpoch_resumes() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.group(feed.group(1, put(1), put(2)));
    Result result = store.open("kea", "a", 1);
    assertThat(result.getOpen().getLastSequence()).isEqualTo(2);
    assertThat(result.getOpen().getSession()).isEqualTo(store.index()).isNotEqualTo(feed.session());
  }

  @Test
  void open_higherEpoch_startsOver() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.group(feed.group(1, put(1), put(2)));
    assertThat(store.open("kea", "a", 2).getOpen().getLastSequence()).isZero();
  }

  @Test
  void open_lowerEpoch_isFencedWithTheHeldOne() {
    store.open("kea", "a", 7);
    Result result = store.open("kea", "a", 6);
    assertThat(result.getRefusal().getCode()).isEqualTo(Refusal.Code.FENCED);
    assertThat(result.getRefusal().getHeldEpoch()).isEqualTo(7);
    assertThat(result.hasOpen()).isFalse();
  }

  @Test
  void open_refused_fencesNobody() {
    store.open("kea", "a", 7);
    long session = store.index();
    store.open("kea", "a", 6);
    GroupResult group =
        store.group(
            Group.newBuilder()
                .setSource("kea")
                .setFeeder("a")
                .setSession(session)
                .setFirstSequence(1)
                .addItems(put(1)));
    assertThat(group.hasRefusal()).isFalse();
  }

  @Test
  void open_sameFeederNameOfAnotherSource_isAnotherFeeder() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.group(feed.group(1, put(1)));
    assertThat(store.open("isc", "a", 1).getOpen().getLastSequence()).isZero();
    assertThat(store.group(feed.group(2, put(2))).hasRefusal()).isFalse();
  }

  @Test
  void open_clusterHasAnIncarnation_tellsIt() {
    store.apply(
        Command.newBuilder().setSetCluster(SetCluster.newBuilder().setIdentity(identity("c"))));
    assertThat(store.open("kea", "a", 1).getOpen().getIncarnation())
        .isEqualTo(identity("c").getIncarnation());
  }

  // Groups.

  @Test
  void group_ofAnOlderSession_isFencedAndChangesNothing() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.open("kea", "a", 1);
    GroupResult group = store.group(feed.group(1, put(1)));
    assertThat(group.getRefusal().getCode()).isEqualTo(Refusal.Code.FENCED);
    assertThat(group.getLastSequence()).isZero();
    assertThat(store.verify().bindings()).isZero();
  }

  @Test
  void group_ofAFeederThatNeverOpened_isFenced() {
    GroupResult group =
        store.group(
            Group.newBuilder()
                .setSource("kea")
                .setFeeder("a")
                .setSession(1)
                .setFirstSequence(1)
                .addItems(put(1)));
    assertThat(group.getRefusal().getCode()).isEqualTo(Refusal.Code.FENCED);
    assertThat(store.verify().bindings()).isZero();
  }

  @Test
  void group_behindAGap_isRefusedAndChangesNothing() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.group(feed.group(1, put(1)));
    GroupResult group = store.group(feed.group(3, put(3)));
    assertThat(group.getRefusal().getCode()).isEqualTo(Refusal.Code.GAP);
    assertThat(group.getLastSequence()).isEqualTo(1);
    assertThat(store.verify().bindings()).isEqualTo(1);
    assertThat(store.group(feed.group(2, put(2), put(3))).hasRefusal()).isFalse();
    assertThat(store.verify().bindings()).isEqualTo(3);
  }

  @Test
  void group_resentWithMore_skipsWhatWasSeenOneByOne() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.group(feed.group(1, put(1), put(2)));
    GroupResult group = store.group(feed.group(1, put(1), put(2), put(3)));
    assertThat(group.hasRefusal()).isFalse();
    assertThat(group.getLastSequence()).isEqualTo(3);
    assertThat(outcomes(group))
        .containsExactly(ItemResult.Outcome.SEEN_BEFORE, ItemResult.Outcome.SEEN_BEFORE);
    assertThat(group.getItemsList()).extracting(ItemResult::getIndex).containsExactly(0, 1);
    assertThat(store.verify().bindings()).isEqualTo(3);
  }

  @Test
  void group_resent_changesNothing() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.group(feed.group(1, put(1), put(2)));
    var before = store.verify().contentHash();
    GroupResult group = store.group(feed.group(1, put(1), put(2)));
    assertThat(outcomes(group)).containsOnly(ItemResult.Outcome.SEEN_BEFORE).hasSize(2);
    assertThat(store.verify().contentHash()).isEqualTo(before);
  }

  @Test
  void group_afterAResume_skipsWhatTheOlderSessionSent() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.group(feed.group(1, put(1), put(2)));
    ApplyFixture.Feed again = store.feed("kea", "a");
    GroupResult group = store.group(again.group(2, put(2), put(3)));
    assertThat(outcomes(group)).containsExactly(ItemResult.Outcome.SEEN_BEFORE);
    assertThat(group.getLastSequence()).isEqualTo(3);
  }

  @Test
  void groups_ofSeveralFeeders_areJudgedEachByItself() {
    ApplyFixture.Feed one = store.feed("kea", "a");
    ApplyFixture.Feed two = store.feed("kea", "b");
    ApplyFixture.Feed three = store.feed("isc", "a");
    ApplyResult result =
        store
            .apply(
                Command.newBuilder()
                    .setApply(
                        Apply.newBuilder()
                            .addGroups(one.group(1, put(1)))
                            .addGroups(two.group(2, put(2)))
                            .addGroups(three.group(1, put(3)))
                            .addGroups(one.group(2, put(4)))))
            .getApply();
    assertThat(result.getGroupsList())
        .extracting(group -> group.getRefusal().getCode())
        .containsExactly(
            Refusal.Code.CODE_UNSPECIFIED,
            Refusal.Code.GAP,
            Refusal.Code.CODE_UNSPECIFIED,
            Refusal.Code.CODE_UNSPECIFIED);
    assertThat(result.getGroupsList())
        .extracting(GroupResult::getLastSequence)
        .containsExactly(1L, 0L, 1L, 2L);
    assertThat(store.verify().bindings()).isEqualTo(3);
  }

  @Test
  void items_aliveAndVoid_takeTheirPlaceAndAreNotTold() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    Item empty = Item.newBuilder().setVoid(Void.getDefaultInstance()).build();
    GroupResult group = store.group(feed.group(1, ALIVE, empty, put(1)));
    assertThat(group.getItemsList()).isEmpty();
    assertThat(group.getLastSequence()).isEqualTo(3);
  }

  // Other entries.

  @Test
  void entry_ofAKindThatIsNotKnown_isRefused() {
    assertThat(store.apply(Command.newBuilder()).getRefusal().getCode())
        .isEqualTo(Refusal.Code.NOT_SUPPORTED);
  }

  @Test
  void results_ofAnyEntry_tellRevisionAndClusterTime() {
    store.setNow(500);
    Result first = store.open("kea", "a", 1);
    assertThat(first.getRevision()).isEqualTo(store.index());
    assertThat(first.getClusterTimeMillis()).isEqualTo((ApplyFixture.START + 500) * 1_000);
    store.setNow(400);
    assertThat(store.open("kea", "a", 1).getClusterTimeMillis())
        .isEqualTo((ApplyFixture.START + 500) * 1_000);
  }

  @Test
  void setCluster_identity_isTakenOnce() {
    Command.Builder first =
        Command.newBuilder()
            .setSetCluster(
                SetCluster.newBuilder()
                    .setLevel(1)
                    .setIdentity(identity("edge-north"))
                    .setSettings(Settings.newBuilder().setRetainEndedSeconds(60)));
    assertThat(store.apply(first).hasRefusal()).isFalse();
    store.apply(
        Command.newBuilder().setSetCluster(SetCluster.newBuilder().setIdentity(identity("other"))));
    try (StoreView view = store.view()) {
      assertThat(view.cluster()).contains("edge-north");
      assertThat(view.clusterDuid()).contains(new Duid(Samples.RELAY.octets()));
      assertThat(view.level()).isEqualTo(1);
    }
  }

  @Test
  void setCluster_oneSetting_leavesTheOthers() {
    store.apply(
        Command.newBuilder()
            .setSetCluster(
                SetCluster.newBuilder()
                    .setSettings(
                        Settings.newBuilder()
                            .setRetainEndedSeconds(60)
                            .setSweepLimitPermille(100))));
    store.apply(
        Command.newBuilder()
            .setSetCluster(
                SetCluster.newBuilder()
                    .setSettings(Settings.newBuilder().setRetainEndedSeconds(0))));
    try (StoreView view = store.view()) {
      assertThat(view.settings())
          .isEqualTo(
              Settings.newBuilder().setRetainEndedSeconds(0).setSweepLimitPermille(100).build());
    }
  }

  @Test
  void sources_ofFeeders_areListedWithTheirSequences() {
    ApplyFixture.Feed feed = store.feed("kea", "a");
    store.group(feed.group(1, put(1), put(2)));
    try (StoreView view = store.view()) {
      assertThat(view.sources()).hasSize(1);
      assertThat(view.sources().get(0).getName()).isEqualTo("kea");
      assertThat(view.sources().get(0).getFeeders(0).getLastSequence()).isEqualTo(2);
      assertThat(view.sources().get(0).getLastItemMillis())
          .isEqualTo((ApplyFixture.START + ApplyFixture.NOW) * 1_000);
    }
  }
}
