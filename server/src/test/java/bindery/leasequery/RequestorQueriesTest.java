package bindery.leasequery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestorQueriesTest {
  private static final InetAddress REQUESTOR = InetAddress.getLoopbackAddress();

  private final LeasequeryStats stats = new LeasequeryStats();
  private final RequestorQueries queries = new RequestorQueries(stats);
  private final List<Waiting> letIn = new ArrayList<>();

  /** A connection that notes when it is its turn. */
  private final class Waiting implements ConnectionQueries.Connection {
    @Override
    public void discard(int queryType, String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void queryEnded(boolean closesConnection) {
      throw new AssertionError("no query of its own ended");
    }

    @Override
    public void broken(Throwable cause) {
      throw new AssertionError(cause);
    }

    @Override
    public void roomAgain() {
      letIn.add(this);
    }
  }

  private boolean begins(int most) {
    return queries.begin(REQUESTOR, most, new Waiting());
  }

  @Test
  void end_underARaisedLimit_letsInAsManyAsHaveRoom() {
    assertThat(begins(1)).isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(begins(1)).isFalse();
    }
    queries.end(REQUESTOR, 3);

    assertThat(letIn).hasSize(3);
    assertThat(stats.queriesHeld()).isEqualTo(2);
  }

  @Test
  void end_underALoweredLimit_letsNobodyInUntilThereIsRoom() {
    for (int i = 0; i < 3; i++) {
      assertThat(begins(3)).isTrue();
    }
    assertThat(begins(3)).isFalse();
    queries.end(REQUESTOR, 1);
    queries.end(REQUESTOR, 1);
    assertThat(letIn).isEmpty();
    queries.end(REQUESTOR, 1);

    assertThat(letIn).hasSize(1);
    assertThat(stats.queriesHeld()).isZero();
  }

  @Test
  void limitsChanged_letsInThoseThatWait_theFirstFirst() {
    assertThat(begins(1)).isTrue();
    Waiting first = new Waiting();
    assertThat(queries.begin(REQUESTOR, 1, first)).isFalse();
    assertThat(begins(1)).isFalse();
    queries.limitsChanged(address -> 1);
    assertThat(letIn).isEmpty();
    queries.limitsChanged(address -> 2);

    assertThat(letIn).containsExactly(first);
  }

  @Test
  void end_ofWhatWasNotBegun_isAFault() {
    assertThatThrownBy(() -> queries.end(REQUESTOR, 1)).isInstanceOf(IllegalStateException.class);
  }
}
