package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppliedWaitsTest {
  private final AppliedWaits waits = new AppliedWaits(10);

  @Test
  void await_appliedAlready_isDone() {
    assertThat(waits.await(10)).isDone();
    assertThat(waits.await(11)).isNotDone();
  }

  @Test
  void applied_further_tellsAllUpToIt() {
    CompletableFuture<Void> near = waits.await(11);
    CompletableFuture<Void> same = waits.await(11);
    CompletableFuture<Void> far = waits.await(13);

    waits.applied(12);

    assertThat(near).isDone();
    assertThat(same).isDone();
    assertThat(far).isNotDone();
  }

  @Test
  void forget_byOne_leavesTheOthersWaiting() {
    CompletableFuture<Void> impatient = waits.await(11);
    CompletableFuture<Void> patient = waits.await(11);
    waits.forget(11, impatient);

    waits.applied(11);

    assertThat(impatient).isNotDone();
    assertThat(patient).isDone();
  }
}
