package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.log.v1.Barrier;
import bindery.log.v1.Command;
import bindery.model.Bytes;
import bindery.store.BindingStore;
import bindery.store.StoreContent;
import bindery.store.StoreOptions;
import bindery.store.StoreView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptViewsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private static Command keeping(long token) {
    return Command.newBuilder().setLevel(1).setBarrier(Barrier.newBuilder().setKeep(token)).build();
  }

  private KeptViews over(BindingStore store, Duration keptFor) {
    return new KeptViews(store, new AppliedWaits(0), timer, keptFor);
  }

  private static BindingStore open(Path folder) {
    return BindingStore.open(folder, new StoreOptions(8L << 20, 1L << 20));
  }

  @Test
  void keep_aThird_closesTheFirst(@TempDir Path folder) {
    try (BindingStore store = open(folder.resolve("store"));
        KeptViews kept = over(store, PATIENCE)) {
      for (int i = 1; i <= 3; i++) {
        store.apply(1, i, keeping(10 + i));
        kept.keep(10 + i);
      }
      assertThat(kept.find(new KeptRevision(11, 1))).isEmpty();
      assertThat(kept.find(new KeptRevision(12, 2)).orElseThrow().revision()).isEqualTo(2);
      StoreView last = kept.find(new KeptRevision(13, 3)).orElseThrow();
      assertThat(kept.find(new KeptRevision(13, 2))).isEmpty();

      kept.clear();
      assertThat(kept.find(new KeptRevision(13, 3))).isEmpty();
      assertThatThrownBy(last::level).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void keep_pastItsTime_isLetGo(@TempDir Path folder) {
    try (BindingStore store = open(folder.resolve("store"));
        KeptViews kept = over(store, Duration.ofMillis(50))) {
      store.apply(1, 1, keeping(7));
      kept.keep(7);
      await().atMost(PATIENCE).until(() -> kept.find(new KeptRevision(7, 1)).isEmpty());
    }
  }

  @Test
  void keep_closed_keepsNothing(@TempDir Path folder) {
    try (BindingStore store = open(folder.resolve("store"))) {
      KeptViews kept = over(store, PATIENCE);
      kept.close();
      store.apply(1, 1, keeping(7));
      kept.keep(7);
      assertThat(kept.find(new KeptRevision(7, 1))).isEmpty();
    }
  }

  @Test
  void read_viewClosedMeanwhile_goesOn_andEndsWhenTold(@TempDir Path folder) {
    try (BindingStore store = open(folder.resolve("store"));
        KeptViews kept = over(store, PATIENCE)) {
      store.apply(1, 1, TestCluster.link("edge"));
      kept.keep(7);
      StoreView view = kept.find(new KeptRevision(7, 1)).orElseThrow();
      AtomicInteger looks = new AtomicInteger();
      StoreContent content =
          StoreContent.read(
              view,
              () -> {
                looks.incrementAndGet();
                kept.clear();
                return false;
              });
      assertThat(looks).hasPositiveValue();
      assertThat(content.links()).isEqualTo(1);
      assertThat(content.revision()).isEqualTo(1);

      store.apply(1, 2, keeping(8));
      kept.keep(8);
      StoreView next = kept.find(new KeptRevision(8, 2)).orElseThrow();
      assertThatThrownBy(() -> StoreContent.read(next, () -> true))
          .isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void hash_threeMembersUnderLoad_isAlikeAtOneRevision(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger fed = new AtomicInteger();
      Replica leader = cluster.get(cluster.leader());
      CompletableFuture<Void> load =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; !over.get(); i++) {
                  feed(leader, i);
                  fed.incrementAndGet();
                }
              });
      try {
        Set<Bytes> hashes = new HashSet<>();
        for (int round = 1; round <= 3; round++) {
          int least = round * 5;
          await().atMost(TestCluster.PATIENCE).until(() -> fed.get() >= least || load.isDone());
          KeptRevision kept = cluster.get("n" + round).keep().get(60, TimeUnit.SECONDS);
          Set<StoreContent> contents = new HashSet<>();
          for (Replica replica : cluster.running().values()) {
            replica.awaitApplied(kept.revision(), PATIENCE).get();
            contents.add(StoreContent.read(replica.kept(kept).orElseThrow(), () -> false));
          }
          assertThat(contents).as("at revision %s", kept.revision()).hasSize(1);
          StoreContent content = contents.iterator().next();
          assertThat(content.revision()).isEqualTo(kept.revision());
          assertThat(content.bindings()).isPositive();
          assertThat(content.sources()).isEqualTo(1);
          hashes.add(content.hash());
        }
        assertThat(hashes).as("the rows went on changing").hasSize(3);
      } finally {
        over.set(true);
        load.get(60, TimeUnit.SECONDS);
      }
      assertThat(cluster.failures()).isEmpty();
    }
  }

  // A batch of 500 clients that differs each time.
  private static void feed(Replica replica, int batch) {
    try {
      JobDriverTest.feed(replica, batch + 1L, batch * 500, 500, 1_750_000_000L + batch);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void kept_memberThatFetchedItsRowsSince_hasNone(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).with(TestCluster::purging).startAll()) {
      KeptRevision kept = cluster.get("n1").keep().get(60, TimeUnit.SECONDS);
      cluster.awaitApplied(kept.revision());
      assertThat(cluster.get("n3").kept(kept)).isPresent();
      cluster.stop("n3");
      cluster.purgeLog();
      cluster.start("n3");
      cluster.awaitApplied(cluster.get(cluster.leader()).status().committedIndex());
      assertThat(cluster.get("n3").kept(kept)).isEmpty();
      assertThat(cluster.get("n1").kept(kept)).isPresent();
    }
  }

  @Test
  void awaitApplied_notInTime_fails(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      assertThatThrownBy(
              () ->
                  cluster
                      .get("n1")
                      .awaitApplied(1_000_000, Duration.ofMillis(100))
                      .get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }
}
