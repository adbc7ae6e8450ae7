package bindery.leasequery;

import static bindery.leasequery.RawRequestor.DATA;
import static bindery.leasequery.RawRequestor.DONE;
import static bindery.leasequery.RawRequestor.REPLY;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.leasequery.RawRequestor.Message;
import bindery.log.v1.Exchange;
import bindery.query.FedStore;
import bindery.store.ReadPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a connection: many queries, slow ends, half ends, limits and the node's stop. */
final class ConnectionTest {
  private static final int CLIENTS = 1_000;
  private static final String LINK = "20010db8000a00000000000000001234";

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

  // S-80, S-82: more than are worked on at once, all in one segment.
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
          .atMost(Duration.ofSeconds(60))
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
      await().until(() -> front.stats().queries().count(4, Outcome.DISCARDED) == 1);
      store.barrier().thenAccept(point::complete);

      assertComplete(requestor.readAll());
    }
  }

  // S-03, T-24: over the cap the newcomer is closed, the others are served; a freed slot is taken.
  @Test
  void connections_overTheCap_newcomerIsClosed() throws IOException {
    front.requestors = List.of(RequestorRule.of("127.0.0.1"));
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
    front.requestors = List.of(RequestorRule.of("2001:db8::/32"));
    front.start();
    try (RawRequestor requestor = front.connect()) {
      assertClosedUnanswered(requestor);
    }
    assertThat(front.stats().turnedAway()).isEqualTo(1);
    assertThat(front.stats().accepted()).isZero();
  }

  // S-06, V-03, D-11: the octets that trickle in do not start the clock anew.
  @Test
  void frame_trickling_isClosedAtTheDataTimeoutAllTheSame() throws IOException {
    front.dataTimeout = Duration.ofMillis(600);
    front.start();
    ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    AtomicInteger sent = new AtomicInteger();
    try (RawRequestor requestor = front.connect().send("ffff0e")) {
      var unused =
          ticks.scheduleAtFixedRate(
              () -> {
                try {
                  requestor.send("00");
                  sent.incrementAndGet();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              20,
              20,
              TimeUnit.MILLISECONDS);

      assertThat(requestor.readAll()).isEmpty();
      assertThat(sent).hasPositiveValue();
    } finally {
      ticks.shutdownNow();
    }
    assertThat(front.stats().stalled()).isEqualTo(1);
  }

  // S-06, V-03
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

  // S-10
  @Test
  void connection_idle_isClosedAtTheIdleTimeout() throws IOException {
    front.idleTimeout = Duration.ofMillis(300);
    front.start();
    try (RawRequestor requestor = front.connect()) {
      assertComplete(requestor.send(byLink(1)).answer());
      assertThat(requestor.readAll()).isEmpty();
    }
    assertThat(front.stats().idle()).isOne();
    assertThat(front.stats().stalled()).isZero();
  }

  // T-23: a connection that became idle later is closed sooner than one with a query outstanding.
  @Test
  void connection_withAQueryOutstanding_isNotIdle() throws IOException {
    CompletableFuture<ReadPoint> point = new CompletableFuture<>();
    front.barrier = () -> point;
    front.idleTimeout = Duration.ofMillis(300);
    front.start();
    try (RawRequestor asking = front.connect()) {
      asking.send(byLink(1));
      await().until(() -> front.stats().answersInProgress() == 1);
      for (int i = 0; i < 2; i++) {
        try (RawRequestor idle = front.connect()) {
          assertThat(idle.readAll()).isEmpty();
        }
      }
      store.barrier().thenAccept(point::complete);

      assertComplete(asking.answer());
      assertThat(asking.readAll()).isEmpty();
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
}
