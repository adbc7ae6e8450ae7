package bindery.kea.ha;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.Exchange;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import bindery.v1.RelayHop;
import com.google.protobuf.ByteString;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which leases Kea is asked for, since their updates may have come in the wrong order. */
final class OvertakingsTest {
  private static final long SECOND = 1_788_000_000;

  private final AtomicLong nanos = new AtomicLong();

  private final Overtakings overtakings;

  OvertakingsTest(@TempDir Path folder) throws IOException {
    overtakings =
        new Overtakings(nanos::get, new Gaps(folder, new HaMetrics(new PrometheusRegistry())));
  }

  private void saw(Operation operation, long cltt, long connection) {
    saw(operation, cltt, connection, 1);
  }

  private void saw(Operation operation, long cltt, long connection, int port) {
    overtakings.saw(
        Exchange.newBuilder()
            .setCltt(cltt)
            .addRelays(RelayHop.newBuilder().setOptions(ByteString.copyFromUtf8("port " + port)))
            .addLeases(
                LeaseUpdate.newBuilder()
                    .setOperation(operation)
                    .setKind(LeaseKind.ADDRESS)
                    .setAddress(ByteString.copyFrom(new byte[16]))
                    .setPrefixLength(128))
            .build(),
        connection);
  }

  @Test
  void saw_twoOfOneSecondOverTwoConnections_isAskedForOnce() {
    saw(Operation.PUT, SECOND, 1);
    saw(Operation.END, SECOND, 2);
    assertThat(overtakings.take()).hasSize(1);
    assertThat(overtakings.take()).isEmpty();
  }

  @Test
  void saw_grantAndItsEndOverOneConnection_isNotAskedFor() {
    saw(Operation.PUT, SECOND, 1);
    saw(Operation.END, SECOND, 1);
    assertThat(overtakings.take()).isEmpty();
  }

  // As seen of Kea 2.2.0: the end comes at once, the grants 24 s later, when its queue is through.
  @Test
  void saw_endThatPassedTheQueue_isAskedForWithEachGrantBehindIt() {
    saw(Operation.END, SECOND, 1);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(24));
    saw(Operation.PUT, SECOND - 1, 1);
    assertThat(overtakings.take()).isEmpty();
    saw(Operation.PUT, SECOND, 1);
    assertThat(overtakings.take()).hasSize(1);
    saw(Operation.PUT, SECOND, 1);
    assertThat(overtakings.take()).hasSize(1);
  }

  @Test
  void saw_grantThroughAnotherPortWithinASecond_isAskedForWithEachGrantBehindIt() {
    saw(Operation.PUT, SECOND, 1, 2);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(24));
    saw(Operation.PUT, SECOND, 1, 1);
    assertThat(overtakings.take()).hasSize(1);
    saw(Operation.PUT, SECOND, 1, 1);
    assertThat(overtakings.take()).hasSize(1);
  }

  @Test
  void saw_grantOfALaterSecondThanTheEnd_isNotAskedFor() {
    saw(Operation.END, SECOND, 1);
    saw(Operation.PUT, SECOND + 1, 2);
    assertThat(overtakings.take()).isEmpty();
  }
}
