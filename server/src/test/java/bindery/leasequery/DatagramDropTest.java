package bindery.leasequery;

import static bindery.leasequery.RawDatagrams.byAddress;
import static bindery.leasequery.RawDatagrams.byClient;
import static bindery.leasequery.RawDatagrams.options;
import static bindery.leasequery.RawRequestor.option;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.query.FedStore;
import bindery.query.QueryScope;
import bindery.store.ReadPoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gets no reply by UDP, and what bounds it (RFC 5007 5). */
final class DatagramDropTest {
  private static final String ANY = "00000000000000000000000000000000";
  private static final String LINK_A = "20010db8000a00000000000000000000";
  private static final String ON_A = "20010db8000a00000000000000000001";
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

  private void awaitDrop(DatagramDrop why) {
    await().until(() -> front.stats().datagrams().dropped(why) == 1);
  }

  @Test
  @DisplayName("U-01, U-04: what cannot be read, or is no query, gets nothing")
  void notAQuery_getsNothing() throws IOException {
    front.start();
    String unsigned = "0e000001" + RawRequestor.lqQuery(4, LINK_A, "");
    List<String> bad =
        List.of(
            "",
            "0e",
            "0f000001" + option(1, RawRequestor.REQUESTOR), // a LEASEQUERY-REPLY
            "16000001" + option(1, RawRequestor.REQUESTOR), // active: for connections alone
            "17000001", // STARTTLS
            "01000001" + option(1, RawRequestor.REQUESTOR), // a SOLICIT
            unsigned,
            RawRequestor.query(1, 4, LINK_A, ""), // with a size in front
            "0c00" + ANY + ANY, // a relay message with nothing inside
            "0c00" + ANY + ANY + "0009ffff00");
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      for (String datagram : bad) {
        requestor.send(datagram);
      }
      await().until(() -> front.stats().datagrams().dropped(DatagramDrop.DISCARDED) == bad.size());

      assertThat(requestor.isSilent()).isTrue();
      assertThat(requestor.send(byAddress(7, ANY, ON_A)).read().has(45)).isTrue();
    }
  }

  @Test
  @DisplayName("U-08: what came through a relay gets nothing unless that is wanted")
  void relayed_unlessWanted_getsNothing() throws IOException {
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      requestor.send("0c00" + LINK_A + ON_A + option(9, byAddress(7, ANY, ON_A)));
      awaitDrop(DatagramDrop.RELAYED);
      assertThat(requestor.isSilent()).isTrue();
    }
  }

  @Test
  @DisplayName("U-12: the same query sent again is answered again; while in work, once")
  void repeated_whileInWork_isAnsweredOnce() throws IOException {
    CompletableFuture<ReadPoint> barrier = new CompletableFuture<>();
    front.barrier = () -> barrier;
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      requestor.send(byAddress(7, ANY, ON_A)).send(byAddress(7, ANY, ON_A));
      awaitDrop(DatagramDrop.REPEATED);
      assertThat(front.stats().datagrams().inWork()).isEqualTo(1);
      store.barrier().thenAccept(barrier::complete);

      assertThat(requestor.read().has(45)).isTrue();
      assertThat(requestor.isSilent()).isTrue();
      assertThat(requestor.send(byAddress(7, ANY, ON_A)).read().has(45)).isTrue();
    }
  }

  @Test
  @DisplayName("U-15: too many within a second get nothing")
  void overTheRate_getsNothing() throws IOException {
    front.datagrams = options(false, 256, 64, 1);
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      await()
          .until(
              () -> {
                requestor.send(byAddress(7, ANY, ON_A)).send(byAddress(8, ANY, ON_A));
                return front.stats().datagrams().dropped(DatagramDrop.TOO_MANY) > 0;
              });
      assertThat(front.stats().datagrams().queries().count(1, Outcome.ANSWERED)).isPositive();
    }
  }

  @Test
  @DisplayName("U-15: more than may be in work get nothing")
  void overTheQueriesInWork_getsNothing() throws IOException {
    CompletableFuture<ReadPoint> barrier = new CompletableFuture<>();
    front.barrier = () -> barrier;
    front.datagrams = options(false, 1, 64, 500);
    assertSecondIsDropped(barrier, DatagramDrop.BUSY);
  }

  @Test
  @DisplayName("U-15: more than one requestor may have in work get nothing, others do")
  void overTheShareOfOneRequestor_getsNothing() throws IOException {
    CompletableFuture<ReadPoint> barrier = new CompletableFuture<>();
    front.barrier = () -> barrier;
    front.datagrams = options(false, 256, 1, 500);
    front.requestors = List.of(RequestorRule.of("127.0.0.0/8"));
    assertSecondIsDropped(barrier, DatagramDrop.TOO_MANY);
  }

  @Test
  @DisplayName("U-15: a requestor's own max-queries is its share by UDP too")
  void overTheMaxQueriesOfTheEntry_getsNothing() throws IOException {
    CompletableFuture<ReadPoint> barrier = new CompletableFuture<>();
    front.barrier = () -> barrier;
    front.requestors =
        List.of(
            new RequestorRule(
                "127.0.0.1",
                QueryScope.ALL,
                OptionalInt.empty(),
                OptionalInt.of(1),
                Optional.empty()));
    assertSecondIsDropped(barrier, DatagramDrop.TOO_MANY);
  }

  private void assertSecondIsDropped(CompletableFuture<ReadPoint> barrier, DatagramDrop why)
      throws IOException {
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      requestor.send(byAddress(7, ANY, ON_A)).send(byAddress(8, ANY, ON_A));
      awaitDrop(why);
      store.barrier().thenAccept(barrier::complete);

      assertThat(requestor.read().transactionId()).isEqualTo(7);
      assertThat(front.stats().datagrams().inWork()).isZero();
      assertThat(requestor.send(byAddress(8, ANY, ON_A)).read().transactionId()).isEqualTo(8);
    }
  }

  @Test
  @DisplayName("U-16: who is not listed gets nothing, who may not ask that is NotAllowed")
  void restrictedRequestor_isNotAllowed() throws IOException {
    QueryScope byAddressAlone = new QueryScope(Set.of(1), List.of(), Set.of(), Set.of());
    front.requestors =
        List.of(
            new RequestorRule(
                "127.0.0.1",
                byAddressAlone,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty()));
    front.start();
    InetSocketAddress server = front.server().datagramAddress().orElseThrow();
    try (RawDatagrams listed = RawDatagrams.connect(front);
        RawDatagrams other = new RawDatagrams(new InetSocketAddress("127.0.0.2", 0), server)) {
      assertThat(listed.send(byClient(1, ANY, 1)).read().status()).isEqualTo(NOT_ALLOWED);
      assertThat(listed.send(byAddress(2, ANY, ON_A)).read().has(45)).isTrue();
      other.send(byAddress(3, ANY, ON_A));
      awaitDrop(DatagramDrop.NOT_LISTED);
      assertThat(other.isSilent()).isTrue();
    }
  }

  @Test
  void withoutIdentity_getsNothingUntilItIsKnown(@TempDir Path folder) throws IOException {
    try (FedStore unknown = FedStore.withoutIdentity(folder)) {
      Front other = new Front(unknown);
      other.datagrams = options(false, 256, 64, 500);
      try (Front started = other.start();
          RawDatagrams requestor =
              new RawDatagrams(started.server().datagramAddress().orElseThrow())) {
        requestor.send(byAddress(1, ANY, ON_A));
        await().until(() -> started.stats().datagrams().dropped(DatagramDrop.BUSY) == 1);

        assertThat(requestor.isSilent()).isTrue();
        unknown.identify();
        // A query that comes too early does not make it look: it does so by itself.
        await()
            .until(
                () -> {
                  requestor.send(byAddress(2, ANY, ON_A));
                  return !requestor.isSilent();
                });
      }
    }
  }
}
