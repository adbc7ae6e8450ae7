package bindery.client;

import static bindery.client.FakeServer.CLIENT;
import static bindery.client.FakeServer.data;
import static bindery.client.FakeServer.done;
import static bindery.client.FakeServer.reply;
import static bindery.client.LeasequeryClientTest.query;
import static bindery.wire.MessageBuilder.message;
import static bindery.wire.MessageBuilder.options;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.client.QueryResult.Outcome;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import bindery.wire.Vectors;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that break the protocol: what they send must never pass for a complete answer. */
@Timeout(60)
final class MisbehavingServerTest {
  private static final String NO_SUCH_SERVICE =
      " (perhaps its port is not that of bulk leasequery)";
  private static final int XID = 0xfedcba;
  private static final LeaseQuery QUERY = query(XID);
  private static final ClientOptions IMPATIENT =
      ClientOptions.DEFAULTS.withDataTimeout(Duration.ofMillis(300));

  private final List<String> addresses = new ArrayList<>();
  private int strayMessages;

  private QueryResult ask(ClientOptions options, FakeServer.Script script) throws Exception {
    try (FakeServer server = FakeServer.start(script)) {
      QueryResult result = ask(options, server);
      server.await();
      return result;
    }
  }

  private QueryResult ask(ClientOptions options, FakeServer server) throws IOException {
    try (LeasequeryClient client = LeasequeryClient.connect(server.addresses(), options)) {
      QueryResult result =
          client.ask(
              QUERY,
              (query, time, data) ->
                  data.leases().forEach(lease -> addresses.add(lease.key().toString())));
      strayMessages = client.strayMessages();
      return result;
    }
  }

  /** Asks a server that sends these messages after the query and then waits. */
  private QueryResult ask(ClientOptions options, MessageBuilder... answer) throws Exception {
    return ask(
        options,
        session -> {
          session.readQuery();
          session.send(answer);
          session.awaitEnd();
        });
  }

  @Test
  @DisplayName("R-08 REPLY without SERVERID or with a foreign CLIENTID")
  void ask_replyToDiscard_isIncomplete() throws Exception {
    for (MessageBuilder reply :
        List.of(
            message(15, XID).clientId(Vectors.REQUESTOR).clientData(CLIENT, 1, "2001:db8::1"),
            message(15, XID).serverId(Vectors.SERVER).clientData(CLIENT, 1, "2001:db8::1"),
            message(15, XID)
                .serverId(Vectors.SERVER)
                .clientId(Vectors.RELAY)
                .clientData(CLIENT, 1, "2001:db8::1"))) {
      QueryResult result =
          ask(ClientOptions.DEFAULTS, reply, data(QUERY, "2001:db8::2"), done(QUERY));

      assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
      assertThat(result.reason()).startsWith("a message could not be used: LEASEQUERY-REPLY(15)");
      assertThat(addresses).isEmpty();
    }
  }

