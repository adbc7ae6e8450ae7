package bindery.leasequery;

import static bindery.leasequery.RawDatagrams.byAddress;
import static bindery.leasequery.RawDatagrams.byClient;
import static bindery.leasequery.RawDatagrams.options;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.query.FedStore;
import bindery.store.ReadPoint;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The line that each query leaves, whatever becomes of it. */
final class AuditTest {
  private static final String ANY = "00000000000000000000000000000000";
  private static final String LINK = "20010db8000a00000000000000000000";
  private static final String ON_A = "20010db8000a00000000000000000001";

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event.getFormattedMessage());
        }
      };
  private final Logger audit = (Logger) LoggerFactory.getLogger("bindery.audit");
  private final CompletableFuture<ReadPoint> point = new CompletableFuture<>();
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
    front.datagrams = options(false, 2, 1, 500);
    audit.setLevel(Level.INFO);
    appender.start();
    audit.addAppender(appender);
  }

  @AfterEach
  void close() {
    audit.detachAppender(appender);
    front.close();
    store.close();
  }

  private static String byLink(int transactionId) {
    return query(transactionId, 4, LINK, "");
  }

  private void holdBarriers() throws IOException {
    front.barrier = () -> point;
    front.start();
  }

  private void letGo() {
    store.barrier().thenAccept(point::complete);
  }

  private void awaitLine(String id, String outcome) {
    await()
        .untilAsserted(
            () ->
                assertThat(lines)
                    .filteredOn(line -> line.contains(" xid=" + id + " "))
                    .singleElement()
                    .asString()
                    .contains(" type=")
                    .endsWith(" outcome=" + outcome));
  }

  // The reset shows when the first answer is written.
  @Test
  void queryThatWaits_whenItsConnectionIsReset_isCutOff() throws IOException {
    front.maxQueriesPerRequestor = 1;
    holdBarriers();
    RawRequestor requestor = front.connect().send(byLink(1) + byLink(2));
    await().until(() -> front.stats().queriesHeld() == 1);
    requestor.reset();
    letGo();

    awaitLine("000001", "cut_off");
    awaitLine("000002", "cut_off");
    assertThat(front.stats().queries().count(4, Outcome.CUT_OFF)).isEqualTo(2);
  }

  // V-23
  @Test
  void transactionId_stillOutstanding_isDiscardedWithALineOfItsOwn() throws IOException {
    holdBarriers();
    try (RawRequestor requestor = front.connect()) {
      requestor.send(byLink(1) + byLink(1));
      awaitLine("000001", "discarded");
      assertThat(front.stats().queries().count(4, Outcome.DISCARDED)).isEqualTo(1);
      letGo();
      assertThat(requestor.readAll()).hasSize(3);
    }
    await().until(() -> lines.size() == 2);
  }

  @Test
  void datagram_overALimit_isUnanswered() throws IOException {
    front.requestors = List.of(RequestorRule.of("127.0.0.0/8"));
    holdBarriers();
    var server = front.server().datagramAddress().orElseThrow();
    try (RawDatagrams one = RawDatagrams.connect(front);
        RawDatagrams two = RawDatagrams.from("127.0.0.2", server);
        RawDatagrams three = RawDatagrams.from("127.0.0.3", server)) {
      one.send(byAddress(1, ANY, ON_A)).send(byAddress(2, ANY, ON_A));
      awaitLine("000002", "unanswered"); // over its share
      two.send(byAddress(3, ANY, ON_A));
      await().until(() -> front.stats().datagrams().inWork() == 2);
      three.send(byAddress(4, ANY, ON_A));
      awaitLine("000004", "unanswered"); // over all
      assertThat(front.stats().datagrams().queries().count(1, Outcome.UNANSWERED)).isEqualTo(2);
      letGo();

      assertThat(one.read().has(45)).isTrue();
      assertThat(two.read().has(45)).isTrue();
      awaitLine("000001", "answered");
      awaitLine("000003", "answered");
    }
  }

  @Test
  void datagram_namingLinksAlone_toldNoBinding() throws IOException {
    front.start();
    try (RawDatagrams requestor = RawDatagrams.connect(front)) {
      assertThat(requestor.send(byClient(1, ANY, 2)).read().has(48)).isTrue();
      awaitLine("000001", "answered");
      assertThat(lines).singleElement().asString().contains(" bindings=0 ");
      assertThat(requestor.send(byClient(2, ANY, 1)).read().has(45)).isTrue();
      awaitLine("000002", "answered");
      assertThat(lines).last().asString().contains(" bindings=1 ");
    }
  }
}
