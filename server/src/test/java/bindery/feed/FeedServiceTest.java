package bindery.feed;

import static bindery.feed.Fed.items;
import static bindery.feed.Fed.numbers;
import static bindery.feed.Fed.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.feed.FakeLog.Fault;
import bindery.raft.ProposalException.Kind;
import bindery.raft.Replica;
import bindery.v1.Item;
import bindery.v1.ItemResult;
import bindery.v1.ItemResult.Outcome;
import bindery.v1.RejectReason;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stream as feed.proto promises it, asked by a feeder that keeps no rules. */
final class FeedServiceTest {
  private static final FeedLimits SMALL = new FeedLimits(256 << 10, 64, 512 << 10, 4);

  private final FakeLog log = new FakeLog();
  private final List<AutoCloseable> open = new ArrayList<>();

  private Api api(FeedLimits limits) {
    Api api = Api.before(log, limits);
    open.add(0, api);
    return api;
  }

  private RawFeeder feeder(Api api) {
    RawFeeder feeder = new RawFeeder(api.address());
    open.add(0, feeder);
    return feeder;
  }

  private RawFeeder opened(Api api) {
    RawFeeder feeder = feeder(api).open("kea1", "f1", 1);
    await().until(feeder::isOpened);
    return feeder;
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

  private void assertEnds(RawFeeder feeder, Status.Code code, String says) {
    assertThat(feeder.end().getCode()).isEqualTo(code);
    assertThat(feeder.end().getDescription()).contains(says);
  }

  @Test
  void batches_areAcknowledgedInOrderAfterCommit() {
    RawFeeder feeder = opened(api(FeedLimits.DEFAULT));
    log.hold();
    for (int i = 0; i < 20; i++) {
      feeder.batch(1 + 50 * i, items(1 + 50 * i, 50 + 50 * i));
    }
    await().until(() -> log.heldEntries() > 0);
    assertThat(feeder.acks()).as("nothing is acknowledged before it is committed").isEmpty();
    log.release();

    await().until(() -> feeder.acks().size() == 20);
    assertThat(feeder.acks())
        .isEqualTo(LongStream.rangeClosed(1, 20).map(i -> 50 * i).boxed().toList());
    assertThat(Fed.numbers(log.applied("kea1/f1"))).isEqualTo(numbers(1, 1_000));
    feeder.complete();
    assertThat(feeder.end().isOk()).isTrue();
  }

  @Test
  void badItems_areToldWithoutHarmToTheRest() {
    Api api = api(FeedLimits.DEFAULT);
    RawFeeder feeder = opened(api);
    feeder.batch(
        1,
        List.of(
            Fed.item(1),
            Fed.item(Fed.exchange(2).setClient(ByteString.EMPTY)),
            Fed.item(Fed.exchange(3).setLink("nowhere")),
            Fed.item(Fed.exchange(4).setLink("old")),
            Fed.item(5)));

    await().until(() -> feeder.acks().equals(List.of(5L)));
    List<ItemResult> results = feeder.responses().get(1).getAck().getResultsList();
    assertThat(results).extracting(ItemResult::getSequence).containsExactly(2L, 3L, 4L);
    assertThat(results)
        .extracting(ItemResult::getOutcome)
        .containsExactly(Outcome.REJECTED, Outcome.REJECTED, Outcome.STALE);
    assertThat(results)
        .extracting(ItemResult::getReason)
        .containsExactly(
            RejectReason.BAD_CLIENT,
            RejectReason.UNKNOWN_LINK,
            RejectReason.REJECT_REASON_UNSPECIFIED);
    assertThat(results.get(2).getStaleLeasesList()).containsExactly(0);
    assertThat(log.applied("kea1/f1")).hasSize(5);
    assertThat(api.counted("accepted")).isEqualTo(2);
    assertThat(api.counted("rejected")).isEqualTo(2);
    assertThat(api.counted("stale")).isEqualTo(1);
  }

  @Test
  void resentItems_overlappingWhatWaits_keepTheirSequences() {
    RawFeeder feeder = opened(api(FeedLimits.DEFAULT));
    log.hold();
    feeder.batch(1, items(1, 1)); // in flight: what follows is gathered
    await().until(() -> log.heldEntries() == 1);
    feeder.batch(1, items(1, 10)).batch(5, items(5, 15)).batch(16, items(16, 20));
    log.release();

    await().until(() -> feeder.acks().equals(List.of(1L, 10L, 15L, 20L)));
    assertThat(Fed.numbers(log.applied("kea1/f1"))).isEqualTo(numbers(1, 20));
    assertThat(feeder.responses().get(3).getAck().getResultsList())
        .extracting(ItemResult::getSequence)
        .containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
  }

  @Test
  void resentBadItem_isRejectedAgain() {
    RawFeeder feeder = opened(api(FeedLimits.DEFAULT));
    Item bad = Fed.item(Fed.exchange(1).setClient(ByteString.EMPTY));
    feeder.batch(1, List.of(bad)).batch(1, List.of(bad));

    await().until(() -> feeder.acks().size() == 2);
    assertThat(feeder.responses().get(2).getAck().getResults(0).getOutcome())
        .isEqualTo(Outcome.REJECTED);
  }

  @Test
  void gap_endsTheStream() {
    RawFeeder feeder = opened(api(FeedLimits.DEFAULT));
    feeder.batch(1, items(1, 3)).batch(5, items(5, 6));

    assertEnds(feeder, Status.Code.ABORTED, "begins with 5 (expected at most 4)");
    assertThat(log.applied("kea1/f1").size()).isLessThanOrEqualTo(3);
  }

  @Test
  void brokenGrammar_endsTheStreamByName() {
    Api api = api(FeedLimits.DEFAULT);
    assertEnds(
        feeder(api).batch(1, items(1, 1)), Status.Code.INVALID_ARGUMENT, "BATCH (expected OPEN)");
    assertEnds(
        opened(api).open("kea1", "f1", 1), Status.Code.INVALID_ARGUMENT, "OPEN (expected BATCH)");
    assertEnds(opened(api).batch(0, items(1, 1)), Status.Code.INVALID_ARGUMENT, "of 0");
    assertEnds(opened(api).batch(-1, items(1, 1)), Status.Code.INVALID_ARGUMENT, "at least 1");
    assertEnds(opened(api).batch(1, List.of()), Status.Code.INVALID_ARGUMENT, "0 items");
    assertEnds(
        opened(api).batch(1, Collections.nCopies(1_001, Fed.item(1))),
        Status.Code.INVALID_ARGUMENT,
        "1001 items (expected 1..1000)");
    assertEnds(
        feeder(api).open("kea 1", "f1", 1), Status.Code.INVALID_ARGUMENT, "source \"kea 1\"");
    assertEnds(feeder(api).open("kea1", "f".repeat(65), 1), Status.Code.INVALID_ARGUMENT, "1..64");
    assertEnds(feeder(api).open("kea1", "f1", 0), Status.Code.INVALID_ARGUMENT, "epoch 0");
    RawFeeder silent = feeder(api);
    silent.complete();
    assertEnds(silent, Status.Code.INVALID_ARGUMENT, "expected OPEN");
  }

  @Test
  void batchOfTooManyOctets_isRefused_anItemAloneMayHaveMore() {
    Api api = api(FeedLimits.DEFAULT);
    Item large = Fed.item(Fed.exchange(1).setOptions(Fed.hex("00273ffc").concat(zeros(16_380))));
    assertEnds(
        opened(api).batch(1, Collections.nCopies(9, large)),
        Status.Code.INVALID_ARGUMENT,
        "expected at most 131072");

    var whole = Fed.exchange(1).clearLeases();
    for (int i = 1; i <= 4_096; i++) {
      whole.addLeases(Fed.put("2001:db8::" + Integer.toHexString(i)));
    }
    assertThat(whole.build().getSerializedSize()).isGreaterThan(128 << 10);
    RawFeeder feeder = feeder(api).open("kea1", "f2", 1).batch(1, List.of(Fed.item(whole)));
    await().until(() -> feeder.acks().equals(List.of(1L)));
    assertThat(log.applied("kea1/f2").get(0).getExchange().getLeasesCount()).isEqualTo(4_096);
  }

  @Test
  void olderSession_isFencedWithTheHeldEpoch() {
    Api api = api(FeedLimits.DEFAULT);
    RawFeeder older = opened(api);
    RawFeeder newer = feeder(api).open("kea1", "f1", 7);
    await().until(newer::isOpened);
    older.batch(1, items(1, 1));

    assertEnds(older, Status.Code.FAILED_PRECONDITION, "held epoch 7");
    assertEnds(feeder(api).open("kea1", "f1", 6), Status.Code.FAILED_PRECONDITION, "held epoch 7");
    newer.batch(1, items(1, 2));
    await().until(() -> newer.acks().equals(List.of(2L)));
  }

  @Test
  void overload_isRetriedInside_inOrder() {
    RawFeeder feeder = opened(api(FeedLimits.DEFAULT));
    log.hold();
    feeder.batch(1, items(1, 1));
    await().until(() -> log.heldEntries() == 1);
    for (int i = 2; i <= 60; i++) {
      feeder.batch(1_000L * (i - 2) + 2, items(1_000 * (i - 2) + 2, 1_000 * (i - 1) + 1));
    }
    await().until(() -> log.heldEntries() >= 4);
    // The second is not taken: those behind it, in flight already, come back as gaps.
    log.fail(new Fault(Kind.OVERLOADED, false));
    log.release();

    await().until(() -> feeder.acks().size() == 60);
    assertThat(Fed.numbers(log.applied("kea1/f1"))).isEqualTo(numbers(1, 59_001));
    assertThat(feeder.hasEnded()).isFalse();
    assertThat(log.sessions()).isEqualTo(1);
  }

  @Test
  void failures_endTheStreamByTheTable() {
    Api api = api(FeedLimits.DEFAULT);
    var table =
        Map.of(
            Kind.NO_LEADER, Status.Code.UNAVAILABLE,
            Kind.INDETERMINATE, Status.Code.UNAVAILABLE,
            Kind.STOPPING, Status.Code.UNAVAILABLE,
            Kind.REFUSED, Status.Code.INVALID_ARGUMENT);
    table.forEach(
        (kind, code) -> {
          log.fail(new Fault(kind, false));
          RawFeeder feeder = feeder(api).open("kea1", kind.name(), 1).batch(1, items(1, 1));
          assertEnds(feeder, code, "a test's fault");
          assertThat(feeder.acks()).isEmpty();
        });
  }

  @Test
  void flood_isSlowedAndHeldWithinTheBudget() {
    Api api = api(SMALL);
    log.hold();
    List<RawFeeder> feeders =
        IntStream.range(0, 3).mapToObj(i -> feeder(api).open("kea1", "flood" + i, 1)).toList();
    feeders.forEach(feeder -> await().until(feeder::isOpened));
    // 8 MiB each, all at once: far more than any window.
    List<Item> batch = items(1, 1_000);
    int batchBytes = 1_000 * batch.get(0).getSerializedSize();
    int batches = (8 << 20) / batchBytes;
    long most = SMALL.bytesMax() + 3L * FeedLimits.BATCH_OF_ONE_BYTES_MAX;
    for (RawFeeder feeder : feeders) {
      for (int i = 0; i < batches; i++) {
        feeder.batch(1 + 1_000L * i, batch);
      }
    }
    await().until(() -> api.bytesHeld() >= SMALL.bytesMax());
    assertThat(feeders).noneMatch(feeder -> feeder.requests().isReady());

    log.release();
    await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              assertThat(api.bytesHeld()).isLessThanOrEqualTo(most);
              assertThat(feeders).noneMatch(RawFeeder::hasEnded);
              return feeders.stream().allMatch(feeder -> feeder.responses().size() == batches + 1);
            });
    assertThat(api.bytesHeld()).isZero();
  }

  @Test
  void feederThatTakesNoAcks_isNotReadFrom() {
    Api api = api(FeedLimits.DEFAULT);
    RawFeeder deaf = new RawFeeder(api.address(), false);
    open.add(0, deaf);
    deaf.open("kea1", "deaf", 1);
    // Each batch is answered by a thousand reasons: the answers outweigh what is sent.
    List<Item> bad = Collections.nCopies(1_000, Fed.item(Fed.exchange(1).clearClient()));
    for (int i = 0; i < 400; i++) {
      deaf.batch(1 + 1_000L * i, bad);
    }
    AtomicInteger before = new AtomicInteger(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              int now = log.applied("kea1/deaf").size();
              return before.getAndSet(now) == now;
            });
    assertThat(log.applied("kea1/deaf").size()).isLessThan(100_000);
    deaf.requests().request(1_000);
    await().until(() -> deaf.acks().size() == 400);
  }

  @Test
  void cancelledStream_givesBackWhatItHeld_andHarmsNoOther() {
    Api api = api(FeedLimits.DEFAULT);
    RawFeeder other = feeder(api).open("kea1", "other", 1);
    RawFeeder feeder = opened(api);
    await().until(other::isOpened);
    log.hold();
    feeder.batch(1, items(1, 500)).batch(501, items(501, 1_000));
    other.batch(1, items(1, 5));
    await().until(() -> log.heldEntries() > 0 && api.bytesHeld() > 0);
    feeder.cancel();
    await().until(() -> api.bytesHeld() < 1_000);
    log.release();

    await().until(() -> other.acks().equals(List.of(5L)));
    assertThat(api.bytesHeld()).isZero();
  }

  @Test
  void halfClosedStream_isAcknowledgedToItsEnd() {
    RawFeeder feeder = opened(api(FeedLimits.DEFAULT));
    log.hold();
    feeder.batch(1, items(1, 10));
    feeder.complete();
    await().until(() -> log.heldEntries() == 1);
    assertThat(feeder.hasEnded()).isFalse();
    log.release();

    assertThat(feeder.end().isOk()).isTrue();
    assertThat(feeder.acks()).containsExactly(10L);
  }

  @Test
  void closedServer_endsStreamsAsUnavailable() {
    Api api = Api.before(log);
    RawFeeder feeder = opened(api);
    api.close();

    assertEnds(feeder, Status.Code.UNAVAILABLE, "stopping");
  }

  @Test
  void tooManyStreams_areRefused() {
    Api api = api(SMALL);
    for (int i = 0; i < 4; i++) {
      RawFeeder feeder = feeder(api).open("kea1", "f" + i, 1);
      await().until(feeder::isOpened);
    }
    assertEnds(feeder(api).open("kea1", "f5", 1), Status.Code.RESOURCE_EXHAUSTED, "4 streams");
  }

  @Test
  void smallFeeders_shareEntries() {
    Api api = api(FeedLimits.DEFAULT);
    RawFeeder first = opened(api);
    List<RawFeeder> feeders =
        IntStream.range(0, 63).mapToObj(i -> feeder(api).open("kea1", "s" + i, 1)).toList();
    feeders.forEach(feeder -> await().until(feeder::isOpened));
    log.hold();
    first.batch(1, items(1, 1));
    await().until(() -> log.heldEntries() == 1);
    feeders.forEach(feeder -> feeder.batch(1, items(1, 1)));
    long each = items(1, 1).get(0).getSerializedSize();
    await().until(() -> api.bytesHeld() >= 64 * each);
    log.release();

    feeders.forEach(feeder -> await().until(() -> feeder.acks().equals(List.of(1L))));
    assertThat(log.entries()).hasSize(2);
    assertThat(log.entries().get(1).getApply().getGroupsCount()).isEqualTo(63);
  }

  @Test
  void streamingFeeder_keepsTheLogBusy_withEntriesWithinTheirSize() {
    Api api = api(FeedLimits.DEFAULT);
    RawFeeder feeder = opened(api);
    log.hold();
    for (int i = 0; i < 30; i++) {
      feeder.batch(1 + 1_000L * i, items(1 + 1_000 * i, 1_000 + 1_000 * i));
    }
    await().until(() -> log.heldEntries() == EntryGatherer.ENTRIES_MAX);
    log.release();

    await().until(() -> feeder.acks().size() == 30);
    assertThat(log.entries())
        .allMatch(entry -> entry.getSerializedSize() <= Replica.COMMAND_BYTES_MAX);
    assertThat(log.entries().size()).isLessThan(60);
  }
}
