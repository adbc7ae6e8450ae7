package bindery.client;

import static bindery.client.FakeServer.done;
import static bindery.client.FakeServer.reply;
import static bindery.client.LeasequeryClientTest.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.client.QueryResult.Outcome;
import bindery.model.HostPort;
import bindery.wire.LeaseQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several servers: which is asked what the others cannot answer. */
@Timeout(60)
final class RequestorServersTest {
  private static final RetryOptions QUICK =
      new RetryOptions(3, Duration.ofMillis(20), Duration.ofMillis(100));

  private final Told told = new Told();

  private void ask(List<HostPort> servers, int queries) throws InterruptedException {
    ask(servers, QUICK, queries);
  }

  private void ask(List<HostPort> servers, RetryOptions retries, int queries)
      throws InterruptedException {
    List<LeaseQuery> all = new ArrayList<>();
    for (int i = 0; i < queries; i++) {
      all.add(query(i));
    }
    try (Requestor requestor =
        new Requestor(servers, ClientOptions.DEFAULTS, retries, ExchangeObserver.NONE)) {
      requestor.ask(all.iterator(), told);
    }
    assertThat(told.results).hasSize(queries);
  }

  private static HostPort unusedAddress() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", probe.getLocalPort());
    }
  }

  private static void answer(FakeServer.Session session, String address) throws IOException {
    LeaseQuery query = session.readQuery();
    session.send(reply(query, address), done(query));
  }

  @Test
  @DisplayName(
      "R-10 another server is asked what one cannot answer, and none twice what it refused")
  void ask_firstRefuses_takesTheNextForThatQuery() throws Exception {
    try (FakeServer refusing =
            FakeServer.start(
                session -> {
                  session.send(reply(session.readQuery()).option(13, "0009"));
                  answer(session, "2001:db8::1");
                  assertThat(session.isAtEnd()).isTrue(); // not asked again what it refused
                });
        FakeServer answering = FakeServer.start(session -> answer(session, "2001:db8::2"))) {
      ask(List.of(refusing.address(), answering.address()), 2);
      refusing.await();

      assertThat(told.addresses).containsExactly("1 2001:db8::1", "0 2001:db8::2");
      assertThat(told.servers.get(0)).isEqualTo(answering.address());
    }
    assertThat(told.results.values()).allMatch(result -> result.outcome() == Outcome.COMPLETE);
    assertThat(told.retries).isEmpty();
  }

  @Test
  @DisplayName("R-10, R-23 a refusal is final when nobody else can answer")
  void ask_refusedAndNobodyElse_isRefusedAtOnce() throws Exception {
    try (FakeServer server =
        FakeServer.start(session -> session.send(reply(session.readQuery()).option(13, "000a")))) {
      ask(List.of(server.address(), unusedAddress()), 1);

      assertThat(told.servers.get(0)).isEqualTo(server.address());
    }
    assertThat(told.outcome(0)).isEqualTo(Outcome.REFUSED);
    assertThat(told.retries).isEmpty();
  }

  @Test
  void ask_malformedQuery_isNotCarriedToOtherServers() throws Exception {
    try (FakeServer server =
        FakeServer.start(session -> session.send(reply(session.readQuery()).option(13, "0008")))) {
      ask(List.of(server.address(), unusedAddress()), 1);
    }

    assertThat(told.outcome(0)).isEqualTo(Outcome.REFUSED);
  }

  @Test
  @DisplayName("R-07 a server that stalls is followed by the next")
  void ask_firstStalls_takesTheNext() throws Exception {
    try (FakeServer stalling =
            FakeServer.start(
                session -> {
                  session.readQuery();
                  session.awaitEnd();
                });
        FakeServer answering = FakeServer.start(session -> answer(session, "2001:db8::2"));
        Requestor requestor =
            new Requestor(
                List.of(stalling.address(), answering.address()),
                ClientOptions.DEFAULTS.withDataTimeout(Duration.ofMillis(200)),
                QUICK,
                ExchangeObserver.NONE)) {
      requestor.ask(List.of(query(0)).iterator(), told);
    }

    assertThat(told.addresses).containsExactly("0 2001:db8::2");
  }

  @Test
  @DisplayName("R-03 a server that cannot be reached is tried as often as allowed")
  void ask_noServerReachable_isUnreachableAfterTheAttempts() throws Exception {
    HostPort first = unusedAddress();
    HostPort second = unusedAddress();

    ask(List.of(first, second), 2);

    assertThat(told.outcome(0)).isEqualTo(Outcome.UNREACHABLE);
    assertThat(told.outcome(1)).isEqualTo(Outcome.UNREACHABLE);
    assertThat(told.result(0).reason())
        .contains("refused")
        .containsOnlyOnce(first.toString() + " at")
        .containsOnlyOnce(second.toString() + " at");
    assertThat(told.servers).isEmpty();
    assertThat(told.retries).hasSize(2);
  }

  @Test
  void requestor_serversOutOfRange_throws() throws Exception {
    HostPort one = new HostPort("h", 547);
    for (List<HostPort> servers :
        List.of(List.<HostPort>of(), java.util.Collections.nCopies(17, one))) {
      assertThatThrownBy(
              () -> new Requestor(servers, ClientOptions.DEFAULTS, QUICK, ExchangeObserver.NONE))
          .hasMessageContaining("expected 1..16");
    }
  }
}
