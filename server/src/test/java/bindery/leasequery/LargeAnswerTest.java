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
import com.google.protobuf.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers larger than any buffer: slow readers, resets, time limits and the node's stop. */
final class LargeAnswerTest {
  private static final int LARGE = 1_200;
  private static final String LARGE_LINK = "20010db8000b00000000000000001234";
  // What makes each binding some 16,000 octets: 19 MB in all.
  private static final ByteString BULKY = hex(RawRequestor.option(39, "ab".repeat(16_000)));
  private static final String WITH_BULK = RawRequestor.option(6, "0027");

  private FedStore store;
  private Front front;

  @BeforeEach
  void feed(@TempDir Path folder) {
    store = FedStore.open(folder).link("b", List.of("2001:db8:b::/64"), List.of());
    feedLargeLink();
    front = new Front(store);
  }

  private void feedLargeLink() {
    List<Exchange.Builder> exchanges = new ArrayList<>();
    for (int i = 1; i <= LARGE; i++) {
      exchanges.add(
          exchange(i, "b")
              .setOptions(BULKY)
              .addLeases(address("2001:db8:b::" + Integer.toHexString(i), 3_600, 7_200)));
    }
    store.feed(exchanges.toArray(new Exchange.Builder[0]));
  }

  @AfterEach
  void close() {
    front.close();
    assertThat(front.stats().snapshotsPinned()).isZero();
    assertThat(front.stats().answersInProgress()).isZero();
    assertThat(front.stats().connections()).isZero();
    store.close();
  }

