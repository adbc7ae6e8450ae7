package bindery.leasequery;

import static bindery.leasequery.RawRequestor.DATA;
import static bindery.leasequery.RawRequestor.DONE;
import static bindery.leasequery.RawRequestor.REPLY;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.leasequery.RawRequestor.Message;
import bindery.log.v1.Exchange;
import bindery.query.FedStore;
import bindery.store.ReadPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a connection: many queries, slow ends, half ends, limits and the node's stop. */
final class ConnectionTest {
  private static final int CLIENTS = 1_000;
  private static final int LARGE = 1_200;
  private static final String LINK = "20010db8000a00000000000000001234";
  private static final String LARGE_LINK = "20010db8000b00000000000000001234";
  // What makes each binding of the large link some 16,000 octets: 19 MB in all.
  private static final String BULKY = RawRequestor.option(39, "ab".repeat(16_000));
  private static final String WITH_BULK = RawRequestor.option(6, "0027");

  private FedStore store;
  private Front front;

  @BeforeEach
  void feed(@TempDir Path folder) {
    store =
        FedStore.open(folder)
            .link("a", List.of("2001:db8:a::/64"), List.of())
            .link("b", List.of("2001:db8:b::/64"), List.of());
    List<Exchange.Builder> exchanges = new ArrayList<>();
    for (int i = 1; i <= CLIENTS; i++) {
      exchanges.add(exchange(i, "a").addLeases(address("2001:db8:a::" + hexOf(i), 3_600, 7_200)));
    }
    store.feed(exchanges.toArray(new Exchange.Builder[0]));
    front = new Front(store);
  }

  private void feedLargeLink() {
    for (int i = 1; i <= LARGE; i++) {
      store.feed(
          exchange(i, "b")
              .setOptions(hex(BULKY))
              .addLeases(address("2001:db8:b::" + hexOf(i), 3_600, 7_200)));
    }
  }

  private static String hexOf(int number) {
    return Integer.toHexString(number);
  }

  @AfterEach
  void close() {
    front.close();
    assertThat(front.stats().snapshotsPinned()).isZero();
    assertThat(front.stats().answersInProgress()).isZero();
    assertThat(front.stats().connections()).isZero();
    store.close();
  }

  private static String byLink(int transactionId) {
    return query(transactionId, 4, LINK, "");
  }

  private static void assertComplete(List<Message> answer) {
    assertThat(answer).hasSize(CLIENTS + 1);
    assertThat(answer.get(0).type()).isEqualTo(REPLY);
    assertThat(answer.subList(1, CLIENTS)).allMatch(m -> m.type() == DATA);
    assertThat(answer.get(CLIENTS).type()).isEqualTo(DONE);
    assertThat(answer.get(CLIENTS).has(13)).isFalse();
    assertThat(
            answer.subList(0, CLIENTS).stream()
                .map(m -> m.client(1).get(0))
                .collect(Collectors.toSet()))
        .hasSize(CLIENTS);
  }

  // S-13, V-02: five queries outstanding, four of them beyond nothing, then FIN.
  @Test
  void halfClose_withFiveQueriesOutstanding_finishesThemAll() throws IOException {
    front.start();
    try (RawRequestor requestor = front.connect()) {
      StringBuilder queries = new StringBuilder();
      for (int id = 1; id <= 5; id++) {
        queries.append(byLink(id));
      }
      requestor.send(queries.toString()).halfClose();

      List<Message> all = requestor.readAll();
      for (int id = 1; id <= 5; id++) {
        int wanted = id;
        assertComplete(all.stream().filter(m -> m.transactionId() == wanted).toList());
      }
    }
  }

  // V-02: a frame cut off by FIN spoils no other query.
  @Test
  void halfClose_insideAFrame_finishesTheOthers() throws IOException {
    front.start();
    try (RawRequestor requestor = front.connect()) {
      requestor.send(byLink(1) + byLink(2).substring(0, 20)).halfClose();

      assertComplete(requestor.readAll());
    }
  }

  // S-17
  @Test
  void queries_octetByOctet_areAnswered() throws IOException {
    front.start();
    try (RawRequestor requestor = front.connect()) {
      requestor.sendOctetByOctet(byLink(1) + byLink(2));

      List<Message> all = requestor.halfClose().readAll();
      assertComplete(all.stream().filter(m -> m.transactionId() == 1).toList());
      assertComplete(all.stream().filter(m -> m.transactionId() == 2).toList());
    }
  }

