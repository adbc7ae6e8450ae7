package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Alive;
import bindery.log.v1.Item;
import bindery.log.v1.Job;
import bindery.log.v1.LinkResult;
import bindery.log.v1.Settings;
import bindery.log.v1.StepResult;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work in steps: re-homing after a change of links, and the purge. */
class RulesOfJobsTest {
  private static final int NO_LINK = 0;
  private static final int CLIENTS = 9;

  private final ApplyFixture store;
  private final ApplyFixture.Feed feed;

  RulesOfJobsTest(@TempDir Path temp) {
    store = new ApplyFixture(temp, new JobLimits(2, 1_000, 1_000, 1_000));
    feed = store.feed("kea", "a");
  }

  @AfterEach
  void verify() {
    assertThat(store.verify().faults()).isEmpty();
    store.close();
  }

  private static LeaseKey address(int client) {
    return Samples.address("2001:db8:1::" + client);
  }

  private void feedAll() {
    for (int i = 1; i <= CLIENTS; i++) {
      feed.send(ApplyExchange.of(Samples.client(i), 10).put(address(i)));
    }
  }

  private int bindingsOn(int... links) {
    List<Integer> ids = Arrays.stream(links).boxed().toList();
    return store.find(new Selector.ByLink(ids)).size();
  }

  @Test
  void rehome_moreThanOneStep_goesOnUntilAllAreThere() {
    feedAll();
    LinkResult put = store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64")).getLink();
    int id = put.getLink().getId();
    assertThat(put.getBindingsMoved()).isEqualTo(2);
    assertThat(put.getJob()).isPositive();
    Job job = store.jobs().get(0);
    assertThat(job.getRehome().getLinksList()).containsExactly(id);
    assertThat(job.getVisited()).isEqualTo(2);
    while (!store.jobs().isEmpty()) {
      assertThat(bindingsOn(NO_LINK, id)).isEqualTo(CLIENTS); // each once, whatever is done yet
      store.stepOnce();
    }
    assertThat(bindingsOn(id)).isEqualTo(CLIENTS);
  }

  @Test
  void rehome_exchangeBetweenTheSteps_findsItsClientMoved() {
    feedAll();
    int id =
        store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64")).getLink().getLink().getId();
    Duid last = Samples.client(CLIENTS);
    feed.send(ApplyExchange.of(last, 20).seen(address(CLIENTS)));
    assertThat(store.binding(id, last).orElseThrow().leases()).containsOnlyKeys(address(CLIENTS));
    assertThat(store.binding(NO_LINK, last)).isEmpty();
    assertThat(bindingsOn(NO_LINK, id)).isEqualTo(CLIENTS);
    store.stepAll();
    assertThat(bindingsOn(id)).isEqualTo(CLIENTS);
  }

  @Test
  void rehome_leaseGoesToAnotherClientBetweenTheSteps_isThereOnce() {
    feedAll();
    int id =
        store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64")).getLink().getLink().getId();
    Duid heir = Samples.client(77);
    feed.send(ApplyExchange.of(heir, 20).put(address(CLIENTS)));
    assertThat(store.binding(id, heir)).isPresent();
    assertThat(bindingsOn(NO_LINK, id)).isEqualTo(CLIENTS);
    store.stepAll();
    assertThat(bindingsOn(id)).isEqualTo(CLIENTS);
    assertThat(bindingsOn(NO_LINK)).isZero();
  }

  @Test
  void rehome_linkChangedAgainMeanwhile_beginsAnew() {
    feedAll();
    int one =
        store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64")).getLink().getLink().getId();
    store.stepOnce();
    long before = store.jobs().get(0).getId();
    int two =
        store.putLink(ApplyFixture.link("edge-2", "2001:db8:1::/80")).getLink().getLink().getId();
    Job job = store.jobs().get(0);
    assertThat(store.jobs()).hasSize(1);
    assertThat(job.getId()).isGreaterThan(before);
    assertThat(job.getRehome().getLinksList()).containsExactly(one, two);
    store.stepAll();
    assertThat(bindingsOn(two)).isEqualTo(CLIENTS);
  }

  @Test
  void rehome_linkDeleted_leavesNothingOnIt() {
    int id =
        store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64")).getLink().getLink().getId();
    feedAll();
    assertThat(store.deleteLink("edge-1").getLink().getJob()).isPositive();
    store.stepAll();
    assertThat(bindingsOn(id)).isZero();
    assertThat(bindingsOn(NO_LINK)).isEqualTo(CLIENTS);
  }

  @Test
  void rehome_linkPutAsItWas_beginsNothing() {
    store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64"));
    feedAll();
    LinkResult again = store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64")).getLink();
    assertThat(again.getJob()).isZero();
    assertThat(store.jobs()).isEmpty();
  }

