package bindery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.HostPort;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long making a connection may take, and how it is given up. */
@Timeout(60)
final class ConnectorTest {
  /** A layer that wants more octets than ever come, as a handshake that is sent bit by bit. */
  private static final SocketLayer INSATIABLE =
      new SocketLayer() {
        @Override
        public Socket over(Socket connected, HostPort server) throws IOException {
          while (connected.getInputStream().read() >= 0) {
            // one more, each well within a time-out that counts anew for each read
          }
          throw new SocketException("closed");
        }

        @Override
        public String explain(IOException failure) {
          return failure.getClass().getSimpleName();
        }
      };

  private static void drip(FakeServer.Session session) throws IOException {
    try {
      while (true) {
        session.sendRaw(new byte[1]);
      }
    } catch (SocketException e) {
      // the other end has given up, as it should
    }
  }

  @Test
  @DisplayName("R-03 a handshake that comes octet by octet ends with the connect time-out")
  void connect_layerThatIsFedOctetByOctet_timesOut() throws Exception {
    ClientOptions options =
        ClientOptions.DEFAULTS.withConnectTimeout(Duration.ofMillis(300)).withLayer(INSATIABLE);
    try (FakeServer server = FakeServer.start(ConnectorTest::drip)) {
      assertThatThrownBy(() -> LeasequeryClient.connect(server.addresses(), options))
          .isInstanceOf(UnreachableException.class)
          .hasMessage("cannot connect to " + server.address() + ": SocketTimeoutException");
    }
  }

  @Test
  void close_whileAConnectionIsMade_endsThat() throws Exception {
    CountDownLatch layering = new CountDownLatch(1);
    SocketLayer layer =
        new SocketLayer() {
          @Override
          public Socket over(Socket connected, HostPort server) throws IOException {
            layering.countDown();
            return INSATIABLE.over(connected, server);
          }

          @Override
          public String explain(IOException failure) {
            return INSATIABLE.explain(failure);
          }
        };
    try (FakeServer server = FakeServer.start(ConnectorTest::drip);
        Requestor requestor =
            new Requestor(
                server.addresses(),
                ClientOptions.DEFAULTS.withLayer(layer),
                RetryOptions.DEFAULTS,
                ExchangeObserver.NONE)) {
      Told told = new Told();
      CompletableFuture<Void> asking =
          CompletableFuture.runAsync(
              () -> {
                try {
                  requestor.ask(List.of(LeasequeryClientTest.query(1)).iterator(), told);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      assertThat(layering.await(20, TimeUnit.SECONDS)).isTrue();
      CompletableFuture.runAsync(requestor::close).get(20, TimeUnit.SECONDS);

      asking.get(20, TimeUnit.SECONDS);
      assertThat(told.retries).isEmpty();
      assertThat(told.result(1).reason()).contains("the requestor was closed");
    }
  }

  @Test
  void connect_nameWithAddresses_saysWhichAddressFailed() throws IOException {
    int port;
    try (ServerSocket probe = new ServerSocket(0)) {
      port = probe.getLocalPort();
    }

    assertThatThrownBy(() -> connect("localhost", port))
        .hasMessageContaining("localhost:" + port + " at 127.0.0.1: ");
    assertThatThrownBy(() -> connect("::1", port)).hasMessageContaining("[::1]:" + port + ": ");
    assertThatThrownBy(() -> connect("fe80::1%nosuch0", port))
        .hasMessageContaining("no such interface");
  }

  private static Optional<LeasequeryClient> connect(String host, int port) throws IOException {
    return Optional.of(
        LeasequeryClient.connect(List.of(new HostPort(host, port)), ClientOptions.DEFAULTS));
  }
}
