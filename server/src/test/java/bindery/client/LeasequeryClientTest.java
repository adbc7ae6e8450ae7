package bindery.client;

import static bindery.client.FakeServer.data;
import static bindery.client.FakeServer.done;
import static bindery.client.FakeServer.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.client.QueryResult.Outcome;
import bindery.model.HostPort;
import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import bindery.wire.QueryKey;
import bindery.wire.Status;
import bindery.wire.StatusCode;
import bindery.wire.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers of servers that keep to the protocol, and how they end. */
@Timeout(60)
final class LeasequeryClientTest {
  private static final LeaseQuery QUERY = query(0xfedcba);

  private final List<String> addresses = new ArrayList<>();

  static LeaseQuery query(int transactionId) {
    return LeaseQuery.of(transactionId, Vectors.REQUESTOR, new QueryKey.ByRelayId(Vectors.RELAY));
  }

  private void collect(LeaseQuery query, OptionalLong baseTime, ClientData data) {
    data.leases().forEach(lease -> addresses.add(lease.key().toString()));
  }

  private static LeasequeryClient connect(FakeServer server) throws IOException {
    return LeasequeryClient.connect(server.addresses(), ClientOptions.DEFAULTS);
  }

  private QueryResult ask(FakeServer.Script script) throws Exception {
    try (FakeServer server = FakeServer.start(script);
        LeasequeryClient client = connect(server)) {
      QueryResult result = client.ask(QUERY, this::collect);
      server.await();
      return result;
    }
  }

  @Test
  @DisplayName("R-13, R-16 REPLY, DATA, DONE; one message for each lease, as Kea sends")
  void ask_severalMessages_isComplete() throws Exception {
    QueryResult result =
        ask(
            session -> {
              LeaseQuery query = session.readQuery();
              assertThat(query).isEqualTo(QUERY);
              session.send(
                  reply(query, "2001:db8::1").option(13, "0000"),
                  data(query, "2001:db8::2"),
                  data(query, "2001:db8::3"),
                  done(query));
            });

    assertThat(result)
        .isEqualTo(new QueryResult(Outcome.COMPLETE, Status.SUCCESS, "", OptionalLong.empty(), 3));
    assertThat(addresses).containsExactly("2001:db8::1", "2001:db8::2", "2001:db8::3");
  }

