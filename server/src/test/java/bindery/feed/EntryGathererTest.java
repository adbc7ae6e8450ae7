package bindery.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.log.v1.Command;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Item;
import bindery.log.v1.Result;
import bindery.log.v1.Void;
import io.grpc.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which entries small feeders share, over a log that answers when it is told to. */
final class EntryGathererTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final List<Command> entries = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<Result>> results = new CopyOnWriteArrayList<>();
  private final AtomicInteger heard = new AtomicInteger();
  private final List<Lane> lanes = new ArrayList<>();
  private EntryGatherer gatherer = over(LONG);

  EntryGathererTest() {
    for (int i = 0; i < 4; i++) {
      lanes.add(
          new Lane(
              "source",
              "f" + i,
              i + 1,
              new Lane.Receiver() {
                @Override
                public void committed(Piece piece, Piece.Commit commit) {
                  heard.incrementAndGet();
                }

                @Override
                public void failed(Status status) {}
              }));
    }
  }

  private EntryGatherer over(Duration gathering) {
    return new EntryGatherer(
        command -> {
          entries.add(command);
          CompletableFuture<Result> result = new CompletableFuture<>();
          results.add(result);
          return result;
        },
        new FeedMetrics(new PrometheusRegistry()),
        took -> gathering.toNanos());
  }

  @AfterEach
  void close() {
    gatherer.close();
  }

  /** An update of a feeder. */
  private void feed(int lane, long sequence) {
    Item item = Item.newBuilder().setVoid(Void.getDefaultInstance()).build();
    gatherer.add(lanes.get(lane), List.of(new Piece(sequence, List.of(item), 10, 0)));
    gatherer.drain();
  }

  private int groups(int entry) {
    return entries.get(entry).getApply().getGroupsCount();
  }

  private void answer(int entry) {
    int before = heard.get();
    Result.Builder result = Result.newBuilder().setRevision(entry + 1L);
    for (int i = 0; i < groups(entry); i++) {
      result.getApplyBuilder().addGroups(GroupResult.getDefaultInstance());
    }
    results.get(entry).complete(result.build());
    await().atMost(Duration.ofSeconds(60)).until(() -> heard.get() == before + groups(entry));
  }

  /** Has three feeders share an entry, which is answered. */
  private void share() {
    for (int lane = 0; lane < 4; lane++) {
      feed(lane, 1);
    }
    assertThat(groups(0)).as("the first goes at once").isEqualTo(1);
    answer(0);
    await().atMost(Duration.ofSeconds(60)).until(() -> entries.size() == 2);
    assertThat(groups(1)).isEqualTo(3);
    answer(1);
  }

  @Test
  void drain_nothingInFlight_proposesAtOnce() {
    feed(0, 1);

    assertThat(entries).hasSize(1);
  }

  // The first to hear of a shared entry does not have the next one alone.
  @Test
  void drain_thoseThatSharedTheLastEntry_shareTheNext() {
    share();
    feed(3, 2);
    feed(1, 2);
    assertThat(entries).hasSize(2);
    feed(2, 2);

    assertThat(entries).hasSize(3);
    assertThat(groups(2)).isEqualTo(3);
  }

  @Test
  void drain_oneOfThemFallsSilent_waitsForAMomentOnly() {
    gatherer.close();
    gatherer = over(Duration.ofMillis(1));
    share();
    feed(3, 2);

    await().atMost(Duration.ofSeconds(60)).until(() -> entries.size() == 3);
    assertThat(groups(2)).isEqualTo(1);
  }
}
