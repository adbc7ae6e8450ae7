package bindery.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.feed.FakeLog.Fault;
import bindery.feeder.AckListener.Committed;
import bindery.feeder.ApiException;
import bindery.feeder.FeedOptions;
import bindery.feeder.FeedStream;
import bindery.feeder.FeederId;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import bindery.raft.ProposalException.Kind;
import bindery.v1.ItemResult;
import bindery.v1.ItemResult.Outcome;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A feeder's stream through real gRPC before a log that fails on demand. */
final class FeedStreamTest {
  private static final FeederId FEEDER = new FeederId("kea1", "f1", 5);
  private static final FeedOptions OPTIONS =
      FeedOptions.DEFAULT.withGiveUpAfter(Duration.ofSeconds(30));

  private final FakeLog log = new FakeLog();
  private final List<Committed> told = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  private Api api() {
    Api api = Api.before(log);
    open.add(0, api);
    return api;
  }

  private ServerList servers(HostPort... addresses) {
    ServerList servers = new ServerList(List.of(addresses));
    open.add(0, servers);
    return servers;
  }

  private FeedStream stream(FeedOptions options, HostPort... addresses) throws Exception {
    FeedStream stream = FeedStream.open(servers(addresses), FEEDER, options, told::add);
    open.add(0, stream);
    return stream;
  }