  // S-80, S-81, S-82: more than are worked on at once, all in one segment.
  @Test
  void queries_beyondTheLimitInOneSegment_areAllAnsweredInTheirTurn() throws IOException {
    front.start();
    try (RawRequestor requestor = front.connect()) {
      StringBuilder queries = new StringBuilder();
      for (int id = 1; id <= 40; id++) {
        queries.append(byLink(id));
      }
      requestor.send(queries.toString()).halfClose();

      List<Message> all = requestor.readAll();
      assertThat(all).hasSize(40 * (CLIENTS + 1));
      for (int id = 1; id <= 40; id++) {
        int wanted = id;
        assertComplete(all.stream().filter(m -> m.transactionId() == wanted).toList());
      }
    }
  }

  // S-82: what cannot be worked on is not read, so a barrier that hangs fills the limit and no
  // more.
  @Test
  void queries_beyondTheLimit_areLeftUnread() throws IOException {
    CompletableFuture<ReadPoint> point = new CompletableFuture<>();
    front.barrier = () -> point;
    front.start();
    try (RawRequestor requestor = front.connect()) {
      StringBuilder queries = new StringBuilder();
      for (int id = 1; id <= 200; id++) {
        queries.append(byLink(id));
      }
      requestor.send(queries.toString()).halfClose();
      await().until(() -> front.stats().answersInProgress() == 4);
      await()
          .during(Duration.ofMillis(200))
          .atMost(Duration.ofSeconds(5))
          .until(() -> front.stats().answersInProgress() == 4);

      store.barrier().thenAccept(point::complete);
      assertThat(requestor.readAll()).hasSize(200 * (CLIENTS + 1));
    }
  }

  // V-23
  @Test
  void transactionId_stillOutstanding_isDiscardedAndTheFirstAnswerFinished() throws IOException {
    CompletableFuture<ReadPoint> point = new CompletableFuture<>();
    front.barrier = () -> point;
    front.start();
    try (RawRequestor requestor = front.connect()) {
      requestor.send(byLink(1) + byLink(1) + byLink(2));
      await().until(() -> front.stats().queries(0, Outcome.DISCARDED) == 1);
      store.barrier().thenAccept(point::complete);

      assertComplete(requestor.readAll());
    }
  }

