package bindery.leasequery;

import static bindery.leasequery.RawRequestor.REPLY;
import static bindery.leasequery.RawRequestor.REQUESTOR;
import static bindery.leasequery.RawRequestor.frame;
import static bindery.leasequery.RawRequestor.lqQuery;
import static bindery.leasequery.RawRequestor.option;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.leasequery.RawRequestor.Message;
import bindery.query.FedStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to bad input, by the rows of the table of it. */
final class BadInputTest {
  private static final String ANY = "0".repeat(32);
  private static final String LINK = "20010db8000a00000000000000001234";
  private static final String CLIENT_ID = option(1, REQUESTOR);
  private static final String BY_LINK = lqQuery(4, LINK, "");
  private static final String GOOD = query(7, 4, LINK, "");

  private FedStore store;
  private Front front;
  private RawRequestor requestor;

  @BeforeEach
  void feed(@TempDir Path folder) throws IOException {
    store =
        FedStore.open(folder)
            .link("a", List.of("2001:db8:a::/64"), List.of())
            .feed(exchange(1, "a").addLeases(address("2001:db8:a::1", 3_600, 7_200)));
    front = new Front(store).start();
    requestor = front.connect();
  }

  @AfterEach
  void close() throws IOException {
    requestor.close();
    front.close();
    store.close();
  }

  static Stream<Arguments> unanswerable() {
    String anything = frame(14, 8, CLIENT_ID + BY_LINK);
    return Stream.of(
        Arguments.of("V-01 size 0", "0000"),
        Arguments.of("V-01 size 1", "00010e"),
        Arguments.of("V-01 size 3", "00030e0000"),
        Arguments.of("V-04 without CLIENTID", frame(14, 8, BY_LINK)),
        Arguments.of("V-04 without LQ_QUERY", frame(14, 8, CLIENT_ID)),
        Arguments.of(
            "V-04 foreign SERVERID", frame(14, 8, CLIENT_ID + option(2, "00030001aabb") + BY_LINK)),
        Arguments.of("V-05 short DUID", frame(14, 8, option(1, "0001") + BY_LINK)),
        Arguments.of("V-05 long DUID", frame(14, 8, option(1, "00".repeat(131)) + BY_LINK)),
        Arguments.of("V-06 option past the end", frame(14, 8, CLIENT_ID + BY_LINK + "00270005aa")),
        Arguments.of("V-06 half a header", frame(14, 8, CLIENT_ID + BY_LINK + "0027")),
        Arguments.of("V-17 two CLIENTID", frame(14, 8, CLIENT_ID + CLIENT_ID + BY_LINK)),
        Arguments.of("V-18 SOLICIT", frame(1, 8, CLIENT_ID + BY_LINK)),
        Arguments.of("V-18 RELAY-FORW", frame(12, 8, CLIENT_ID + BY_LINK)),
        Arguments.of("V-18 LEASEQUERY-REPLY", frame(15, 8, CLIENT_ID + BY_LINK)),
        Arguments.of("V-18 LEASEQUERY-DONE", frame(16, 8, "")),
        Arguments.of("V-18 LEASEQUERY-DATA", frame(17, 8, CLIENT_ID + BY_LINK)),
        Arguments.of("V-18 type 200", frame(200, 8, CLIENT_ID + BY_LINK)),
        Arguments.of("V-06 and what follows it", frame(14, 8, CLIENT_ID + "2c") + anything));
  }

  // "Discard, drain and close": no reply to it, none to what follows it, but the answer in progress
  // comes whole before the FIN.
  @ParameterizedTest(name = "{0}")
  @MethodSource("unanswerable")
  void message_thatGetsNoAnswer_drainsAndCloses(String row, String octets) throws IOException {
    requestor.send(GOOD + octets + GOOD);

    List<Message> all = requestor.readAll();
    assertThat(all).as(row).hasSize(2);
    assertThat(all.get(0).client(5)).hasSize(1);
    assertThat(all.get(1).hex()).isEqualTo("10000007");
  }

