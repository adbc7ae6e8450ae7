package bindery.leasequery;

import static bindery.leasequery.RawRequestor.DATA;
import static bindery.leasequery.RawRequestor.DONE;
import static bindery.leasequery.RawRequestor.REPLY;
import static bindery.leasequery.RawRequestor.option;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.NOW;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.delegated;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.leasequery.RawRequestor.Message;
import bindery.model.Ipv6Address;
import bindery.query.FedStore;
import bindery.store.StoreContent;
import bindery.store.StoreView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each query type over the socket, against a store fed as a cluster would feed it. */
final class QueryTest {
  private static final String ANY = "00000000000000000000000000000000";
  private static final String LINK_A = "20010db8000a00000000000000001234";
  private static final String LINK_B = "20010db8000b00000000000000001234";
  private static final String NO_LINK = "20010db800ee00000000000000000001";
  private static final String RELAY = "0003000102005e1000aa";
  private static final String REMOTE = "000000096d6f64656d2d3137";

  // Peer-address, then a RELAY-FORW with link-address in link a and a relay-ID.
  private static final String RELAY_DATA =
      "20010db800ff00000000000000000001"
          + "0c00"
          + "20010db8000a00000000000000000001"
          + "fe800000000000000000005efffe2000"
          + "0035000a"
          + RELAY;

  private FedStore store;
  private Front front;
  private RawRequestor requestor;

  @BeforeEach
  void feed(@TempDir Path folder) throws IOException {
    store =
        FedStore.open(folder)
            .link("a", List.of("2001:db8:a::/64"), List.of("3fff:a::/32"))
            .link("b", List.of("2001:db8:b::/64"), List.of())
            .link("empty", List.of("2001:db8:c::/64"), List.of());
    store.feed(
        exchange(1, "a")
            .setRelayed(true)
            .setRelayData(hex(RELAY_DATA))
            .addRelayIds(hex(RELAY))
            .addRemoteIds(hex(REMOTE))
            .setOptions(hex("0027000200aa" + "00170001ff"))
            .addLeases(address("2001:db8:a::1", 3_600, 7_200))
            .addLeases(delegated("3fff:a:1::/56", 0, -1)),
        exchange(2, "a").addLeases(address("2001:db8:a::2", 3_600, 7_200)),
        exchange(1, "b")
            .setRelayed(true)
            .addRelayIds(hex(RELAY))
            .addRemoteIds(hex(REMOTE))
            .addLeases(address("2001:db8:b::1", 3_600, 7_200)));
    front = new Front(store).start();
    requestor = front.connect();
  }

  @AfterEach
  void close() throws IOException {
    requestor.close();
    front.close();
    store.close();
  }

  private List<Message> ask(int type, String link, String options) throws IOException {
    return requestor.send(query(0x0a1b2c, type, link, options)).answer();
  }

  private static String iaAddress(String address) {
    byte[] octets = Ipv6Address.parse(address).toArray();
    return option(5, HexFormat.of().formatHex(octets) + "0".repeat(16));
  }

  private static List<String> clients(List<Message> answer) {
    return answer.stream().filter(m -> m.has(45)).map(m -> m.client(1).get(0)).toList();
  }

  private static String client(int number) {
    return FedStore.client(number).toString();
  }

  /** S-30, S-31, S-32, S-35..S-41: what holds of every answer with data. */
  private static void assertWellFormed(List<Message> answer) {
    Message reply = answer.get(0);
    assertThat(reply.type()).isEqualTo(REPLY);
    assertThat(reply.data(2)).isEqualTo(FedStore.SERVER.toString());
    assertThat(reply.data(1)).isEqualTo(RawRequestor.REQUESTOR);
    assertThat(reply.has(13)).isFalse();
    assertThat(answer).allSatisfy(m -> assertThat(m.transactionId()).isEqualTo(0x0a1b2c));
    assertThat(answer).noneMatch(m -> m.has(48)); // S-47
    for (Message data : answer.subList(1, answer.size() - 1)) {
      assertThat(data.type()).isEqualTo(DATA);
      assertThat(data.options()).hasSize(1);
    }
    assertThat(answer.get(answer.size() - 1).hex()).isEqualTo("100a1b2c");
    // S-50
    assertThat(answer.subList(0, answer.size() - 1))
        .allSatisfy(
            m -> {
              assertThat(m.client(1)).hasSize(1);
              assertThat(m.client(46)).hasSize(1);
              assertThat(m.client(5).size() + m.client(26).size()).isPositive();
            });
  }

  // S-69, S-34: delegated prefixes outside the link's own subnet are told as well.
  @Test
  void byLink_twoClients_tellsEachOnce() throws IOException {
    List<Message> answer = ask(4, LINK_A, "");

    assertWellFormed(answer);
    assertThat(clients(answer)).containsExactly(client(1), client(2));
    assertThat(answer.get(0).client(26)).hasSize(1);
  }