  // S-03, T-24: over the cap the newcomer is closed, the others are served; a freed slot is taken.
  @Test
  void connections_overTheCap_newcomerIsClosed() throws IOException {
    front.start();
    List<RawRequestor> ten = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ten.add(front.connect());
    }
    await().until(() -> front.stats().connections() == 10);
    try (RawRequestor eleventh = front.connect()) {
      assertClosedUnanswered(eleventh);
    }
    for (RawRequestor requestor : ten) {
      assertComplete(requestor.send(byLink(1)).answer());
    }
    ten.get(0).close();
    await().until(() -> front.stats().connections() == 9);
    try (RawRequestor next = front.connect()) {
      assertComplete(next.send(byLink(1)).answer());
    }
    for (RawRequestor requestor : ten) {
      requestor.close();
    }
    assertThat(front.stats().overCap()).isEqualTo(1);
  }

  private static void assertClosedUnanswered(RawRequestor requestor) throws IOException {
    int octet;
    try {
      octet = requestor.socket().getInputStream().read();
    } catch (java.net.SocketException e) {
      return; // a reset is as good as a FIN
    }
    assertThat(octet).isEqualTo(-1);
  }

  // S-04, V-21
  @Test
  void connection_fromOneNotListed_isClosedAtOnce() throws IOException {
    front.requestors = List.of("2001:db8::/32");
    front.start();
    try (RawRequestor requestor = front.connect()) {
      assertClosedUnanswered(requestor);
    }
    assertThat(front.stats().turnedAway()).isEqualTo(1);
    assertThat(front.stats().accepted()).isZero();
  }

  // S-06, V-03: the octets that trickle in do not start the clock anew.
  @Test
  void frame_neverCompleted_isClosedAtTheDataTimeout() throws IOException {
    front.dataTimeout = Duration.ofMillis(300);
    front.start();
    try (RawRequestor requestor = front.connect()) {
      requestor.send(byLink(1).substring(0, 10));

      assertThat(requestor.readAll()).isEmpty();
    }
    assertThat(front.stats().stalled()).isEqualTo(1);
  }

  // S-10, T-23
  @Test
  void connection_idle_isClosedAtTheIdleTimeout() throws IOException {
    front.idleTimeout = Duration.ofMillis(300);
    front.start();
    try (RawRequestor requestor = front.connect()) {
      assertComplete(requestor.send(byLink(1)).answer());
      assertThat(requestor.readAll()).isEmpty();
    }
    assertThat(front.stats().stalled()).isZero();
  }

  // S-07: a requestor that does not read holds one page and, after the time-out, nothing.
  @Test
  void slowReader_isCutOffAndItsSnapshotReleased() throws IOException {
    feedLargeLink();
    front.dataTimeout = Duration.ofSeconds(2);
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
      await().until(() -> front.stats().snapshotsPinned() == 1);
      await().until(() -> front.stats().bytes() > 0);

      await().atMost(Duration.ofSeconds(15)).until(() -> front.stats().connections() == 0);
      assertThat(front.stats().stalled()).isEqualTo(1);
      assertThat(front.stats().snapshotsPinned()).isZero();
      assertThat(front.stats().queries(4, Outcome.CUT_OFF)).isEqualTo(1);
      // What the kernel took and one page: not the answer.
      assertThat(front.stats().bytes()).isLessThan(LARGE * 16_000L);
      assertThatThrownBy(requestor::readAll).isInstanceOf(IOException.class);
    }
  }

  // S-07: it stops filling when the socket takes no more, and goes on when it does.
  @Test
  void slowReader_thatReadsAgainInTime_getsTheWholeAnswer() throws IOException {
    feedLargeLink();
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK)).halfClose();
      await().until(() -> front.stats().bytes() > 0);
      long[] before = {-1};
      await()
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                boolean isStill = before[0] == front.stats().bytes();
                before[0] = front.stats().bytes();
                return isStill;
              });
      assertThat(before[0]).isLessThan(LARGE * 16_000L);

      assertThat(requestor.readAll()).hasSize(LARGE + 1);
    }
  }

  // S-11
  @Test
  void reset_midStream_freesSlotAndSnapshot() throws IOException {
    feedLargeLink();
    front.start();
    RawRequestor requestor = new RawRequestor(front.address(), 16 << 10);
    requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
    assertThat(requestor.read().type()).isEqualTo(REPLY);
    requestor.reset();

    await().until(() -> front.stats().connections() == 0 && front.stats().snapshotsPinned() == 0);
    assertThat(front.stats().queries(4, Outcome.CUT_OFF)).isEqualTo(1);
  }

  // S-12, S-45, S-46, V-26: an answer that takes too long ends with DONE and FIN.
  @Test
  void answer_beyondItsTime_endsWithQueryTerminated() throws IOException {
    feedLargeLink();
    front.maxAnswerTime = Duration.ofMillis(500);
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
      await().pollDelay(Duration.ofMillis(700)).until(() -> front.stats().bytes() > 0);

      assertTerminatedLate(requestor.readAll(), "longer than");
    }
  }

  private static void assertTerminatedLate(List<Message> all, String reason) {
    Message done = all.get(all.size() - 1);
    assertThat(all.get(0).type()).isEqualTo(REPLY);
    assertThat(done.type()).isEqualTo(DONE);
    assertThat(done.status()).isEqualTo(11);
    assertThat(done.statusText()).contains(reason);
    assertThat(all.size()).isLessThan(LARGE + 1);
  }

  // S-12, V-26: told while the socket lives, and every snapshot is released when close returns.
  @Test
  void stop_midStream_tellsQueryTerminatedAndReleases() throws Exception {
    feedLargeLink();
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 64 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
      Message reply = requestor.read();
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(front::close);
      await().until(() -> !isListening());

      List<Message> all = new ArrayList<>(List.of(reply));
      all.addAll(requestor.readAll());
      stopped.get();
      assertTerminatedLate(all, "stopping");
      assertThat(front.stats().snapshotsPinned()).isZero();
    }
  }

  private boolean isListening() {
    try (RawRequestor requestor = new RawRequestor(front.address())) {
      return requestor.socket().isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  // V-26
  @Test
  void barrier_fails_isQueryTerminatedThenClosed() throws IOException {
    front.barrier =
        () -> CompletableFuture.failedStage(new IllegalStateException("no leader is known"));
    front.start();
    try (RawRequestor requestor = front.connect()) {
      requestor.send(byLink(1));

      List<Message> all = requestor.readAll();
      assertThat(all).hasSize(1);
      assertThat(all.get(0).type()).isEqualTo(REPLY);
      assertThat(all.get(0).status()).isEqualTo(11);
      assertThat(all.get(0).statusText()).contains("no leader is known"); // S-48
      assertThat(all.get(0).has(45)).isFalse();
    }
  }

  // A snapshot pinned before an update answers without it; the next query sees it (S-29, 3.5).
  @Test
  void answer_whileTheStoreChanges_isOfOneInstant() throws IOException {
    feedLargeLink();
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
      Message reply = requestor.read();
      store.feed(exchange(9_999, "b").addLeases(address("2001:db8:b::ffff", 3_600, 7_200)));

      List<Message> rest = requestor.answer(reply);
      assertThat(rest).hasSize(LARGE + 1);
      String newcomer = HexFormat.of().formatHex(FedStore.client(9_999).octets().toArray());
      assertThat(rest).noneMatch(m -> m.has(45) && m.client(1).contains(newcomer));
      assertThat(requestor.send(query(2, 4, LARGE_LINK, "")).answer()).hasSize(LARGE + 2);
    }
  }
}