  private static HostPort nobody() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", free.getLocalPort());
    }
  }

  @BeforeAll
  static void lookOften() {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static void putAll(FeedStream stream, int first, int last) throws Exception {
    for (int i = first; i <= last; i++) {
      assertThat(stream.put(Fed.item(i))).isEqualTo(i);
    }
  }

  private void assertFedOnce(int last) {
    assertThat(Fed.numbers(log.applied("kea1/f1")))
        .isEqualTo(IntStream.rangeClosed(1, last).boxed().toList());
    // The listener was told of every sequence, once, in order.
    long next = 1;
    for (Committed committed : told) {
      assertThat(committed.firstSequence()).isEqualTo(next);
      next = committed.throughSequence() + 1;
    }
    assertThat(next).isEqualTo(last + 1);
  }

  private List<ItemResult> results() {
    return told.stream().flatMap(committed -> committed.results().stream()).toList();
  }

  private static void assertFails(ApiException.Kind kind, String says, ThrowingRun run) {
    assertThatThrownBy(run::run)
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(says);
  }

  private interface ThrowingRun {
    void run() throws Exception;
  }

  @Test
  void put_manyItems_areAppliedOnceInOrder() throws Exception {
    FeedStream stream = stream(OPTIONS, api().address());
    putAll(stream, 1, 20_000);
    stream.finish();

    assertFedOnce(20_000);
    assertThat(results()).isEmpty();
    assertThat(stream.nextSequence()).isEqualTo(20_001);
    stream.finish(); // nothing left: at once
  }

  @Test
  void put_oneItem_needsNoOtherToBeSent() throws Exception {
    FeedStream stream = stream(OPTIONS, api().address());
    putAll(stream, 1, 1);

    await().until(() -> told.size() == 1);
  }

  @Test
  void put_badItem_isToldWithItsSequence() throws Exception {
    FeedStream stream = stream(OPTIONS, api().address());
    putAll(stream, 1, 2);
    stream.put(Fed.item(Fed.exchange(3).setClient(ByteString.EMPTY)));
    stream.finish();

    assertThat(results()).extracting(ItemResult::getSequence).containsExactly(3L);
    assertThat(results()).extracting(ItemResult::getOutcome).containsExactly(Outcome.REJECTED);
  }

  @Test
  void put_itemTooLarge_isRefusedAndTheStreamGoesOn() throws Exception {
    FeedStream stream = stream(OPTIONS, api().address());
    assertThatThrownBy(
            () ->
                stream.put(
                    Fed.item(
                        Fed.exchange(1)
                            .setOptions(ByteString.copyFrom(new byte[FeedStream.ITEM_BYTES_MAX])))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected at most 261120");
    putAll(stream, 1, 1);
    stream.finish();

    assertFedOnce(1);
  }

  @Test
  void lostOutcome_applied_isNotAppliedAgain() throws Exception {
    log.fail(new Fault(Kind.INDETERMINATE, true));
    FeedStream stream = stream(OPTIONS, api().address());
    putAll(stream, 1, 3_000);
    stream.finish();

    assertFedOnce(3_000);
    assertThat(results()).isNotEmpty();
    assertThat(results()).allMatch(result -> result.getOutcome() == Outcome.SEEN_BEFORE);
    assertThat(log.sessions()).isEqualTo(2);
  }

  @Test
  void lostOutcome_notApplied_isSentAgain() throws Exception {
    log.fail(new Fault(Kind.INDETERMINATE, false), new Fault(Kind.NO_LEADER, false));
    FeedStream stream = stream(OPTIONS, api().address(), api().address());
    putAll(stream, 1, 3_000);
    stream.finish();

    assertFedOnce(3_000);
    assertThat(results()).isEmpty();
  }

  @Test
  void serverClosedInTheMiddle_theNextTakesOver() throws Exception {
    Api first = Api.before(log);
    FeedStream stream = stream(OPTIONS, first.address(), api().address());
    putAll(stream, 1, 1_000);
    log.hold();
    putAll(stream, 1_001, 5_000);
    await().until(() -> log.heldEntries() > 0);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(first::close);
    await().until(() -> log.sessions() == 2);
    log.release();
    putAll(stream, 5_001, 10_000);
    stream.finish();
    closing.join();

    assertFedOnce(10_000);
  }

  @Test
  void unreachableServer_isSkipped() throws Exception {
    FeedStream stream = stream(OPTIONS, nobody(), api().address());
    putAll(stream, 1, 10);
    stream.finish();

    assertFedOnce(10);
  }

  @Test
  void noServer_isGivenUp() throws Exception {
    HostPort nobody = nobody();
    assertFails(
        ApiException.Kind.UNREACHABLE,
        nobody.toString(),
        () -> stream(OPTIONS.withGiveUpAfter(Duration.ofMillis(500)), nobody));
  }

  @Test
  void serverGone_putAndFinishFailAfterGivingUp() throws Exception {
    Api api = Api.before(log);
    FeedStream stream =
        stream(
            OPTIONS.withGiveUpAfter(Duration.ofMillis(500)).withWindow(10, 4 << 20), api.address());
    api.close();

    assertFails(ApiException.Kind.UNREACHABLE, "no progress", () -> putAll(stream, 1, 1_000));
    assertFails(ApiException.Kind.UNREACHABLE, "no progress", stream::finish);
  }

  @Test
  void silentServer_isLeftForTheNext() throws Exception {
    FakeLog silent = new FakeLog();
    Api first = Api.before(silent);
    open.add(0, first);
    silent.hold();
    FeedOptions impatient =
        new FeedOptions(
            1_000,
            1 << 20,
            Duration.ofSeconds(10),
            Duration.ofMillis(300),
            Duration.ofSeconds(30),
            () -> 0);
    FeedStream stream = stream(impatient, first.address(), api().address());
    // The second numbers as the first does: as far as the feeder can tell they are one cluster.
    putAll(stream, 1, 5);
    stream.finish();

    assertFedOnce(5);
  }

  @Test
  void fullWindow_holdsThePutter() throws Exception {
    FeedStream stream = stream(OPTIONS.withWindow(100, 4 << 20), api().address());
    log.hold();
    CompletableFuture<Void> putter =
        CompletableFuture.runAsync(
            () -> {
              try {
                putAll(stream, 1, 1_000);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> stream.nextSequence() == 101);
    assertThat(putter).isNotDone();
    log.release();
    putter.join();
    stream.finish();

    assertFedOnce(1_000);
  }

  @Test
  void secondStreamOfTheEpoch_fencesTheFirst() throws Exception {
    Api api = api();
    FeedStream first = stream(OPTIONS, api.address());
    FeedStream second = stream(OPTIONS, api.address());

    assertFails(
        ApiException.Kind.FENCED,
        "held epoch 5",
        () -> {
          putAll(first, 1, 1);
          first.finish();
        });
    putAll(second, 1, 1);
    second.finish();
    assertThat(log.applied("kea1/f1")).hasSize(1);
  }

  @Test
  void lowerEpoch_isFenced_sameEpochGoesOn_higherOneBeginsAnew() throws Exception {
    Api api = api();
    FeedStream stream = stream(OPTIONS, api.address());
    putAll(stream, 1, 7);
    stream.finish();
    stream.close();

    assertFails(
        ApiException.Kind.FENCED,
        "held epoch 5",
        () ->
            FeedStream.open(
                servers(api.address()), new FeederId("kea1", "f1", 4), OPTIONS, told::add));
    assertThat(stream(OPTIONS, api.address()).nextSequence()).isEqualTo(8);
    try (FeedStream anew =
        FeedStream.open(
            servers(api.address()), new FeederId("kea1", "f1", 6), OPTIONS, told::add)) {
      assertThat(anew.nextSequence()).isEqualTo(1);
    }
  }

  @Test
  void invalidName_isRefused() {
    Api api = api();
    assertFails(
        ApiException.Kind.REFUSED,
        "source \"kea 1\"",
        () ->
            FeedStream.open(
                servers(api.address()), new FeederId("kea 1", "f1", 1), OPTIONS, told::add));
  }

  @Test
  void restoredCluster_isFinal() throws Exception {
    FeedStream stream = stream(OPTIONS, api().address());
    putAll(stream, 1, 10);
    stream.finish();
    log.restore();
    log.fail(new Fault(Kind.INDETERMINATE, false));

    assertFails(
        ApiException.Kind.RESTORED,
        "feed everything again",
        () -> {
          putAll(stream, 11, 20);
          stream.finish();
        });
  }

  @Test
  void failingListener_failsTheStream() throws Exception {
    FeedStream stream =
        FeedStream.open(
            servers(api().address()),
            FEEDER,
            OPTIONS,
            committed -> {
              throw new IllegalStateException("a test's listener");
            });
    open.add(0, stream);

    assertFails(
        ApiException.Kind.FAULT,
        "listener",
        () -> {
          putAll(stream, 1, 1);
          stream.finish();
          stream.put(Fed.item(2));
        });
  }

  @Test
  void sourceClock_travelsWithEachBatch() throws Exception {
    FeedStream stream = stream(OPTIONS.withSourceClock(() -> 1_234_567), api().address());
    putAll(stream, 1, 1);
    stream.finish();

    assertThat(log.entries().get(0).getApply().getGroups(0).getSourceClockMillis())
        .isEqualTo(1_234_567);
  }

  @Test
  void close_whileAnotherThreadPuts_endsIt() throws Exception {
    FeedStream stream = stream(OPTIONS.withWindow(10, 4 << 20), api().address());
    log.hold();
    CompletableFuture<Throwable> ended =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                putAll(stream, 1, 1_000);
                return new AssertionError("not ended");
              } catch (Exception e) {
                return e;
              }
            });
    await().until(() -> stream.nextSequence() == 11);
    stream.close();

    assertThat(ended.join())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
