package bindery.client;

import static bindery.client.FakeServer.reply;
import static bindery.client.LeasequeryClientTest.query;
import static bindery.client.RequestorScene.QUICK;
import static bindery.client.RequestorScene.answer;
import static bindery.client.RequestorScene.ask;
import static bindery.client.RequestorScene.unusedAddress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.client.QueryResult.Outcome;
import bindery.model.HostPort;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several servers: which is asked what the others cannot answer. */
@Timeout(60)
final class RequestorServersTest {
  private final Told told = new Told();

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
      ask(told, List.of(refusing.address(), answering.address()), 2);
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
      ask(told, List.of(server.address(), unusedAddress()), 1);

      assertThat(told.servers.get(0)).isEqualTo(server.address());
    }
    assertThat(told.outcome(0)).isEqualTo(Outcome.REFUSED);
    assertThat(told.retries).isEmpty();
  }

  @Test
  void ask_malformedQuery_isNotCarriedToOtherServers() throws Exception {
    try (FakeServer server =
        FakeServer.start(session -> session.send(reply(session.readQuery()).option(13, "0008")))) {
      ask(told, List.of(server.address(), unusedAddress()), 1);
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

    ask(told, List.of(first, second), 2);

    assertThat(told.outcome(0)).isEqualTo(Outcome.UNREACHABLE);
    assertThat(told.outcome(1)).isEqualTo(Outcome.UNREACHABLE);
    assertThat(told.result(0).reason())
        .contains("refused")
        .containsOnlyOnce(first + ": ")
        .containsOnlyOnce(second + ": ");
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