  static Stream<Arguments> refused() {
    String relay = option(53, "0003000102005e1000aa");
    return Stream.of(
        Arguments.of("V-07 short LQ_QUERY", 8, option(44, "04" + "00".repeat(15))),
        Arguments.of("V-07 query-options past the end", 8, lqQuery(3, ANY, "00350005aa")),
        Arguments.of("V-08 type 0", 7, lqQuery(0, ANY, "")),
        Arguments.of("V-08 type 6", 7, lqQuery(6, ANY, "")),
        Arguments.of("V-08 type 255", 7, lqQuery(255, ANY, "")),
        Arguments.of("V-09 address without IAADDR", 8, lqQuery(1, ANY, "")),
        Arguments.of("V-09 client without CLIENTID", 8, lqQuery(2, ANY, "")),
        Arguments.of("V-09 relay without RELAY_ID", 8, lqQuery(3, ANY, "")),
        Arguments.of("V-09 remote without REMOTE_ID", 8, lqQuery(5, ANY, "")),
        Arguments.of("V-10 IAADDR of 23", 8, lqQuery(1, ANY, option(5, "00".repeat(23)))),
        Arguments.of("V-10 CLIENTID of 2", 8, lqQuery(2, ANY, option(1, "0001"))),
        Arguments.of("V-10 RELAY_ID of 131", 8, lqQuery(3, ANY, option(53, "00".repeat(131)))),
        Arguments.of("V-10 REMOTE_ID of 4", 8, lqQuery(5, ANY, option(37, "00000009"))),
        Arguments.of("V-10 odd ORO", 8, lqQuery(4, LINK, option(6, "002700"))),
        Arguments.of("V-11 link ::", 8, lqQuery(4, ANY, "")),
        Arguments.of("V-12 unknown link", 9, lqQuery(4, "20010db800ee" + "0".repeat(20), "")),
        Arguments.of("V-16 two LQ_QUERY", 8, BY_LINK + BY_LINK),
        Arguments.of("V-16 two RELAY_ID", 8, lqQuery(3, ANY, relay + relay)),
        Arguments.of("V-28 another VPN", 10, option(68, "00637573") + BY_LINK),
        Arguments.of("type 3 where no relay-ID was ever fed", 7, lqQuery(3, ANY, relay)),
        Arguments.of(
            "type 5 where no remote-ID was ever fed",
            7,
            lqQuery(5, ANY, option(37, "0000000901"))));
  }

  // S-24, S-25, S-31, S-44, T-06: a status alone, and the connection serves on.
  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void query_thatCannotBeServed_getsAStatusAndTheConnectionStays(
      String row, int status, String options) throws IOException {
    requestor.send(frame(14, 8, CLIENT_ID + options));

    Message reply = requestor.read();
    assertThat(reply.type()).as(row).isEqualTo(REPLY);
    assertThat(reply.status()).as(row).isEqualTo(status);
    assertThat(reply.statusText()).isNotEmpty().doesNotContain("\0");
    assertThat(reply.data(2)).isEqualTo(FedStore.SERVER.toString());
    assertThat(reply.data(1)).isEqualTo(REQUESTOR);
    assertThat(reply.has(45)).isFalse();
    assertThat(requestor.send(GOOD).answer()).hasSize(2);
  }

  static Stream<Arguments> harmless() {
    return Stream.of(
        Arguments.of("V-15 option 65000", CLIENT_ID + option(65_000, "0102") + BY_LINK),
        Arguments.of(
            "V-15 option 65000 inside", CLIENT_ID + lqQuery(4, LINK, option(65_000, "0102"))),
        Arguments.of(
            "V-15 superfluous option", CLIENT_ID + lqQuery(4, LINK, option(53, "000300010203"))),
        Arguments.of("our SERVERID", CLIENT_ID + option(2, FedStore.SERVER.toString()) + BY_LINK),
        Arguments.of("the global VPN", CLIENT_ID + option(68, "ff") + BY_LINK),
        Arguments.of("LQ_QUERY first", BY_LINK + CLIENT_ID));
  }

  // S-27, V-15
  @ParameterizedTest(name = "{0}")
  @MethodSource("harmless")
  void query_withMoreThanNeeded_isAnswered(String row, String options) throws IOException {
    assertThat(requestor.send(frame(14, 8, options)).answer()).as(row).hasSize(2);
  }

  // V-19
  @Test
  void activeLeasequery_notOffered_isRefusedThenClosed() throws IOException {
    requestor.send(frame(22, 8, CLIENT_ID + BY_LINK));

    List<Message> all = requestor.readAll();
    assertThat(all).singleElement().extracting(Message::status).isEqualTo(14);
    assertThat(all.get(0).type()).isEqualTo(REPLY);
  }

  // V-20: refused, and the connection serves on in clear.
  @Test
  void startTls_notOffered_isRefusedAndTheConnectionStays() throws IOException {
    requestor.send(frame(23, 8, ""));

    Message reply = requestor.read();
    assertThat(reply.type()).isEqualTo(7);
    assertThat(reply.status()).isEqualTo(15);
    assertThat(reply.has(2)).isTrue();
    assertThat(reply.has(1)).isFalse();
    assertThat(requestor.send(GOOD).answer()).hasSize(2);
  }

  // V-24
  @Test
  void transactionId_usedBeforeButFinished_isAccepted() throws IOException {
    assertThat(requestor.send(GOOD).answer()).hasSize(2);
    assertThat(requestor.send(GOOD).answer()).hasSize(2);
  }

  // S-17: the largest frame is a query like any other.
  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(ints = {65_534, 65_535})
  void query_inTheLargestFrames_isAnswered(int size) throws IOException {
    String padding = option(65_000, "00".repeat(size - 4 - (CLIENT_ID + BY_LINK).length() / 2 - 4));
    String largest = frame(14, 8, CLIENT_ID + BY_LINK + padding);
    assertThat(largest).hasSize(2 * (2 + size));

    assertThat(requestor.send(largest).answer()).hasSize(2);
    assertThat(requestor.send(GOOD).answer()).hasSize(2);
  }
}
