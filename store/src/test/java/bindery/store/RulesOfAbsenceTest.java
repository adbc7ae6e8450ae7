package bindery.store;

import static bindery.store.RulesOfSyncTest.BEGIN;
import static bindery.store.RulesOfSyncTest.END;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.EndSync;
import bindery.log.v1.Item;
import bindery.log.v1.Lease.EndReason;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is concluded from that a full resync did not tell of something. */
class RulesOfAbsenceTest {
  private static final Item END_INCOMPLETE =
      Item.newBuilder().setEndSync(EndSync.newBuilder().setIncomplete(true)).build();
  private static final Duid ALICE = Samples.client(1);
  private static final Duid BOB = Samples.client(2);
  private static final LeaseKey ONE = Samples.address("2001:db8:1::1");
  private static final LeaseKey TWO = Samples.address("2001:db8:1::2");

  private final ApplyFixture store;
  private final ApplyFixture.Feed kea;

  RulesOfAbsenceTest(@TempDir Path temp) {
    store = new ApplyFixture(temp);
    kea = store.feed("kea", "a");
  }

  @AfterEach
  void verify() {
    assertThat(store.verify().faults()).isEmpty();
    store.close();
  }

  private static Item copy(Duid client, long clt, LeaseKey lease) {
    return ApplyExchange.of(client, clt).put(lease).copy().item();
  }

  private boolean isHeld(LeaseKey lease) {
    return store.holder(lease.prefix().address().toString()).isPresent();
  }

  private Standing standing() {
    try (StoreView view = store.view()) {
      return view.standing();
    }
  }

  private void resync(ApplyFixture.Feed feed, Item... items) {
    feed.send(BEGIN);
    for (Item item : items) {
      feed.send(item);
    }
    feed.send(END);
    store.stepAll();
  }

  // A server comes back with an empty lease file; then the file is restored and read again.
  @Test
  void sweptByMistake_isBackWithTheNextResync() {
    resync(kea, copy(ALICE, 10, ONE));
    resync(kea);
    assertThat(isHeld(ONE)).isFalse();

    resync(kea, copy(ALICE, 10, ONE));

    assertThat(isHeld(ONE)).isTrue();
    assertThat(store.tombstone(ONE)).isEmpty();
  }

  // A lease file goes from one server to another: the first one's resync may come first.
  @Test
  void swept_anotherSourceTellsOfItAfterwards_isHeld() {
    ApplyFixture.Feed isc = store.feed("isc", "a");
    resync(kea, copy(ALICE, 10, ONE));
    resync(kea);

    resync(isc, copy(ALICE, 10, ONE));

    assertThat(isHeld(ONE)).isTrue();
  }

  @Test
  void swept_lateCopyOfTheSameSync_bringsNothingBack() {
    ApplyFixture.Feed partner = store.feed("kea", "b");
    resync(kea, copy(ALICE, 10, ONE));
    resync(kea);

    partner.send(copy(ALICE, 10, ONE));

    assertThat(isHeld(ONE)).isFalse();
  }

  @Test
  void released_copyOfALaterResync_bringsNothingBack() {
    kea.send(ApplyExchange.of(ALICE, 10).put(ONE).item());
    kea.send(ApplyExchange.of(ALICE, 10).end(ONE, EndReason.RELEASED).item());

    resync(kea, copy(ALICE, 10, ONE));

    assertThat(isHeld(ONE)).isFalse();
  }

  // The input broke off behind its first line: what is behind it is not known to be nobody's.
  @Test
  void firstSyncThatToldAPart_isNoStatementUntilOneToldAll() {
    kea.send(BEGIN);
    kea.send(copy(ALICE, 10, ONE));
    assertThat(standing()).isEqualTo(Standing.FIRST_SYNC);
    kea.send(END_INCOMPLETE);
    assertThat(standing()).isEqualTo(Standing.PARTLY_FED);
    kea.send(ApplyExchange.of(BOB, 20).put(TWO).item());
    assertThat(standing()).isEqualTo(Standing.PARTLY_FED);
    kea.send(BEGIN);
    assertThat(standing()).isEqualTo(Standing.PARTLY_FED);
    kea.send(END);
    assertThat(standing()).isEqualTo(Standing.FED);
  }

  @Test
  void laterSyncThatToldAPart_leavesTheStatementOfTheFirst() {
    resync(kea, copy(ALICE, 10, ONE));
    kea.send(BEGIN);
    kea.send(END_INCOMPLETE);

    assertThat(standing()).isEqualTo(Standing.FED);
    assertThat(isHeld(ONE)).isTrue();
  }

  // The HA partner's feeder is up, and the sync of the first is still running.
  @Test
  void partnersExchangeDuringTheFirstSync_isNoStatement() {
    ApplyFixture.Feed partner = store.feed("kea", "b");
    kea.send(BEGIN);
    partner.send(ApplyExchange.of(BOB, 20).put(TWO).item());

    assertThat(standing()).isEqualTo(Standing.FIRST_SYNC);
    kea.send(END);
    assertThat(standing()).isEqualTo(Standing.FED);
  }

  // Nobody mends that source: it must not keep the others' empty answers back for ever.
  @Test
  void partlyFedBesideAFedOne_countsUntilItFallsQuiet() {
    ApplyFixture.Feed isc = store.feed("isc", "a");
    resync(kea, copy(ALICE, 10, ONE));
    isc.send(BEGIN);
    isc.send(END_INCOMPLETE);
    assertThat(standing()).isEqualTo(Standing.PARTLY_FED);

    store.setNow(ApplyFixture.NOW + 86_400);
    kea.send(copy(ALICE, 10, ONE));

    assertThat(standing()).isEqualTo(Standing.FED);
  }
}
