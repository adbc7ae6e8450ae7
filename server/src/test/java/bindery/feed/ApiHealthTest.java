package bindery.feed;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.HostPort;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gRPC health service, as probes ask it. */
final class ApiHealthTest {
  private Api api;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    api = Api.before(new FakeLog());
    HostPort address = api.address();
    channel = NettyChannelBuilder.forAddress(address.host(), address.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    api.close();
  }

  private ServingStatus ask(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  @Test
  void health_followsReadiness_saveForTheServiceThatNeedsNoMajority() {
    assertThat(ask("")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(ask("bindery.v1.Admin")).isEqualTo(ServingStatus.SERVING);

    api.setReady(true);
    assertThat(ask("")).isEqualTo(ServingStatus.SERVING);
    assertThat(ask("bindery.v1.Feed")).isEqualTo(ServingStatus.SERVING);

    api.setReady(false);
    assertThat(ask("")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(ask("bindery.v1.Feed")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(ask("bindery.v1.Admin")).isEqualTo(ServingStatus.SERVING);
  }
}