  // 3.3: a socket closed with unread octets in it would be reset, and the answer's end lost.
  @Test
  void drain_withUnreadOctetsBehindIt_destroysNoAnswer() throws IOException {
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK) + "0000" + "ff".repeat(20_000));

      assertThat(requestor.readAll()).hasSize(LARGE + 1);
    }
  }

  // S-07: a requestor that does not read holds one page and, after the time-out, nothing.
  @Test
  void slowReader_isCutOffAndItsSnapshotReleased() throws IOException {
    front.dataTimeout = Duration.ofSeconds(2);
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
      await().until(() -> front.stats().snapshotsPinned() == 1);
      await().until(() -> front.stats().bytes() > 0);

      await().atMost(Duration.ofSeconds(60)).until(() -> front.stats().connections() == 0);
      assertThat(front.stats().stalled()).isEqualTo(1);
      assertThat(front.stats().snapshotsPinned()).isZero();
      assertThat(front.stats().queries().count(4, Outcome.CUT_OFF)).isEqualTo(1);
      // What the kernel took and one page: not the answer.
      assertThat(front.stats().bytes()).isLessThan(LARGE * 16_000L);
      assertThatThrownBy(requestor::readAll).isInstanceOf(IOException.class);
    }
  }

  // S-07, D-11: to read now and then is not enough, if it comes to less than the least progress.
  @Test
  void slowReader_belowTheLeastProgress_isCutOffThoughItReads() throws IOException {
    front.dataTimeout = Duration.ofSeconds(1);
    front.leastProgressBytes = 8 << 20;
    front.start();
    ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
      SlowReading reading = new SlowReading(requestor);
      var unused = ticks.scheduleAtFixedRate(reading, 100, 100, TimeUnit.MILLISECONDS);

      await().until(() -> front.stats().connections() == 0);
      assertThat(front.stats().stalled()).isEqualTo(1);
      assertThat(front.stats().queries().count(4, Outcome.CUT_OFF)).isEqualTo(1);
      assertThat(front.stats().snapshotsPinned()).isZero();
      assertThat(reading.count).hasPositiveValue();
    } finally {
      ticks.shutdownNow();
    }
  }

  // S-81: answers of one connection take turns page by page, and each keeps its own order.
  @Test
  void answers_ofOneConnection_areInterleaved() throws IOException {
    CompletableFuture<ReadPoint> point = new CompletableFuture<>();
    front.barrier = () -> point;
    front.start();
    try (RawRequestor requestor = front.connect()) {
      requestor
          .send(query(1, 4, LARGE_LINK, WITH_BULK) + query(2, 4, LARGE_LINK, WITH_BULK))
          .halfClose();
      await().until(() -> front.stats().answersInProgress() == 2);
      store.barrier().thenAccept(point::complete);

      List<Message> all = requestor.readAll();
      for (int id = 1; id <= 2; id++) {
        int wanted = id;
        List<Message> own = all.stream().filter(m -> m.transactionId() == wanted).toList();
        assertThat(own).hasSize(LARGE + 1);
        assertThat(own.get(0).type()).isEqualTo(REPLY);
        assertThat(own.subList(1, LARGE)).allMatch(m -> m.type() == DATA);
        assertThat(own.get(LARGE).type()).isEqualTo(DONE);
      }
      int turns = 0;
      for (int i = 1; i < all.size(); i++) {
        turns += all.get(i).transactionId() != all.get(i - 1).transactionId() ? 1 : 0;
      }
      // Some seven messages make a page, so that each answer has more than a hundred of them.
      assertThat(turns).isGreaterThan(20);
    }
  }

  // S-07: it stops filling when the socket takes no more, and goes on when it does.
  @Test
  void slowReader_thatReadsAgainInTime_getsTheWholeAnswer() throws IOException {
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK)).halfClose();
      awaitStandstill();
      assertThat(front.stats().bytes()).isLessThan(LARGE * 16_000L);
      assertThat(front.stats().outputBytes()).isPositive().isLessThan(1 << 20);

      assertThat(requestor.readAll()).hasSize(LARGE + 1);
    }
    await().until(() -> front.stats().outputBytes() == 0);
  }

  // S-11
  @Test
  void reset_midStream_freesSlotAndSnapshot() throws IOException {
    front.start();
    RawRequestor requestor = new RawRequestor(front.address(), 16 << 10);
    requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
    assertThat(requestor.read().type()).isEqualTo(REPLY);
    requestor.reset();

    await().until(() -> front.stats().connections() == 0 && front.stats().snapshotsPinned() == 0);
    assertThat(front.stats().queries().count(4, Outcome.CUT_OFF)).isEqualTo(1);
  }

  // S-12, S-45, S-46, V-26: an answer that takes too long ends with DONE and FIN.
  @Test
  void answer_beyondItsTime_endsWithQueryTerminated() throws IOException {
    front.maxAnswerTime = Duration.ofMillis(500);
    front.start();
    try (RawRequestor requestor = new RawRequestor(front.address(), 16 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
      await().pollDelay(Duration.ofMillis(700)).until(() -> front.stats().bytes() > 0);

      assertTerminatedLate(requestor.readAll(), "longer than");
    }
    assertThat(front.stats().overTime()).isOne();
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

  // S-12, S-48: the kernel holds no more of an answer than a slow requestor takes before the end.
  @Test
  void stop_slowReader_isToldToo() throws Exception {
    front.start();
    ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    try (RawRequestor requestor = new RawRequestor(front.address(), 64 << 10)) {
      requestor.send(query(1, 4, LARGE_LINK, WITH_BULK));
      awaitStandstill();
      SlowReading reading = new SlowReading(requestor);
      // 320 kB in a second.
      var unused = ticks.scheduleAtFixedRate(reading, 100, 100, TimeUnit.MILLISECONDS);
      front.close();

      assertTerminatedLate(reading.all.get(60, TimeUnit.SECONDS), "stopping");
    } finally {
      ticks.shutdownNow();
    }
  }

  /** Reads two messages whenever it is run. */
  private static final class SlowReading implements Runnable {
    private final RawRequestor requestor;
    private final List<Message> some = new ArrayList<>();
    final CompletableFuture<List<Message>> all = new CompletableFuture<>();
    final AtomicInteger count = new AtomicInteger();

    SlowReading(RawRequestor requestor) {
      this.requestor = requestor;
    }

    @Override
    public void run() {
      try {
        for (int i = 0; i < 2 && !all.isDone(); i++) {
          some.add(requestor.read());
          count.incrementAndGet();
        }
      } catch (EOFException e) {
        all.complete(some);
      } catch (IOException e) {
        all.completeExceptionally(e);
      }
    }
  }

  /** Waits until buffers are full and nothing moves. */
  private void awaitStandstill() {
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
  }

  private boolean isListening() {
    try (RawRequestor requestor = new RawRequestor(front.address())) {
      return requestor.socket().isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  // A snapshot pinned before an update answers without it; the next query sees it (3.5).
  @Test
  void answer_whileTheStoreChanges_isOfOneInstant() throws IOException {
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