  // S-66
  @ParameterizedTest
  @CsvSource({ANY + ",2", LINK_A + ",1", LINK_B + ",1"})
  void byRelayId_withAndWithoutLink_tellsThoseOnIt(String link, int bindings) throws IOException {
    List<Message> answer = ask(3, link, option(53, RELAY));

    assertWellFormed(answer);
    assertThat(clients(answer)).hasSize(bindings).containsOnly(client(1));
  }

  // S-70, S-71
  @Test
  void byRemoteId_exactKeyOnly_isFound() throws IOException {
    assertThat(clients(ask(5, ANY, option(37, REMOTE)))).containsExactly(client(1), client(1));
    assertThat(clients(ask(5, LINK_B, option(37, REMOTE)))).containsExactly(client(1));
    String otherEnterprise = "0000000a" + REMOTE.substring(8);
    assertThat(ask(5, ANY, option(37, otherEnterprise)).get(0).has(45)).isFalse();
  }

  // S-64, S-65
  @Test
  void byClientId_onTwoLinks_tellsBothOrTheOneAskedFor() throws IOException {
    List<Message> answer = ask(2, ANY, option(1, client(1)));

    assertWellFormed(answer);
    assertThat(clients(answer)).containsExactly(client(1), client(1));
    assertThat(ask(2, LINK_B, option(1, client(1))).get(0).client(5).get(0))
        .startsWith("20010db8000b");
  }

  // S-51, S-61, S-63, T-15
  @ParameterizedTest
  @CsvSource({"2001:db8:a::1", "3fff:a:1::", "3fff:a:1:7f::9"})
  void byAddress_heldOrInADelegatedPrefix_tellsAllOfThatClientOnTheLink(String held)
      throws IOException {
    List<Message> answer = ask(1, ANY, iaAddress(held));

    assertWellFormed(answer);
    assertThat(answer).hasSize(2);
    assertThat(clients(answer)).containsExactly(client(1));
    assertThat(answer.get(0).client(5)).hasSize(1);
    assertThat(answer.get(0).client(26)).hasSize(1);
  }

  // S-60: a link-address decides the link.
  @Test
  void byAddress_withAnotherLink_findsNothing() throws IOException {
    assertThat(clients(ask(1, LINK_A, iaAddress("2001:db8:a::1")))).containsExactly(client(1));
    List<Message> answer = ask(1, LINK_B, iaAddress("2001:db8:a::1"));
    assertThat(answer).hasSize(1);
    assertThat(answer.get(0).has(45)).isFalse();
    assertThat(answer.get(0).status()).isZero();
  }

  // V-13, V-14, S-62
  @Test
  void byAddress_unknownOrKnownButFree_isNotConfiguredOrEmpty() throws IOException {
    Message outside = ask(1, ANY, iaAddress("2001:db8:ffff::1")).get(0);
    assertThat(outside.status()).isEqualTo(9);
    assertThat(outside.statusText()).contains("2001:db8:ffff::1");

    for (String known : List.of("2001:db8:a::77", "3fff:a:ffff::1")) {
      Message free = ask(1, ANY, iaAddress(known)).get(0);
      assertThat(free.status()).isZero();
      assertThat(free.has(45)).isFalse();
    }
  }

  // V-12, S-62, S-67
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void anyType_linkNotConfigured_saysSo(int type) throws IOException {
    List<String> required =
        List.of(
            iaAddress("2001:db8:a::1"),
            option(1, client(1)),
            option(53, RELAY),
            "",
            option(37, REMOTE));
    List<Message> answer = ask(type, NO_LINK, required.get(type - 1));

    assertThat(answer).hasSize(1);
    assertThat(answer.get(0).status()).isEqualTo(9);
    assertThat(answer.get(0).statusText()).contains("2001:db8:ee::1");
    assertThat(answer.get(0).has(2)).isTrue();
    assertThat(answer.get(0).has(1)).isTrue();
    assertThat(answer.get(0).has(45)).isFalse();
    // T-06: the connection serves on.
    assertThat(clients(ask(4, LINK_B, ""))).hasSize(1);
  }

  // S-42, S-43, V-14: no status and no DONE; answers of one connection come in any order.
  @Test
  void byLink_knownButEmpty_isAReplyAlone() throws IOException {
    requestor.send(query(1, 4, "20010db8000c00000000000000000001", ""));
    List<Message> all = requestor.send(query(2, 4, LINK_B, "")).halfClose().readAll();

    List<Message> empty = all.stream().filter(m -> m.transactionId() == 1).toList();
    assertThat(empty).hasSize(1);
    assertThat(empty.get(0).type()).isEqualTo(REPLY);
    assertThat(empty.get(0).options()).extracting(RawRequestor.Option::code).containsExactly(2, 1);
    assertThat(all).filteredOn(m -> m.transactionId() != 1).hasSize(2);
    assertThat(all).extracting(Message::transactionId).containsOnly(1, 2);
  }

