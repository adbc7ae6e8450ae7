package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.store.ReadPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Who shares which round, and what a round that goes wrong leaves behind. */
final class SharedRoundsTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final List<CompletableFuture<ReadPoint>> sent = new ArrayList<>();

  private SharedRounds rounds(Duration patience) {
    return new SharedRounds(
        () -> {
          sent.add(new CompletableFuture<>());
          return sent.get(sent.size() - 1);
        },
        patience,
        Runnable::run);
  }

  private static ReadPoint point(long revision) {
    return new ReadPoint(revision, 0, revision);
  }

  // The one in flight may have been sent before something that the newcomer must see.
  @Test
  void ask_whileOneIsInFlight_sharesTheNext() {
    SharedRounds rounds = rounds(LONG);
    CompletableFuture<ReadPoint> first = rounds.ask();
    CompletableFuture<ReadPoint> second = rounds.ask();
    CompletableFuture<ReadPoint> third = rounds.ask();
    sent.get(0).complete(point(1));

    assertThat(first.join().revision()).isEqualTo(1);
    assertThat(second).isNotDone();
    assertThat(sent).hasSize(2);
    sent.get(1).complete(point(2));
    assertThat(second.join().revision()).isEqualTo(2);
    assertThat(third.join().revision()).isEqualTo(2);
    assertThat(rounds.last()).isEqualTo(point(2));
  }

  @Test
  void ask_roundFails_failsThoseThatShareItAndTheNextIsSent() {
    SharedRounds rounds = rounds(LONG);
    CompletableFuture<ReadPoint> first = rounds.ask();
    CompletableFuture<ReadPoint> second = rounds.ask();
    sent.get(0).completeExceptionally(new IllegalStateException("no majority"));

    assertThatThrownBy(first::join).hasRootCauseMessage("no majority");
    sent.get(1).complete(point(2));
    assertThat(second.join().revision()).isEqualTo(2);
  }

  @Test
  void ask_roundCannotBegin_failsAndOthersCan() {
    List<Integer> begun = new ArrayList<>();
    SharedRounds rounds =
        new SharedRounds(
            () -> {
              begun.add(1);
              if (begun.size() == 1) {
                throw new IllegalStateException("closing");
              }
              return CompletableFuture.completedFuture(point(7));
            },
            LONG,
            Runnable::run);

    assertThatThrownBy(() -> rounds.ask().join()).hasRootCauseMessage("closing");
    assertThat(rounds.ask().join().revision()).isEqualTo(7);
  }

  // Nobody waits for it any more, and newcomers must not stand behind it.
  @Test
  void ask_roundNeverEnds_isGivenUp() {
    List<Integer> begun = new ArrayList<>();
    SharedRounds rounds =
        new SharedRounds(
            () -> {
              begun.add(1);
              return begun.size() == 1
                  ? new CompletableFuture<>()
                  : CompletableFuture.completedFuture(point(2));
            },
            Duration.ofMillis(20),
            Runnable::run);

    assertThatThrownBy(() -> rounds.ask().join()).hasCauseInstanceOf(TimeoutException.class);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> rounds.ask().join().revision() == 2);
  }
}
