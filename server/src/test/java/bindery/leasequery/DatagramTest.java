package bindery.leasequery;

import static bindery.leasequery.RawDatagrams.byAddress;
import static bindery.leasequery.RawDatagrams.byClient;
import static bindery.leasequery.RawDatagrams.options;
import static bindery.leasequery.RawDatagrams.query;
import static bindery.leasequery.RawRequestor.option;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.client;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.leasequery.RawRequestor.Message;
import bindery.leasequery.RawRequestor.Option;
import bindery.log.v1.Exchange;
import bindery.model.Bytes;
import bindery.query.FedStore;
import bindery.wire.RelayPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leasequery by UDP as a requestor on a plain socket sees it (RFC 5007). */
final class DatagramTest {
  private static final String ANY = "00000000000000000000000000000000";
  private static final String LINK_A = "20010db8000a00000000000000000000";
  private static final String LINK_B = "20010db8000b00000000000000000000";
  private static final String ON_A = "20010db8000a00000000000000000001";
  private static final int REPLY = 15;
  private static final int UNSPEC_FAIL = 1;
  private static final int NOT_CONFIGURED = 9;
  private static final int NOT_ALLOWED = 10;

  private FedStore store;
  private Front front;

  @BeforeEach
  void feed(@TempDir Path folder) {
    store =
        FedStore.open(folder)
            .link("a", List.of("2001:db8:a::/64"), List.of())
            .link("b", List.of("2001:db8:b::/64"), List.of());
    store.feed(
        exchange(1, "a").addLeases(address("2001:db8:a::1", 3_600, 7_200)),
        exchange(2, "a").addLeases(address("2001:db8:a::2", 3_600, 7_200)),
        exchange(2, "b").addLeases(address("2001:db8:b::2", 3_600, 7_200)));
    front = new Front(store);
    front.datagrams = options(false, 256, 64, 500);
  }

  @AfterEach
  void close() {
    if (front.isStarted()) {
      front.close();
    }
    store.close();
  }