  @Test
  void step_withAnotherCursorOrJob_doesNothing() {
    feedAll();
    store.putLink(ApplyFixture.link("edge-1", "2001:db8:1::/64"));
    Job job = store.jobs().get(0);
    assertThat(store.step(job.getId(), ByteString.EMPTY).getStep())
        .isEqualTo(StepResult.getDefaultInstance());
    assertThat(store.step(job.getId() + 1, job.getCursor()).getStep().getTaken()).isFalse();
    assertThat(store.jobs()).containsExactly(job);
    assertThat(store.step(job.getId(), job.getCursor()).getStep().getTaken()).isTrue();
    assertThat(store.step(job.getId(), job.getCursor()).getStep().getTaken()).isFalse();
  }

  // The purge.

  private static ApplyExchange lasting(int client, int seconds) {
    return ApplyExchange.of(Samples.client(client), ApplyFixture.NOW)
        .put(address(client), seconds, seconds);
  }

  @Test
  void purge_whatEndedLongAgo_isForgottenAndNothingElse() {
    store.settings(Settings.newBuilder().setRetainEndedSeconds(1_000));
    feed.send(lasting(1, 100));
    feed.send(lasting(2, 5_000));
    feed.send(lasting(3, -1));
    feed.send(ApplyExchange.of(Samples.client(4), ApplyFixture.NOW).put(address(4)));
    feed.send(ApplyExchange.of(Samples.client(4), ApplyFixture.NOW + 1).end(address(4)));
    store.setNow(ApplyFixture.NOW + 1_100);
    assertThat(store.purge().getVisited()).isLessThanOrEqualTo(2);
    assertThat(store.tombstone(address(4))).isEmpty();
    assertThat(store.binding(NO_LINK, Samples.client(1)))
        .isPresent(); // ended 1,000 s ago, not more

    store.setNow(ApplyFixture.NOW + 1_101);
    store.purge();
    assertThat(store.binding(NO_LINK, Samples.client(1))).isEmpty();
    assertThat(store.binding(NO_LINK, Samples.client(2))).isPresent();
    assertThat(store.binding(NO_LINK, Samples.client(3))).isPresent();
    try (StoreView view = store.view()) {
      assertThat(view.isPurgeDue()).isFalse();
    }
  }

  @Test
  void purge_leaseRenewedSince_staysAndIsLookedAtLater() {
    store.settings(Settings.newBuilder().setRetainEndedSeconds(0));
    feed.send(lasting(1, 100));
    store.setNow(ApplyFixture.NOW + 90);
    feed.send(ApplyExchange.of(Samples.client(1), ApplyFixture.NOW + 90).put(address(1), 100, 100));
    store.setNow(ApplyFixture.NOW + 150);
    store.purge();
    assertThat(store.holder("2001:db8:1::1")).isPresent();
    store.setNow(ApplyFixture.NOW + 191);
    try (StoreView view = store.view()) {
      assertThat(view.isPurgeDue()).isFalse(); // cluster time has not got there
    }
    store.open("kea", "b", 1);
    try (StoreView view = store.view()) {
      assertThat(view.isPurgeDue()).isTrue();
    }
    store.purge();
    assertThat(store.binding(NO_LINK, Samples.client(1))).isEmpty();
  }

  @Test
  void purge_renewedEndedGrantedAgain_forgetsNothingThatHolds() {
    store.settings(Settings.newBuilder().setRetainEndedSeconds(10));
    feed.send(lasting(1, 100));
    feed.send(ApplyExchange.of(Samples.client(1), ApplyFixture.NOW + 1).end(address(1)));
    feed.send(
        ApplyExchange.of(Samples.client(2), ApplyFixture.NOW + 2).put(address(1), 9_000, 9_000));
    store.setNow(ApplyFixture.NOW + 500);
    store.purge();
    assertThat(store.holder("2001:db8:1::1")).contains(Samples.client(2));
  }

  @Test
  void purge_twoDaysWithoutPower_keepsWhatASilentSourceHeld() {
    store.settings(
        Settings.newBuilder().setRetainEndedSeconds(10).setSourceSilentAfterSeconds(900));
    feed.send(Item.newBuilder().setAlive(Alive.getDefaultInstance()).build());
    feed.send(lasting(1, 3_600));
    store.setNow(ApplyFixture.NOW + 2 * 86_400);
    store.purge();
    assertThat(store.binding(NO_LINK, Samples.client(1))).isPresent();
    assertThat(store.verify().faults()).isEmpty(); // though the purge looks later than it ended
    // The server is back and says so: now it is known to have ended.
    feed.send(Item.newBuilder().setAlive(Alive.getDefaultInstance()).build());
    store.setNow(ApplyFixture.NOW + 2 * 86_400 + 700);
    store.purge();
    assertThat(store.binding(NO_LINK, Samples.client(1))).isEmpty();
  }

  @Test
  void purge_manyRows_areTakenInSteps() {
    store.settings(Settings.newBuilder().setRetainEndedSeconds(0));
    for (int i = 1; i <= 5; i++) {
      feed.send(lasting(i, 10));
    }
    store.setNow(ApplyFixture.NOW + 100);
    assertThat(store.purge().getDone()).isFalse();
    assertThat(store.purge().getDone()).isFalse();
    assertThat(store.purge().getDone()).isTrue();
    assertThat(store.verify().bindings()).isZero();
  }
}