  // S-57, S-58, S-72, S-73: with base-time every number is as of one instant.
  @Test
  void byLink_baseTimeAsked_everyMessageCarriesItAndTimesAreRelativeToIt() throws IOException {
    store.at(NOW + 600).feed(exchange(9, "b").addLeases(address("2001:db8:b::9", 60, 60)));
    List<Message> answer = ask(4, LINK_A, option(6, "0064"));

    String base = String.format("%08x", NOW + 600 - 946_684_800L);
    assertThat(answer).hasSize(3);
    assertThat(answer).allSatisfy(m -> assertThat(m.data(100)).isEqualTo(base));
    Message first = answer.get(0);
    assertThat(first.client(46)).containsExactly(String.format("%08x", 600));
    assertThat(first.client(5).get(0)).endsWith(String.format("%08x%08x", 3_000, 6_600));
    // A deprecated lease stays deprecated, infinity stays infinity.
    assertThat(first.client(26).get(0)).startsWith("00000000" + "ffffffff" + "38");
  }

  // S-52, S-53, S-54, S-55, S-56, T-11
  @Test
  void byLink_optionsAndRelayData_onlyWhenAskedFor() throws IOException {
    List<Message> bare = ask(4, LINK_A, "");
    assertThat(bare.get(0).clientData())
        .extracting(RawRequestor.Option::code)
        .containsExactly(1, 46, 5, 26);

    List<Message> full = ask(4, LINK_A, option(6, "002f00270035"));
    assertThat(full.get(0).client(47)).containsExactly(RELAY_DATA);
    assertThat(full.get(0).client(39)).containsExactly("00aa");
    assertThat(full.get(0).client(23)).isEmpty();
    assertThat(full.get(0).client(53)).isEmpty();
    assertThat(full.get(1).client(47)).isEmpty();
  }

  // S-58: what has ended is not told; a client with nothing left is not told at all.
  @Test
  void byLink_afterLeasesEnded_tellsTheLiveOnes() throws IOException {
    store.at(NOW + 7_200).feed(exchange(9, "b").addLeases(address("2001:db8:b::9", 60, 60)));
    List<Message> answer = ask(4, LINK_A, option(6, "0064"));

    assertWellFormedButForBase(answer);
    assertThat(clients(answer)).containsExactly(client(1));
    assertThat(answer.get(0).client(5)).isEmpty();
    assertThat(answer.get(0).client(26)).hasSize(1);
  }

  private static void assertWellFormedButForBase(List<Message> answer) {
    assertThat(answer).first().extracting(Message::type).isEqualTo(REPLY);
    assertThat(answer).last().extracting(Message::type).isEqualTo(DONE);
  }

  // S-74, V-27
  @Test
  void byLink_timeWindow_tellsWhatChangedInItWithBothEnds() throws IOException {
    store
        .at(NOW + 100)
        .feed(
            exchange(3, "a").setCltt(NOW + 100).addLeases(address("2001:db8:a::3", 3_600, 7_200)));
    String before = String.format("%08x", NOW - 946_684_800L);
    String after = String.format("%08x", NOW + 100 - 946_684_800L);

    assertThat(clients(window(option(101, after)))).containsExactly(client(3));
    assertThat(clients(window(option(102, before)))).containsExactly(client(1), client(2));
    assertThat(clients(window(option(101, before) + option(102, after)))).hasSize(3);
    assertThat(window(option(101, after) + option(102, before)).get(0).status()).isEqualTo(8);
  }

  private List<Message> window(String times) throws IOException {
    return requestor
        .send(
            RawRequestor.frame(
                14,
                5,
                option(1, RawRequestor.REQUESTOR) + times + RawRequestor.lqQuery(4, LINK_A, "")))
        .answer();
  }

  private StoreContent content() {
    try (StoreView view = store.view()) {
      return StoreContent.read(view, () -> false);
    }
  }

  // S-29: the same hash over all that is held, at the same revision.
  @Test
  void anyType_changesNothing() throws IOException {
    StoreContent before = content();
    String address = option(5, "20010db8000a00000000000000000001" + "0000000000000000");
    String client = option(1, client(1));
    int id = 0;
    for (String link : List.of(ANY, LINK_A, NO_LINK)) {
      assertThat(requestor.send(query(++id, 1, link, address)).answer()).isNotEmpty();
      assertThat(requestor.send(query(++id, 2, link, client)).answer()).isNotEmpty();
      assertThat(requestor.send(query(++id, 3, link, option(53, RELAY))).answer()).isNotEmpty();
      assertThat(requestor.send(query(++id, 4, link, "")).answer()).isNotEmpty();
      assertThat(requestor.send(query(++id, 5, link, option(37, REMOTE))).answer()).isNotEmpty();
    }

    assertThat(content()).isEqualTo(before);
    assertThat(before.bindings()).isPositive();
  }
}
