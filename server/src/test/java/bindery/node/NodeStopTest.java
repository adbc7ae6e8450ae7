package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.leasequery.LeasequeryServer;
import org.junit.jupiter.api.Test;

/** How long the stop of a node may take, part by part. */
final class NodeStopTest {
  // The replica and the store are closed behind the front: a halt before that would lose a flush.
  @Test
  void fatalStop_isPatientEnoughForTheFrontAndWhatIsClosedBehindIt() {
    assertThat(Node.FATAL_STOP_MAX).isGreaterThan(LeasequeryServer.CLOSE_MAX.plusSeconds(25));
    assertThat(Node.STOP_MAX).isGreaterThan(Node.FATAL_STOP_MAX);
  }
}