  @Test
  @DisplayName("R-08 REPLY without SERVERID and nothing after it")
  void ask_replyToDiscardAlone_isIncompleteAfterTheTimeout() throws Exception {
    QueryResult result = ask(IMPATIENT, message(15, XID).clientId(Vectors.REQUESTOR));

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason())
        .contains("within 300 ms")
        .contains("before that, LEASEQUERY-REPLY(15) with SERVERID none");
  }

  @Test
  @DisplayName("R-08 messages with a transaction-id that was not asked")
  void ask_strayMessages_arePassedOver() throws Exception {
    LeaseQuery other = query(XID - 0x10000);
    QueryResult result =
        ask(
            ClientOptions.DEFAULTS,
            reply(other, "2001:db8::66"),
            reply(QUERY, "2001:db8::1"),
            data(other, "2001:db8::67"),
            done(QUERY));

    assertThat(result.outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(addresses).containsExactly("2001:db8::1");
    assertThat(strayMessages).isEqualTo(2);
  }

  @Test
  void ask_strayMessagesWithoutEnd_isGivenUp() throws Exception {
    MessageBuilder[] strays = new MessageBuilder[LeasequeryClient.STRAY_MESSAGES_MAX + 1];
    Arrays.fill(strays, data(query(1), "2001:db8::1"));

    QueryResult result = ask(ClientOptions.DEFAULTS, strays);

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason())
        .endsWith("sent 1001 messages that answer no query" + NO_SUCH_SERVICE);
  }

  @Test
  @DisplayName("R-15 DONE with a transaction-id that is not outstanding")
  void ask_doneForAnotherQuery_closesTheConnection() throws Exception {
    QueryResult result =
        ask(ClientOptions.DEFAULTS, reply(QUERY, "2001:db8::1"), done(query(0xba)), done(QUERY));

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason())
        .endsWith("sent a LEASEQUERY-DONE(16) with transaction-id 186, not outstanding");
    assertThat(addresses).containsExactly("2001:db8::1");
  }

  @Test
  @DisplayName("S-43 DONE after an empty REPLY is for no outstanding query")
  void ask_doneAfterAnEmptyReply_doesNotPassForTheNext() throws Exception {
    try (FakeServer server =
            FakeServer.start(
                session -> {
                  LeaseQuery first = session.readQuery();
                  session.send(reply(first), done(first));
                  session.awaitEnd();
                });
        LeasequeryClient client =
            LeasequeryClient.connect(server.addresses(), ClientOptions.DEFAULTS)) {
      AnswerReceiver receiver = (query, baseTime, data) -> {};
      assertThat(client.ask(QUERY, receiver).outcome()).isEqualTo(Outcome.NOTHING_FOUND);
      assertThat(client.ask(query(1), receiver).outcome()).isEqualTo(Outcome.INCOMPLETE);
    }
  }

  @Test
  @DisplayName("R-12 DATA without CLIENT_DATA, R-21 without CLT_TIME")
  void ask_dataToDiscard_isIncompleteButDeliversTheRest() throws Exception {
    MessageBuilder noTime =
        message(17, XID).option(45, options().clientId(CLIENT).iaAddress("2001:db8::66", 1, 2));
    for (MessageBuilder unusable : List.of(message(17, XID), noTime)) {
      addresses.clear();
      QueryResult result =
          ask(
              ClientOptions.DEFAULTS,
              reply(QUERY, "2001:db8::1"),
              unusable,
              data(QUERY, "2001:db8::2"),
              done(QUERY));

      assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
      assertThat(result.reason()).startsWith("a message could not be used: LEASEQUERY-DATA(17) wi");
      assertThat(addresses).containsExactly("2001:db8::1", "2001:db8::2");
    }
  }

  @Test
  @DisplayName("R-21 REPLY whose CLIENT_DATA has no CLT_TIME")
  void ask_replyWithUnusableData_isIncompleteButDeliversTheRest() throws Exception {
    MessageBuilder noTime =
        reply(QUERY).option(45, options().clientId(CLIENT).iaAddress("2001:db8::66", 1, 2));

    QueryResult result =
        ask(ClientOptions.DEFAULTS, noTime, data(QUERY, "2001:db8::2"), done(QUERY));

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason()).contains("without CLT_TIME");
    assertThat(addresses).containsExactly("2001:db8::2");
  }

  @Test
  @DisplayName("S-47 LQ_CLIENT_LINK in place of data is not 'nothing found'")
  void ask_clientLinkOnly_isIncomplete() throws Exception {
    QueryResult result =
        ask(ClientOptions.DEFAULTS, reply(QUERY).option(48, options().address("2001:db8::1")));

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason()).contains("LQ_CLIENT_LINK");
  }

  @Test
  @DisplayName("S-32, S-35 messages out of order")
  void ask_outOfOrder_isIncomplete() throws Exception {
    QueryResult dataFirst =
        ask(
            ClientOptions.DEFAULTS,
            data(QUERY, "2001:db8::66"),
            reply(QUERY, "2001:db8::1"),
            done(QUERY));
    QueryResult twoReplies =
        ask(
            ClientOptions.DEFAULTS,
            reply(QUERY, "2001:db8::1"),
            reply(QUERY, "2001:db8::67"),
            done(QUERY));
    QueryResult doneAlone = ask(ClientOptions.DEFAULTS, done(QUERY));

    assertThat(List.of(dataFirst, twoReplies, doneAlone))
        .allMatch(result -> result.outcome() == Outcome.INCOMPLETE);
    assertThat(dataFirst.reason()).contains("LEASEQUERY-DATA before a usable LEASEQUERY-REPLY");
    assertThat(twoReplies.reason()).contains("a second LEASEQUERY-REPLY");
    assertThat(doneAlone.reason()).contains("LEASEQUERY-DONE before a usable LEASEQUERY-REPLY");
    assertThat(addresses).containsExactly("2001:db8::1", "2001:db8::1");
  }

  @Test
  @DisplayName("R-22 a LEASEQUERY from the server")
  void ask_queryFromTheServer_isIncomplete() throws Exception {
    QueryResult result =
        ask(
            ClientOptions.DEFAULTS,
            reply(QUERY, "2001:db8::1"),
            message(14, XID).clientId(Vectors.SERVER),
            done(QUERY));

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason()).contains("LEASEQUERY(14)");
  }

  @Test
  @DisplayName("R-07 a server that stops in the middle")
  void ask_stallAfterTheReply_isIncomplete() throws Exception {
    QueryResult result = ask(IMPATIENT, reply(QUERY, "2001:db8::1"));

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason())
        .startsWith("no whole message from 127.0.0.1:")
        .endsWith(" within 300 ms");
    assertThat(result.clientDataCount()).isEqualTo(1);
  }

  @Test
  @DisplayName("R-06 a server that never reads does not hold the requestor up")
  void ask_serverThatNeverReads_isIncompleteAfterTheTimeout() throws Exception {
    List<LeaseQuery> queries = new ArrayList<>();
    for (int xid = 0; xid < 2_000; xid++) {
      queries.add(query(xid));
    }
    try (FakeServer server = FakeServer.start(session -> LockSupport.parkNanos(1_000_000_000L));
        LeasequeryClient client =
            LeasequeryClient.connect(server.addresses(), IMPATIENT.withOutstandingMax(64))) {
      assertThat(client.ask(queries, (query, baseTime, data) -> {}))
          .hasSize(2_000)
          .allMatch(result -> result.outcome() == Outcome.INCOMPLETE);
    }
  }

  @Test
  @DisplayName("R-07 single octets are no progress")
  void ask_messageThatNeverEnds_isIncomplete() throws Exception {
    QueryResult result =
        ask(
            IMPATIENT,
            session -> {
              session.readQuery();
              try {
                session.sendRaw(new byte[] {(byte) 0xff, (byte) 0xff});
                while (true) { // ends when the requestor has hung up
                  session.sendRaw(new byte[1]);
                  LockSupport.parkNanos(10_000_000);
                }
              } catch (IOException e) {
                assertThat(e).isInstanceOf(SocketException.class);
              }
            });

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason()).startsWith("no whole message from ");
  }

  @Test
  @DisplayName("R-16 close before DONE, between messages and inside one")
  void ask_earlyClose_isIncomplete() throws Exception {
    QueryResult between =
        ask(
            ClientOptions.DEFAULTS,
            session -> session.send(reply(session.readQuery(), "2001:db8::1")));
    QueryResult inside =
        ask(
            ClientOptions.DEFAULTS,
            session -> {
              byte[] frame = reply(session.readQuery(), "2001:db8::1").frame();
              session.sendRaw(Arrays.copyOf(frame, 20));
            });
    QueryResult before = ask(ClientOptions.DEFAULTS, FakeServer.Session::readQuery);

    assertThat(between.reason()).endsWith("closed the connection before the answer was complete");
    assertThat(inside.reason())
        .endsWith("closed inside a message, behind 20 octets of it" + NO_SUCH_SERVICE);
    assertThat(before.reason()).contains("closed the connection without a word");
    assertThat(List.of(between, inside, before))
        .allMatch(result -> result.outcome() == Outcome.INCOMPLETE);
  }

  @Test
  void ask_unreadableMessage_closesTheConnection() throws Exception {
    QueryResult result =
        ask(
            ClientOptions.DEFAULTS,
            reply(QUERY, "2001:db8::1"),
            message(17, XID).uint16(45).uint16(9),
            done(QUERY));

    assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(result.reason())
        .endsWith("cannot be read: at octet 8: 0 left (expected 9 octets of option-data)");
  }

  @Test
  void ask_messageSizeBelowTheHeader_closesTheConnection() throws Exception {
    for (int size = 0; size < 4; size++) {
      byte[] frame = options().uint16(size).octets(new byte[size]).build();
      QueryResult result =
          ask(
              ClientOptions.DEFAULTS,
              session -> {
                session.readQuery();
                session.sendRaw(frame);
                session.awaitEnd();
              });
      assertThat(result.outcome()).isEqualTo(Outcome.INCOMPLETE);
      assertThat(result.reason())
          .endsWith("a message-size of " + size + " (expected 4..65535)" + NO_SUCH_SERVICE);
    }
  }

  @Test
  void ask_severalQueriesAndOneAnswer_leavesNoneWithoutResult() throws Exception {
    try (FakeServer server = FakeServer.start(session -> session.send(reply(session.readQuery())));
        LeasequeryClient client =
            LeasequeryClient.connect(
                server.addresses(), ClientOptions.DEFAULTS.withOutstandingMax(1))) {
      List<QueryResult> results =
          client.ask(List.of(query(1), query(2), query(3)), (query, baseTime, data) -> {});

      assertThat(results)
          .extracting(QueryResult::outcome)
          .containsExactly(Outcome.NOTHING_FOUND, Outcome.INCOMPLETE, Outcome.INCOMPLETE);
      assertThat(results.get(2).reason()).startsWith("not sent: ");
    }
  }
}
