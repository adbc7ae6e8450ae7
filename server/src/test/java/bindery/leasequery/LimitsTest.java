package bindery.leasequery;

import static bindery.leasequery.RawRequestor.option;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.query.FedStore;
import bindery.query.QueryScope;
import bindery.store.ReadPoint;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one requestor may take of a node. */
final class LimitsTest {
  private static final String LINK = "20010db8000a00000000000000000000";
  private static final String ANY = "00000000000000000000000000000000";

  private FedStore store;
  private Front front;
  private final CompletableFuture<ReadPoint> point = new CompletableFuture<>();

  @BeforeEach
  void feed(@TempDir Path folder) {
    store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of());
    store.feed(exchange(1, "a").addLeases(address("2001:db8:a::1", 3_600, 7_200)));
    front = new Front(store);
    front.requestors = List.of(RequestorRule.of("127.0.0.0/8"));
  }

  @AfterEach
  void close() {
    front.close();
    assertThat(front.stats().snapshotsPinned()).isZero();
    assertThat(front.stats().queriesHeld()).isZero();
    assertThat(front.stats().connections()).isZero();
    store.close();
  }

  private static String byLink(int transactionId) {
    return query(transactionId, 4, LINK, "");
  }

  private static String nothing(int transactionId) {
    return query(transactionId, 2, ANY, option(1, "0003000102005effffff"));
  }

  private void holdBarriers() {
    front.barrier = () -> point;
  }

  private void letGo() {
    store.barrier().thenAccept(point::complete);
  }

  /** One more connection, the front having taken it in as its nth. */
  private RawRequestor connected(int nth) throws IOException {
    RawRequestor requestor = front.connect();
    await().until(() -> front.stats().connections() == nth);
    return requestor;
  }

  private static void assertClosed(RawRequestor requestor) throws IOException {
    assertThat(requestor.readAll()).isEmpty();
  }

  @Test
  void connectionsOfOneRequestor_overItsLimit_newcomerIsClosedAndOthersAreNot() throws IOException {
    front.maxConnectionsPerRequestor = 2;
    front.start();
    try (RawRequestor one = connected(1);
        RawRequestor two = connected(2);
        RawRequestor three = front.connect();
        RawRequestor other = front.connectFrom("127.0.0.2")) {
      assertClosed(three);
      assertThat(one.send(byLink(1)).answer()).hasSize(2);
      assertThat(two.send(byLink(1)).answer()).hasSize(2);
      assertThat(other.send(byLink(1)).answer()).hasSize(2);
    }
    assertThat(front.stats().overRequestorCap()).isEqualTo(1);
  }

  @Test
  void lastSlot_isKeptForARequestorThatHasNone() throws IOException {
    front.maxConnections = 2;
    front.start();
    try (RawRequestor one = connected(1);
        RawRequestor two = front.connect()) {
      assertClosed(two);
      assertThat(front.stats().keptForOthers()).isEqualTo(1);
      try (RawRequestor other = front.connectFrom("127.0.0.2")) {
        assertThat(one.send(byLink(1)).answer()).hasSize(2);
        assertThat(other.send(byLink(1)).answer()).hasSize(2);
      }
    }
    assertThat(front.stats().keptForOthers()).isEqualTo(1);
  }

  // One host may have any number of a prefix's addresses.
  @Test
  void lastSlot_isKeptForAnEntryThatHasNone() throws IOException {
    front.requestors = List.of(RequestorRule.of("127.0.0.0/24"), RequestorRule.of("127.0.1.1"));
    front.maxConnections = 3;
    front.start();
    try (RawRequestor one = connected(1);
        RawRequestor two = front.connectFrom("127.0.0.2")) {
      assertThat(two.send(byLink(1)).answer()).hasSize(2);
      try (RawRequestor three = front.connectFrom("127.0.0.3")) {
        assertClosed(three);
      }
      assertThat(front.stats().keptForOthers()).isEqualTo(1);
      try (RawRequestor other = front.connectFrom("127.0.1.1")) {
        assertThat(one.send(byLink(1)).answer()).hasSize(2);
        assertThat(other.send(byLink(1)).answer()).hasSize(2);
      }
    }
  }

  // S-03: nobody is listed, so that there is nobody to keep it for.
  @Test
  void lastSlot_ifNobodyIsListed_isThisHostsOwn() throws IOException {
    front.requestors = List.of();
    front.maxConnections = 2;
    front.start();
    try (RawRequestor one = connected(1);
        RawRequestor two = front.connect()) {
      assertThat(one.send(byLink(1)).answer()).hasSize(2);
      assertThat(two.send(byLink(1)).answer()).hasSize(2);
    }
    assertThat(front.stats().keptForOthers()).isZero();
  }

  @Test
  void lastSlot_ifThereIsOneRequestorAlone_isItsOwn() throws IOException {
    front.requestors = List.of(RequestorRule.of("127.0.0.1"));
    front.maxConnections = 2;
    front.start();
    try (RawRequestor one = front.connect();
        RawRequestor two = front.connect()) {
      assertThat(one.send(byLink(1)).answer()).hasSize(2);
      assertThat(two.send(byLink(1)).answer()).hasSize(2);
    }
    assertThat(front.stats().keptForOthers()).isZero();
  }

  @Test
  void queriesOfOneRequestor_overItsLimit_waitAndAreAllAnswered() throws IOException {
    front.maxQueriesPerRequestor = 3;
    holdBarriers();
    front.start();
    List<RawRequestor> requestors = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      requestors.add(front.connect().send(byLink(1) + byLink(2)).halfClose());
    }
    await().until(() -> front.stats().answersInProgress() == 3);
    await().until(() -> front.stats().queriesHeld() >= 1);
    try (RawRequestor other = front.connectFrom("127.0.0.2")) {
      other.send(byLink(1)).halfClose();
      await().until(() -> front.stats().answersInProgress() == 4);
      letGo();
      assertThat(other.readAll()).hasSize(2);
    }
    for (RawRequestor requestor : requestors) {
      assertThat(requestor.readAll()).hasSize(4);
      requestor.close();
    }
  }

  private static List<RequestorRule> withMaxQueries(int most) {
    return List.of(
        new RequestorRule(
            "127.0.0.1",
            QueryScope.ALL,
            OptionalInt.empty(),
            OptionalInt.of(most),
            Optional.empty()));
  }

  // A limit that is changed is in force for those that wait already.
  @Test
  void queriesThatWait_whenTheirLimitIsRaised_areLetInAtOnce() throws IOException {
    front.requestors = withMaxQueries(1);
    holdBarriers();
    front.start();
    List<RawRequestor> requestors = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      requestors.add(front.connect().send(byLink(1)).halfClose());
    }
    await().until(() -> front.stats().queriesHeld() == 3);
    assertThat(front.stats().answersInProgress()).isEqualTo(1);
    front.server().setRequestors(withMaxQueries(3));
    await().until(() -> front.stats().answersInProgress() == 3);
    assertThat(front.stats().queriesHeld()).isEqualTo(1);
    letGo();
    for (RawRequestor requestor : requestors) {
      assertThat(requestor.readAll()).hasSize(2);
      requestor.close();
    }
  }

  // Nothing is read from it or written to it meanwhile, so the reset shows when it has its turn.
  @Test
  void queryThatWaits_whenItsConnectionIsReset_takesNothing() throws IOException {
    front.maxQueriesPerRequestor = 1;
    holdBarriers();
    front.start();
    try (RawRequestor first = front.connect().send(byLink(1))) {
      await().until(() -> front.stats().answersInProgress() == 1);
      RawRequestor second = front.connect().send(byLink(1));
      await().until(() -> front.stats().queriesHeld() == 1);
      second.reset();
      letGo();
      assertThat(first.answer()).hasSize(2);
      await().until(() -> front.stats().queriesHeld() == 0 && front.stats().connections() == 1);
      assertThat(first.send(byLink(2)).answer()).hasSize(2);
    }
  }

  private void assertTurnedAway() throws IOException {
    try (RawRequestor again = front.connect()) {
      assertClosed(again.send(byLink(1)));
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching("(?s).*(reset|pipe).*"); // as good as a FIN
    }
  }

  // What bounds queries bounds what they wait for: a barrier that is asked is not asked again
  // by whoever resets and comes anew.
  @Test
  void queryNotYetAdmitted_whenItsConnectionIsReset_keepsItsSlotUntilItIs() throws IOException {
    front.requestors = List.of(RequestorRule.of("127.0.0.1"));
    front.maxConnections = 1;
    AtomicInteger barriers = new AtomicInteger();
    front.barrier =
        () -> {
          barriers.incrementAndGet();
          return point;
        };
    front.start();
    RawRequestor gone = front.connect().send(byLink(1));
    await().until(() -> front.stats().answersInProgress() == 1);
    gone.reset();
    // Turned away, however often it comes.
    for (int i = 0; i < 20; i++) {
      assertTurnedAway();
    }
    assertThat(barriers).hasValue(1);
    letGo();
    await().until(() -> front.stats().connections() == 0);
    try (RawRequestor again = front.connect()) {
      assertThat(again.send(byLink(1)).answer()).hasSize(2);
    }
    assertThat(front.stats().queries().count(4, Outcome.CUT_OFF)).isEqualTo(1);
  }

  // The node stops: what was abandoned before it was admitted does not hold it up.
  @Test
  void queryNotYetAdmitted_whenItsConnectionIsResetAndTheNodeStops_endsAtOnce() throws IOException {
    holdBarriers();
    front.start();
    RawRequestor gone = front.connect().send(byLink(1));
    await().until(() -> front.stats().answersInProgress() == 1);
    gone.reset();
    front.close();

    assertThat(front.stats().answersInProgress()).isZero();
    assertThat(front.stats().connections()).isZero();
  }

  // The node stops: what waits is told so as well, not just cut off.
  @Test
  void queryThatWaits_whenTheNodeStops_isTerminated() throws IOException {
    front.maxQueriesPerRequestor = 1;
    holdBarriers();
    front.start();
    try (RawRequestor first = front.connect().send(byLink(1));
        RawRequestor second = front.connect()) {
      await().until(() -> front.stats().answersInProgress() == 1);
      second.send(byLink(7));
      await().until(() -> front.stats().queriesHeld() == 1);
      front.close();

      assertThat(first.readAll())
          .singleElement()
          .satisfies(m -> assertThat(m.status()).isEqualTo(11));
      assertThat(second.readAll())
          .singleElement()
          .satisfies(
              m -> {
                assertThat(m.transactionId()).isEqualTo(7);
                assertThat(m.status()).isEqualTo(11);
                assertThat(m.statusText()).contains("stopping");
              });
    }
  }

  @Test
  void emptyRepliesInARow_overTheLimit_endTheConnection() throws IOException {
    front.maxEmptyReplies = 3;
    front.start();
    try (RawRequestor guessing = front.connect()) {
      for (int i = 1; i <= 3; i++) {
        assertThat(guessing.send(nothing(i)).read().has(45)).isFalse();
      }
      assertClosed(guessing);
    }
    try (RawRequestor mixed = front.connect()) {
      for (int i = 1; i <= 3; i++) {
        assertThat(mixed.send(nothing(2 * i)).read().has(45)).isFalse();
        assertThat(mixed.send(byLink(2 * i + 1)).answer()).hasSize(2);
      }
    }
    assertThat(front.stats().guessed()).isEqualTo(1);
  }

  @Test
  void emptyReplies_withoutALimit_goOn() throws IOException {
    front.start();
    try (RawRequestor asking = front.connect()) {
      for (int i = 1; i <= 200; i++) {
        assertThat(asking.send(nothing(i)).read().has(45)).isFalse();
      }
    }
    assertThat(front.stats().guessed()).isZero();
  }

  // S-06, of one requestor's own.
  @Test
  void dataTimeout_ofOneRequestor_isItsOwn() throws IOException {
    front.requestors =
        List.of(
            RequestorRule.of("127.0.0.2"),
            new RequestorRule(
                "127.0.0.1",
                QueryScope.ALL,
                OptionalInt.of(1),
                OptionalInt.of(1),
                Optional.of(Duration.ofMillis(200))));
    front.start();
    try (RawRequestor hasty = front.connect();
        RawRequestor patient = front.connectFrom("127.0.0.2")) {
      String half = byLink(1).substring(0, 40);
      patient.send(half);
      hasty.send(half);
      assertClosed(hasty);
      assertThat(patient.send(byLink(1).substring(40)).answer()).hasSize(2);
    }
    assertThat(front.stats().stalled()).isEqualTo(1);
  }
}
