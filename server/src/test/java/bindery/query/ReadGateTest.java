package bindery.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.store.ReadPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReadGateTest {
  private static final ReadPoint POINT = new ReadPoint(7, 1_700_000_000_000L, 0);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger barriers = new AtomicInteger();
  private final Executor reads =
      read -> {
        throw new AssertionError("no snapshot is needed");
      };
  private CompletionStage<ReadPoint> outcome = CompletableFuture.completedStage(POINT);

  private ReadGate gate(ReadMode mode) {
    return new ReadGate(
        () -> {
          barriers.incrementAndGet();
          return outcome;
        },
        mode,
        () -> {
          throw new AssertionError("no snapshot is needed");
        },
        reads,
        nanos::get,
        () -> {
          throw new AssertionError("no wall clock is needed");
        });
  }

  private void loseQuorum() {
    outcome = CompletableFuture.failedStage(new IllegalStateException("no leader"));
  }

  private static ReadPoint passed(ReadGate gate) {
    return gate.pass(false).toCompletableFuture().join();
  }

  @Test
  void pass_barrierSucceeds_givesItsPoint() {
    assertThat(passed(gate(ReadMode.LINEARIZABLE))).isEqualTo(POINT);
  }

  // V-26
  @Test
  void pass_linearizableWithoutQuorum_isRefusedWithTheReason() {
    ReadGate gate = gate(ReadMode.LINEARIZABLE);
    passed(gate);
    loseQuorum();

    assertThatThrownBy(() -> passed(gate))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(ReadRefusedException.class)
        .hasMessageContaining("no majority")
        .hasMessageContaining("no leader");
    assertThat(gate.staleReads()).isZero();
  }

  @Test
  void pass_barrierThrows_isRefusedLikeAFailure() {
    ReadGate gate =
        new ReadGate(
            () -> {
              throw new IllegalStateException("stopped");
            },
            ReadMode.LINEARIZABLE,
            () -> {
              throw new AssertionError("no snapshot is needed");
            },
            reads,
            nanos::get,
            nanos::get);

    assertThatThrownBy(() -> passed(gate)).cause().hasMessageContaining("stopped");
  }

  @Test
  void pass_boundedWithoutQuorum_servesUpToTheBoundAndNotBeyond() {
    ReadGate gate = gate(ReadMode.bounded(Duration.ofSeconds(30)));
    passed(gate);
    loseQuorum();

    nanos.set(Duration.ofSeconds(30).toNanos());
    assertThat(passed(gate)).isEqualTo(POINT);
    assertThat(gate.staleReads()).isEqualTo(1);

    nanos.incrementAndGet();
    assertThatThrownBy(() -> passed(gate)).cause().hasMessageContaining("at most 30 s");
    assertThat(gate.staleReads()).isEqualTo(1);
  }

  @Test
  void pass_boundedAfterARestart_isRefusedSinceTheAgeIsUnknown() {
    ReadGate gate = gate(ReadMode.bounded(Duration.ofSeconds(30)));
    loseQuorum();

    assertThatThrownBy(() -> passed(gate)).cause().hasMessageContaining("unknown since the start");
  }

  @Test
  void pass_unlimitedWithoutQuorum_servesHoweverOld() {
    ReadGate gate = gate(ReadMode.UNLIMITED);
    passed(gate);
    loseQuorum();
    nanos.set(Duration.ofDays(3).toNanos());

    assertThat(passed(gate)).isEqualTo(POINT);
    assertThat(gate.staleReads()).isEqualTo(1);
  }

  // Whoever completes a barrier must not wait for a disk.
  @Test
  void pass_unlimitedAfterARestart_looksOnTheThreadsThatRead(@TempDir Path folder) {
    try (FedStore store = FedStore.neverFed(folder)) {
      List<Runnable> queued = new ArrayList<>();
      ReadGate gate =
          new ReadGate(
              () -> CompletableFuture.failedStage(new IllegalStateException("no leader")),
              ReadMode.UNLIMITED,
              store::view,
              queued::add,
              nanos::get,
              () -> FedStore.NOW * 1_000 + 5);
      CompletableFuture<ReadPoint> passed = gate.pass(false).toCompletableFuture();
      assertThat(passed).isNotDone();

      queued.forEach(Runnable::run);
      assertThat(queued).hasSize(1);
      assertThat(passed.join().clusterTimeMillis()).isEqualTo(FedStore.NOW * 1_000 + 5);
    }
  }

  @Test
  void pass_unlimitedAfterARestart_withoutRoomToRead_fails() {
    ReadGate gate =
        new ReadGate(
            () -> CompletableFuture.failedStage(new IllegalStateException("no leader")),
            ReadMode.UNLIMITED,
            () -> {
              throw new AssertionError("no snapshot may be read");
            },
            read -> {
              throw new RejectedExecutionException("too much to read");
            },
            nanos::get,
            nanos::get);

    assertThatThrownBy(() -> passed(gate)).hasMessageContaining("too much to read");
  }

  @Test
  void pass_olderBarrierSucceedsLate_keepsTheNewestSent() {
    ReadGate gate = gate(ReadMode.bounded(Duration.ofSeconds(30)));
    ReadPoint newest = new ReadPoint(9, POINT.clusterTimeMillis(), 500);
    outcome = CompletableFuture.completedStage(newest);
    passed(gate);
    outcome = CompletableFuture.completedStage(POINT);
    passed(gate);
    loseQuorum();

    assertThat(passed(gate)).isEqualTo(newest);
  }

  @Test
  void refresh_onlyWhenBoundedAndDue_sendsABarrier() {
    ReadGate linearizable = gate(ReadMode.LINEARIZABLE);
    linearizable.refresh(Duration.ofSeconds(5));
    assertThat(barriers).hasValue(0);

    ReadGate bounded = gate(ReadMode.bounded(Duration.ofSeconds(30)));
    bounded.refresh(Duration.ofSeconds(5));
    assertThat(barriers).hasValue(1);
    bounded.refresh(Duration.ofSeconds(5));
    assertThat(barriers).hasValue(1);
    nanos.set(Duration.ofSeconds(5).toNanos());
    bounded.refresh(Duration.ofSeconds(5));
    assertThat(barriers).hasValue(2);
  }

  @Test
  void mode_boundWithoutItsKind_isRefused() {
    assertThatThrownBy(() -> ReadMode.bounded(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ReadMode(ReadMode.Kind.LINEARIZABLE, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
