package bindery.client;

import static bindery.client.FakeServer.data;
import static bindery.client.FakeServer.done;
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
import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that come and go: each query ends once, with what the best of them made of it. */
@Timeout(60)
final class RequestorTest {
  private final Told told = new Told();

  @Test
  @DisplayName("R-09, R-16 a server that closes behind each answer is opened again for the rest")
  void ask_serverClosesBetweenAnswers_asksTheUnansweredAgain() throws Exception {
    FakeServer.Script one = session -> answer(session, "2001:db8::1");
    try (FakeServer server = FakeServer.start(one, one, one, one, one)) {
      ask(told, server.addresses(), 5);
      server.await();
    }

    assertThat(told.results.values()).allMatch(result -> result.outcome() == Outcome.COMPLETE);
    assertThat(told.addresses).hasSize(5);
    assertThat(told.retries).isEmpty(); // each connection brought an answer: no reason to wait
  }

  @Test
  @DisplayName("R-16 an answer that broke off is not written twice")
  void ask_closedInsideAnAnswer_isIncompleteAndNotAskedAgain() throws Exception {
    try (FakeServer server =
        FakeServer.start(session -> session.send(reply(session.readQuery(), "2001:db8::1")))) {
      ask(told, server.addresses(), 1);
    }

    assertThat(told.outcome(0)).isEqualTo(Outcome.INCOMPLETE);
    assertThat(told.result(0).reason()).contains("before the answer was complete");
    assertThat(told.addresses).containsExactly("0 2001:db8::1");
  }

  @Test
  void ask_closedInsideAnAnswerThatIsTakenBack_asksAgainFromTheStart() throws Exception {
    told.takesBack = true;
    try (FakeServer server =
        FakeServer.start(
            session -> session.send(reply(session.readQuery(), "2001:db8::1")),
            session -> {
              LeaseQuery query = session.readQuery();
              session.send(reply(query, "2001:db8::1"), data(query, "2001:db8::2"), done(query));
            })) {
      ask(told, server.addresses(), 1);
    }

    assertThat(told.outcome(0)).isEqualTo(Outcome.COMPLETE);
    assertThat(told.addresses).containsExactly("0 2001:db8::1", "0 2001:db8::2");
    assertThat(told.retries).hasSize(1);
  }

  @Test
  @DisplayName("R-20 QueryTerminated is asked again after a wait")
  void ask_queryTerminated_waitsAndAsksAgain() throws Exception {
    List<Long> times = new ArrayList<>();
    FakeServer.Script terminated =
        session -> {
          times.add(System.nanoTime());
          session.send(reply(session.readQuery()).option(13, "000b627573"));
        };
    RetryOptions retries = new RetryOptions(3, Duration.ofMillis(60), Duration.ofSeconds(1));
    try (FakeServer server =
        FakeServer.start(
            terminated,
            terminated,
            session -> {
              times.add(System.nanoTime());
              answer(session, "2001:db8::1");
            })) {
      ask(told, server.addresses(), retries, 1);
    }

    assertThat(told.outcome(0)).isEqualTo(Outcome.COMPLETE);
    assertThat(told.retries)
        .containsExactly("QueryTerminated(11): bus", "QueryTerminated(11): bus");
    assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(60_000_000L);
    assertThat(times.get(2) - times.get(1)).isGreaterThanOrEqualTo(120_000_000L); // doubled
  }

  @Test
  void ask_queryTerminatedEachTime_isRefusedAfterTheAttempts() throws Exception {
    FakeServer.Script terminated =
        session -> session.send(reply(session.readQuery()).option(13, "000b"));
    try (FakeServer server = FakeServer.start(terminated, terminated, terminated)) {
      ask(told, server.addresses(), 1);
      server.await();
    }

    assertThat(told.outcome(0)).isEqualTo(Outcome.REFUSED);
    assertThat(told.retries).hasSize(2);
  }

  @Test
  @DisplayName("R-20 a terminated query waits though others on the connection were answered")
  void ask_oneOfSeveralTerminated_waitsBeforeItIsAskedAgain() throws Exception {
    try (FakeServer server =
        FakeServer.start(
            session -> {
              LeaseQuery first = session.readQuery();
              LeaseQuery second = session.readQuery();
              session.send(reply(second), reply(first).option(13, "000b"));
              session.awaitEnd(); // the requestor closes, as the server is about to
            },
            session -> answer(session, "2001:db8::1"))) {
      ask(told, server.addresses(), 2);
      server.await();
    }

    assertThat(told.outcome(0)).isEqualTo(Outcome.COMPLETE);
    assertThat(told.outcome(1)).isEqualTo(Outcome.NOTHING_FOUND);
    assertThat(told.retries).hasSize(1);
  }