  @Test
  void ask_octetByOctet_isComplete() throws Exception {
    QueryResult result =
        ask(
            session -> {
              LeaseQuery query = session.readQuery();
              ByteArrayOutputStream octets = new ByteArrayOutputStream();
              octets.writeBytes(reply(query, "2001:db8::1").frame());
              octets.writeBytes(data(query, "2001:db8::2").frame());
              octets.writeBytes(done(query).frame());
              session.sendOctetByOctet(octets.toByteArray());
            });

    assertThat(result.outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(addresses).containsExactly("2001:db8::1", "2001:db8::2");
  }

  @Test
  @DisplayName("R-11 REPLY without CLIENT_DATA, with and without the word Success")
  void ask_emptyReply_isNothingFound() throws Exception {
    for (MessageBuilder reply :
        List.of(reply(QUERY), reply(QUERY).option(13, "0000"), reply(QUERY).option(13, "00006f"))) {
      QueryResult result =
          ask(
              session -> {
                session.readQuery();
                session.send(reply);
              });
      assertThat(result.outcome()).isEqualTo(Outcome.NOTHING_FOUND);
      assertThat(result.reason()).isEmpty();
    }
  }

  @Test
  @DisplayName("R-10 an error status refuses; the connection goes on")
  void ask_refusedThenAnswered_keepsTheConnection() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                session -> {
                  session.send(reply(session.readQuery()).option(13, "00096e6f"));
                  LeaseQuery second = session.readQuery();
                  session.send(reply(second, "2001:db8::1"), done(second));
                });
        LeasequeryClient client = connect(server)) {
      QueryResult refused = client.ask(QUERY, this::collect);
      QueryResult second = client.ask(query(client.nextTransactionId()), this::collect);

      assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(refused.status()).isEqualTo(new Status(StatusCode.NOT_CONFIGURED, "no"));
      assertThat(second.outcome()).isEqualTo(Outcome.COMPLETE);
    }
  }

  @Test
  @DisplayName("S-45 DONE with an error status")
  void ask_doneWithError_isIncomplete() throws Exception {
    QueryResult result =
        ask(
            session -> {
              LeaseQuery query = session.readQuery();
              session.send(
                  reply(query, "2001:db8::1").option(100, "00000005"),
                  done(query).option(13, "000b627965"));
            });

    assertThat(result)
        .isEqualTo(
            new QueryResult(
                Outcome.INCOMPLETE,
                new Status(StatusCode.QUERY_TERMINATED, "bye"),
                "broken off: QueryTerminated(11): bye",
                OptionalLong.of(5),
                1));
  }

  @Test
  @DisplayName("R-18, S-81 several queries, answers mixed")
  void ask_severalQueriesAnsweredMixed_givesEachItsResult() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                session -> {
                  LeaseQuery first = session.readQuery();
                  LeaseQuery second = session.readQuery();
                  LeaseQuery third = session.readQuery();
                  session.send(
                      reply(third, "2001:db8::31"),
                      reply(first, "2001:db8::11"),
                      reply(second),
                      data(first, "2001:db8::12"),
                      done(third),
                      done(first));
                });
        LeasequeryClient client = connect(server)) {
      List<QueryResult> results =
          client.ask(List.of(query(1), query(2), query(0x10002)), this::collect);

      assertThat(results)
          .extracting(QueryResult::outcome)
          .containsExactly(Outcome.COMPLETE, Outcome.NOTHING_FOUND, Outcome.COMPLETE);
      assertThat(results).extracting(QueryResult::clientDataCount).containsExactly(2L, 0L, 1L);
      assertThat(addresses).containsExactly("2001:db8::31", "2001:db8::11", "2001:db8::12");
    }
  }

  @Test
  void ask_moreQueriesThanMayBeOutstanding_sendsTheNextWhenOneEnds() throws Exception {
    List<LeaseQuery> queries = new ArrayList<>();
    for (int xid = 0; xid < 50; xid++) {
      queries.add(query(xid));
    }
    try (FakeServer server =
            FakeServer.start(
                session -> {
                  LeaseQuery pending = session.readQuery();
                  for (int xid = 1; xid < 50; xid++) {
                    LeaseQuery next = session.readQuery();
                    if (xid == 1) { // two are outstanding now, and a third must wait
                      assertThat(session.isSilent()).isTrue();
                    }
                    session.send(reply(pending));
                    pending = next;
                  }
                  session.send(reply(pending));
                });
        LeasequeryClient client =
            LeasequeryClient.connect(
                server.addresses(), ClientOptions.DEFAULTS.withOutstandingMax(2))) {
      assertThat(client.ask(queries, this::collect))
          .hasSize(50)
          .allMatch(result -> result.outcome() == Outcome.NOTHING_FOUND);
    }
  }

  @Test
  @DisplayName("R-19 half-close behind the last query")
  void ask_withHalfClose_closesTheSendingEnd() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                session -> {
                  LeaseQuery query = session.readQuery();
                  assertThat(session.isAtEnd()).isTrue();
                  session.send(reply(query, "2001:db8::1"), done(query));
                });
        LeasequeryClient client =
            LeasequeryClient.connect(
                server.addresses(), ClientOptions.DEFAULTS.withHalfClose(true))) {
      assertThat(client.ask(QUERY, this::collect).outcome()).isEqualTo(Outcome.COMPLETE);
      QueryResult late = client.ask(query(1), this::collect);
      assertThat(late.outcome()).isEqualTo(Outcome.INCOMPLETE);
      assertThat(late.reason()).contains("not sent").contains("sending end was closed");
    }
  }

  @Test
  void ask_manyMessages_areAllHandedOutAndCounted() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                session -> {
                  LeaseQuery query = session.readQuery();
                  session.send(reply(query, "2001:db8::1"));
                  for (int i = 0; i < 1_000; i++) {
                    session.send(data(query, "2001:db8::2"));
                  }
                  session.send(done(query));
                });
        LeasequeryClient client = connect(server)) {
      QueryResult result = client.ask(QUERY, this::collect);

      assertThat(result.outcome()).isEqualTo(Outcome.COMPLETE);
      assertThat(result.clientDataCount()).isEqualTo(1_001);
      assertThat(addresses).hasSize(1_001);
    }
  }

  @Test
  void ask_largestMessages_areReadWhole() throws Exception {
    QueryResult result =
        ask(
            session -> {
              LeaseQuery query = session.readQuery();
              session.send(reply(query, "2001:db8::1"));
              for (int i = 0; i < 40; i++) { // several buffers full
                MessageBuilder data = data(query, "2001:db8::" + i);
                int room = 65_535 - data.build().length - 4;
                session.send(data.option(65_000, new byte[room]));
              }
              session.send(done(query));
            });

    assertThat(result.outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(addresses).hasSize(41);
  }

  @Test
  void ask_receiverThrows_closesTheConnection() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                session -> {
                  session.send(reply(session.readQuery(), "2001:db8::1"));
                  session.awaitEnd();
                });
        LeasequeryClient client = connect(server)) {
      assertThatThrownBy(
              () ->
                  client.ask(
                      QUERY,
                      (query, time, data) -> {
                        throw new IllegalStateException("full");
                      }))
          .hasMessage("full");
      server.await();
      assertThat(client.ask(query(1), this::collect).reason())
          .isEqualTo("not sent: the receiver failed");
    }
  }

  @Test
  void ask_sameTransactionIdTwice_throws() throws Exception {
    try (FakeServer server = FakeServer.start(FakeServer.Session::awaitEnd);
        LeasequeryClient client = connect(server)) {
      assertThatThrownBy(() -> client.ask(List.of(QUERY, QUERY), this::collect))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("two queries with transaction-id " + QUERY.transactionId());
    }
  }

  @Test
  void nextTransactionId_many_areDifferentAndInRange() throws Exception {
    try (FakeServer server = FakeServer.start(FakeServer.Session::awaitEnd);
        LeasequeryClient client = connect(server)) {
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        ids.add(client.nextTransactionId());
      }
      assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id >= 0 && id <= 0xff_ffff);
    }
  }

  @Test
  void connect_firstServerUnreachable_takesTheNext() throws Exception {
    HostPort gone = unusedAddress();
    try (FakeServer server =
            FakeServer.on("::1", session -> session.send(reply(session.readQuery())));
        LeasequeryClient client =
            LeasequeryClient.connect(
                List.of(gone, server.address()),
                ClientOptions.DEFAULTS.withConnectTimeout(Duration.ofSeconds(5)))) {
      assertThat(client.server()).isEqualTo(server.address());
      assertThat(client.ask(QUERY, this::collect).outcome()).isEqualTo(Outcome.NOTHING_FOUND);
    }
  }

  @Test
  void connect_noServerReachable_namesEach() throws IOException {
    HostPort first = unusedAddress();
    HostPort second = unusedAddress();

    assertThatThrownBy(
            () -> LeasequeryClient.connect(List.of(first, second), ClientOptions.DEFAULTS))
        .isInstanceOf(UnreachableException.class)
        .hasMessageContaining(first.toString())
        .hasMessageContaining(second.toString())
        .hasMessageContaining("refused");
    assertThatThrownBy(() -> LeasequeryClient.connect(List.of(), ClientOptions.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static HostPort unusedAddress() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", probe.getLocalPort());
    }
  }
}
