package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.raft.DiskWatch.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DiskWatchTest {
  private final AtomicLong nanos = new AtomicLong();
  private Duration takes = Duration.ZERO;
  private long usable = 1_000;
  private @Nullable IOException failure;

  private final DiskProbe disk =
      new DiskProbe() {
        @Override
        public void force() throws IOException {
          nanos.addAndGet(takes.toNanos());
          if (failure != null) {
            throw failure;
          }
        }

        @Override
        public long usableBytes() {
          return usable;
        }
      };

  private DiskWatch watch(DiskProbe probe, long freeMin) {
    return new DiskWatch(probe, "n1", Duration.ofMillis(500), freeMin, nanos::get);
  }

  private static Optional<Kind> kind(DiskWatch watch) {
    return watch.fault().map(DiskWatch.Fault::kind);
  }

  @Test
  void fault_forceTookTooLong_isSlowForAMinuteAfter() {
    try (DiskWatch watch = watch(disk, 0)) {
      takes = Duration.ofMillis(1_990);
      watch.tryOnce();
      assertThat(watch.fault()).isEmpty();
      takes = Duration.ofMillis(3_200);
      watch.tryOnce();
      takes = Duration.ofMillis(3);
      watch.tryOnce();
      assertThat(watch.fault().orElseThrow().text())
          .contains("took 3.2 s", "expected within 2.0 s");
      assertThat(watch.isUnfit()).isTrue();
      nanos.addAndGet(Duration.ofSeconds(59).toNanos());
      assertThat(kind(watch)).contains(Kind.SLOW);
      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      assertThat(watch.fault()).isEmpty();
    }
  }

  @Test
  void fault_forceThatDoesNotEnd_isToldMeanwhile() {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> stalled = new CompletableFuture<>();
    DiskProbe stalling =
        new DiskProbe() {
          @Override
          public void force() {
            begun.countDown();
            stalled.join();
          }

          @Override
          public long usableBytes() {
            return usable;
          }
        };
    try (DiskWatch watch = watch(stalling, 0)) {
      watch.start();
      await().atMost(TestCluster.PATIENCE).until(() -> begun.getCount() == 0);
      assertThat(watch.fault()).isEmpty();
      nanos.addAndGet(Duration.ofMillis(2_500).toNanos());
      assertThat(watch.fault().orElseThrow().text()).contains("for 2.5 s");
      assertThat(watch.tookNanos()).isEqualTo(Duration.ofMillis(2_500).toNanos());
    } finally {
      stalled.complete(null);
    }
  }

  @Test
  void fault_lessRoomThanAskedFor_isLow() {
    try (DiskWatch watch = watch(disk, 1_000);
        DiskWatch unbounded = watch(disk, 0)) {
      assertThat(watch.fault()).as("before the first try").isEmpty();
      watch.tryOnce();
      assertThat(watch.fault()).isEmpty();
      usable = 999;
      watch.tryOnce();
      assertThat(kind(watch)).contains(Kind.LOW);
      assertThat(watch.fault().orElseThrow().text()).contains("raft.free-space-min", "make room");
      takes = Duration.ofSeconds(3);
      watch.tryOnce();
      assertThat(kind(watch))
          .as("what ends the node comes before what was slow")
          .contains(Kind.LOW);
      takes = Duration.ZERO;
      usable = 0;
      unbounded.tryOnce();
      assertThat(unbounded.fault()).isEmpty();
    }
  }

  @Test
  void fault_forceFails_isToldUntilOneDoesNot() {
    try (DiskWatch watch = watch(disk, 0)) {
      failure = new IOException("No space left on device");
      watch.tryOnce();
      assertThat(kind(watch)).contains(Kind.FAILING);
      assertThat(watch.fault().orElseThrow().text()).contains("No space left on device");
      failure = null;
      watch.tryOnce();
      assertThat(watch.fault()).isEmpty();
    }
  }
}