  @Test
  void ask_connectionClosedWhileIdle_isOpenedAgainWithoutAWait() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                session -> answer(session, "2001:db8::1"),
                session -> answer(session, "2001:db8::2"));
        Requestor requestor =
            new Requestor(
                server.addresses(),
                ClientOptions.DEFAULTS,
                QUICK.withAttempts(1),
                ExchangeObserver.NONE)) {
      requestor.ask(List.of(query(0)).iterator(), told);
      requestor.ask(List.of(query(1)).iterator(), told);
    }

    assertThat(told.addresses).containsExactly("0 2001:db8::1", "1 2001:db8::2");
    assertThat(told.retries).isEmpty();
  }

  @Test
  @DisplayName("T-05 one client on two links comes in two messages, both handed on")
  void ask_clientOnTwoLinks_handsOnBoth() throws Exception {
    try (FakeServer server =
        FakeServer.start(
            session -> {
              LeaseQuery query = session.readQuery();
              session.send(
                  reply(query, "2001:db8:a::1"), data(query, "2001:db8:b::1"), done(query));
            })) {
      ask(told, server.addresses(), 1);
    }

    assertThat(told.addresses).containsExactly("0 2001:db8:a::1", "0 2001:db8:b::1");
    assertThat(told.result(0).clientDataCount()).isEqualTo(2);
  }

  @Test
  @DisplayName("R-09, R-18 thousands of keys over one connection, each under an id of its own")
  void ask_moreThanABatch_asksAllOverOneConnection() throws Exception {
    int count = Requestor.BATCH_MAX * 2 + 5;
    Set<Integer> ids = new HashSet<>();
    try (FakeServer server =
        FakeServer.start(
            session -> {
              for (int i = 0; i < count; i++) {
                LeaseQuery query = session.readQuery();
                ids.add(query.transactionId());
                session.send(reply(query));
              }
            })) {
      ask(told, server.addresses(), count);
    }

    assertThat(ids).hasSize(count);
    assertThat(told.results.values()).allMatch(result -> result.outcome() == Outcome.NOTHING_FOUND);
  }

  @Test
  @DisplayName("R-08 messages nobody asked for are counted over all connections")
  void ask_strayMessages_areCounted() throws Exception {
    MessageBuilder stray = reply(query(0xabcdef), "2001:db8::66");
    try (FakeServer server =
            FakeServer.start(
                session -> {
                  session.send(stray);
                  answer(session, "2001:db8::1");
                },
                session -> {
                  session.send(stray, stray);
                  answer(session, "2001:db8::1");
                });
        Requestor requestor =
            new Requestor(
                server.addresses(), ClientOptions.DEFAULTS, QUICK, ExchangeObserver.NONE)) {
      requestor.ask(List.of(query(0), query(1)).iterator(), told);

      assertThat(requestor.strayMessages()).isEqualTo(3);
    }
    assertThat(told.addresses).doesNotContain("0 2001:db8::66");
  }

  @Test
  void close_whileItWaits_endsTheAsking() throws Exception {
    RetryOptions patient = new RetryOptions(5, Duration.ofMinutes(1), Duration.ofMinutes(1));
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    AnswerReceiver receiver =
        new AnswerReceiver() {
          @Override
          public void clientData(LeaseQuery query, OptionalLong baseTime, ClientData data) {
            throw new IllegalStateException("nobody answers");
          }

          @Override
          public void retrying(String reason, Duration wait) {
            waiting.complete(null);
          }

          @Override
          public void ended(LeaseQuery query, QueryResult result, Optional<HostPort> server) {
            told.ended(query, result, server);
          }
        };
    Requestor requestor =
        new Requestor(
            List.of(unusedAddress()), ClientOptions.DEFAULTS, patient, ExchangeObserver.NONE);
    CompletableFuture<Void> asked =
        CompletableFuture.runAsync(
            () -> {
              try {
                requestor.ask(List.of(query(0)).iterator(), receiver);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    waiting.get(20, TimeUnit.SECONDS);
    requestor.close();
    asked.get(20, TimeUnit.SECONDS);

    assertThat(told.outcome(0)).isEqualTo(Outcome.UNREACHABLE);
  }

  @Test
  void ask_sameNumberTwice_throws() throws Exception {
    try (Requestor requestor =
        new Requestor(
            List.of(unusedAddress()), ClientOptions.DEFAULTS, QUICK, ExchangeObserver.NONE)) {
      assertThatThrownBy(() -> requestor.ask(List.of(query(7), query(7)).iterator(), told))
          .hasMessageContaining("two queries numbered 7");
    }
  }
}