  @Test
  @DisplayName("U-01, U-03, U-10: one message without a size, back to the port it came from")
  void byAddress_held_isOneReply() throws IOException {
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      Message reply = requestor.send(byAddress(7, ANY, ON_A)).read();

      assertThat(reply.type()).isEqualTo(REPLY);
      assertThat(reply.transactionId()).isEqualTo(7);
      assertThat(reply.options()).extracting(Option::code).containsExactly(2, 1, 45);
      assertThat(reply.data(1)).isEqualTo(RawRequestor.REQUESTOR);
      assertThat(reply.client(1)).containsExactly(client(1).octets().hex());
      assertThat(reply.client(5)).hasSize(1);
      assertThat(requestor.isSilent()).isTrue();
      await().until(() -> front.stats().datagrams().queries().count(1, Outcome.ANSWERED) == 1);
    }
  }

  @Test
  @DisplayName("U-03: nothing found is a reply without data and status")
  void byClient_unknown_isAnEmptyReply() throws IOException {
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      Message reply = requestor.send(byClient(8, ANY, 99)).read();

      assertThat(reply.options()).extracting(Option::code).containsExactly(2, 1);
    }
  }

  @Test
  @DisplayName("U-02: the bulk types are NotAllowed, sound or not; an unknown one is unknown")
  void bulkType_isNotAllowed() throws IOException {
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      assertThat(requestor.send(query(1, 4, LINK_A, "")).read().status()).isEqualTo(NOT_ALLOWED);
      assertThat(requestor.send(query(2, 3, ANY, "")).read().status()).isEqualTo(NOT_ALLOWED);
      assertThat(requestor.send(query(3, 5, ANY, "")).read().status()).isEqualTo(NOT_ALLOWED);
      assertThat(requestor.send(query(4, 6, ANY, "")).read().status()).isEqualTo(7);
      assertThat(requestor.send(query(5, 1, ANY, "")).read().status()).isEqualTo(8);
      // Counted by the type that was sent, where there is one of that number.
      QueryCounts counts = front.stats().datagrams().queries();
      await().until(() -> counts.count(1, Outcome.REFUSED) == 1);
      assertThat(List.of(0, 3, 4, 5)).allMatch(type -> counts.count(type, Outcome.REFUSED) == 1);
    }
  }

  @Test
  @DisplayName(
      "U-05, U-06: a client on two links is told as links, each of which leads to its data")
  void byClient_onTwoLinks_namesThem() throws IOException {
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      Message reply = requestor.send(byClient(9, ANY, 2)).read();

      assertThat(reply.options()).extracting(Option::code).containsExactly(2, 1, 48);
      assertThat(reply.data(48)).isEqualTo(LINK_A + LINK_B);
      Message onB = requestor.send(byClient(10, reply.data(48).substring(32), 2)).read();
      assertThat(onB.client(5)).hasSize(1);
      assertThat(onB.client(5).get(0)).startsWith("20010db8000b00000000000000000002");
      assertThat(requestor.send(byClient(11, ANY, 1)).read().has(45)).isTrue();
    }
  }

  @Test
  @DisplayName("U-05: links whose prefixes overlap: the longest is the one that is meant")
  void byClient_onOverlappingLinks_isToldOfTheNearest() throws IOException {
    store.link("wide", List.of("2001:db8::/32"), List.of());
    store.feed(exchange(2, "wide").addLeases(address("2001:db8:ffff::2", 3_600, 7_200)));
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      Message links = requestor.send(byClient(1, ANY, 2)).read();
      assertThat(links.data(48)).contains(LINK_A, LINK_B, "20010db8000000000000000000000000");

      assertThat(requestor.send(byClient(2, LINK_A, 2)).read().client(5).get(0))
          .startsWith("20010db8000a");
      assertThat(
              requestor
                  .send(byClient(3, "20010db8000000000000000000000000", 2))
                  .read()
                  .client(5)
                  .get(0))
          .startsWith("20010db8ffff");
    }
  }

  @Test
  @DisplayName("U-06: an address is named only if it leads back to its link; else the link is not")
  void byClient_onLinksThatLieInEachOther_namesAddressesThatLeadBack() throws IOException {
    store.link("wide", List.of("2001:db8:40::/47"), List.of());
    store.feed(exchange(5, "wide").addLeases(address("2001:db8:41:1::5", 3_600, 7_200)));
    store.feed(exchange(6, "wide").addLeases(address("2001:db8:41:1::6", 3_600, 7_200)));
    store.link("first", List.of("2001:db8:40::/48"), List.of());
    store.link("second", List.of("2001:db8:41::/64"), List.of());
    store.feed(exchange(5, "first").addLeases(address("2001:db8:40::5", 3_600, 7_200)));
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      String inWide = "20010db8004100010000000000000000";
      Message links = requestor.send(byClient(1, ANY, 5)).read();
      assertThat(links.data(48))
          .contains(inWide, "20010db8004000000000000000000000")
          .hasSize(2 * 32);
      assertThat(requestor.send(byClient(2, inWide, 5)).read().client(5).get(0))
          .startsWith("20010db80041000100000000000000");
      assertThat(front.stats().datagrams().linksLeftOut()).isZero();

      // The rest of it too: there is no address that leads to it.
      store.link("rest", List.of("2001:db8:41::/48"), List.of());
      Message less = requestor.send(byClient(3, ANY, 5)).read();
      assertThat(less.data(48)).isEqualTo("20010db8004000000000000000000000");
      await().until(() -> front.stats().datagrams().linksLeftOut() == 1);
    }
  }

  @Test
  @DisplayName("U-07: a link or an address of no link")
  void unknownLink_isNotConfigured() throws IOException {
    front.start();
    String elsewhere = "20010db9000000000000000000000001";
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      assertThat(requestor.send(byClient(1, elsewhere, 1)).read().status())
          .isEqualTo(NOT_CONFIGURED);
      assertThat(requestor.send(byAddress(2, ANY, elsewhere)).read().status())
          .isEqualTo(NOT_CONFIGURED);
    }
  }

  @Test
  @DisplayName("U-09: the reply goes back over the relays that the query came through")
  void relayed_twice_isWrappedTwice() throws IOException {
    front.datagrams = options(true, 256, 64, 500);
    front.start();
    String inner =
        "0c00" + LINK_A + ON_A + option(18, "657468") + option(9, byAddress(7, ANY, ON_A));
    String outer = option(37, "0000000901") + option(135, "0000") + option(9, inner);
    try (RawDatagrams relay = RawDatagrams.connect(front)) {
      byte[] reply = relay.send("0c01" + ANY + LINK_B + outer).receive();

      RawDatagrams.Relayed first = RawDatagrams.relayed(reply);
      assertThat(first.type()).isEqualTo(13);
      assertThat(first.header()).isEqualTo("01" + ANY + LINK_B);
      assertThat(first.options()).containsExactly(new Option(135, "0000"));
      RawDatagrams.Relayed second = RawDatagrams.relayed(HexFormat.of().parseHex(first.inner()));
      assertThat(second.type()).isEqualTo(13);
      assertThat(second.header()).isEqualTo("00" + LINK_A + ON_A);
      assertThat(second.options()).containsExactly(new Option(18, "657468"));
      assertThat(RawDatagrams.message(HexFormat.of().parseHex(second.inner())).client(1))
          .containsExactly(client(1).octets().hex());
    }
  }

  @Test
  @DisplayName("U-13: what does not fit goes without relay data, and then not at all")
  void tooLarge_leavesOutRelayData_thenAsksForTcp() throws IOException {
    Exchange.Builder many = exchange(4, "a").setRelayed(true);
    for (int i = 0; i < 2_400; i++) {
      many.addLeases(address(String.format("2001:db8:a::4:%x", i), 3_600, 7_200));
    }
    store.feed(
        exchange(3, "a")
            .setRelayed(true)
            .setRelayData(hex("00".repeat(65_435)))
            .addLeases(address("2001:db8:a::3", 3_600, 7_200)),
        many);
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      String withRelayData =
          query(1, 2, ANY, option(1, client(3).octets().hex()) + option(6, "002f"));
      Message reply = requestor.send(withRelayData).read();
      assertThat(reply.client(5)).hasSize(1);
      assertThat(reply.clientData()).extracting(Option::code).doesNotContain(47);

      Message refused = requestor.send(byClient(2, ANY, 4)).read();
      assertThat(refused.status()).isEqualTo(UNSPEC_FAIL);
      assertThat(refused.statusText()).contains("use TCP");
      assertThat(refused.has(45)).isFalse();
    }
  }

  @Test
  @DisplayName("U-13: what IPv6 would carry and IPv4 does not goes without relay data too")
  void tooLargeForIpv4Alone_leavesOutRelayData() throws IOException {
    // 93 octets stand beside it: 65,513 octets in all, of which IPv4 carries 65,507.
    store.feed(
        exchange(3, "a")
            .setRelayed(true)
            .setRelayData(hex("00".repeat(65_420)))
            .addLeases(address("2001:db8:a::3", 3_600, 7_200)));
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      String withRelayData =
          query(1, 2, ANY, option(1, client(3).octets().hex()) + option(6, "002f"));
      Message reply = requestor.send(withRelayData).read();

      assertThat(reply.client(5)).hasSize(1);
      assertThat(reply.clientData()).extracting(Option::code).doesNotContain(47);
    }
    InetSocketAddress six = new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 547);
    InetSocketAddress four = new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 547);
    RelayPath direct = new RelayPath(List.of(), Bytes.EMPTY);
    assertThat(DatagramQuery.room(six, direct)).isEqualTo(65_527);
    assertThat(DatagramQuery.room(four, direct)).isEqualTo(65_507);
  }

  @Test
  @DisplayName("U-14: a query that cannot be answered now is UnspecFail, with the reason")
  void withoutMajority_isUnspecFail() throws IOException {
    front.barrier = () -> CompletableFuture.failedFuture(new IllegalStateException("no leader"));
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      Message reply = requestor.send(byAddress(7, ANY, ON_A)).read();

      assertThat(reply.status()).isEqualTo(UNSPEC_FAIL);
      assertThat(reply.statusText()).contains("no leader");
      await().until(() -> front.stats().datagrams().queries().count(1, Outcome.TERMINATED) == 1);
    }
  }

  @Test
  @DisplayName("U-17: options of time mean nothing, not even malformed ones")
  void timeOptions_meanNothing() throws IOException {
    front.start();
    String times =
        option(6, "0064") + option(101, "ffffffff") + option(102, "00") + option(101, "");
    String key = option(5, ON_A + "0000000000000000") + option(6, "0064");
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      Message reply = requestor.send(query(1, 1, ANY, key) + times).read();

      assertThat(reply.options()).extracting(Option::code).containsExactly(2, 1, 45);
    }
  }

  @Test
  @DisplayName("U-14: a store that was never fed says so")
  void neverFed_isUnspecFail(@TempDir Path folder) throws IOException {
    try (FedStore unfed = FedStore.neverFed(folder)) {
      Front other = new Front(unfed);
      other.datagrams = options(false, 256, 64, 500);
      try (Front started = other.start();
          RawDatagrams requestor =
              new RawDatagrams(started.server().datagramAddress().orElseThrow())) {
        Message reply = requestor.send(byAddress(1, ANY, ON_A)).read();

        assertThat(reply.status()).isEqualTo(UNSPEC_FAIL);
        assertThat(reply.statusText()).isNotEmpty();
      }
    }
  }
}
