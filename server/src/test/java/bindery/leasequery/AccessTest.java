package bindery.leasequery;

import static bindery.leasequery.RawRequestor.option;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.leasequery.RawRequestor.Message;
import bindery.model.Duid;
import bindery.query.FedStore;
import bindery.query.QueryScope;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What each requestor may ask and be told, by its entry in the list (S-04, S-53, S-59, V-22). */
final class AccessTest {
  private static final String ANY = "00000000000000000000000000000000";
  private static final String LINK_A = "20010db8000a00000000000000000000";
  private static final String LINK_B = "20010db8000b00000000000000000000";
  private static final String OWN = "0003000102005e1000aa";
  private static final String OTHER = "0003000102005e1000bb";
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
        exchange(1, "a")
            .setRelayed(true)
            .addRelayIds(hex(OWN))
            .setOptions(hex("0027000200aa" + "00170001ff"))
            .addLeases(address("2001:db8:a::1", 3_600, 7_200)),
        exchange(1, "b")
            .setRelayed(true)
            .addRelayIds(hex(OWN))
            .addLeases(address("2001:db8:b::1", 3_600, 7_200)),
        exchange(2, "b")
            .setRelayed(true)
            .addRelayIds(hex(OTHER))
            .addLeases(address("2001:db8:b::2", 3_600, 7_200)));
    front = new Front(store);
  }

  @AfterEach
  void close() {
    front.close();
    store.close();
  }

  private void allow(QueryScope scope) throws IOException {
    front.requestors =
        List.of(
            new RequestorRule(
                "127.0.0.1", scope, OptionalInt.empty(), OptionalInt.empty(), Optional.empty()));
    front.start();
  }

  private List<Message> ask(int type, String link, String options) throws IOException {
    try (RawRequestor requestor = front.connect()) {
      return requestor.send(query(1, type, link, options)).halfClose().readAll();
    }
  }

  private static String relay(String duid) {
    return option(53, duid);
  }

  private static void assertNotAllowed(List<Message> answer) {
    assertThat(answer).hasSize(1);
    assertThat(answer.get(0).status()).isEqualTo(NOT_ALLOWED);
    assertThat(answer.get(0).has(45)).isFalse();
  }

  private static List<String> addresses(List<Message> answer) {
    return answer.stream()
        .filter(m -> m.has(45))
        .flatMap(m -> m.client(5).stream())
        .map(lease -> lease.substring(0, 32))
        .toList();
  }

  @Test
  void typeNotAllowed_isNotAllowed_andTheConnectionStays() throws IOException {
    allow(new QueryScope(Set.of(3), List.of(), Set.of(), Set.of()));

    try (RawRequestor requestor = front.connect()) {
      assertNotAllowed(List.of(requestor.send(query(1, 4, LINK_A, "")).read()));
      assertThat(addresses(requestor.send(query(2, 3, ANY, relay(OWN))).answer())).hasSize(2);
    }
    assertThat(front.stats().queries().count(4, Outcome.REFUSED)).isEqualTo(1);
  }

  @Test
  void ownRelayIdAlone_isAnswered_andNothingElse() throws IOException {
    allow(new QueryScope(Set.of(), List.of(), Set.of(Duid.parse(OWN)), Set.of()));

    assertThat(addresses(ask(3, ANY, relay(OWN)))).hasSize(2);
    assertNotAllowed(ask(3, ANY, relay(OTHER)));
    assertNotAllowed(ask(4, LINK_A, ""));
    assertNotAllowed(ask(2, ANY, option(1, FedStore.client(1).toString())));
  }

  @Test
  void linkAlone_boundsEveryAnswer() throws IOException {
    allow(new QueryScope(Set.of(), List.of("a"), Set.of(), Set.of()));

    assertThat(addresses(ask(4, LINK_A, ""))).hasSize(1);
    assertNotAllowed(ask(4, LINK_B, ""));
    assertThat(addresses(ask(3, ANY, relay(OWN))))
        .containsExactly("20010db8000a00000000000000000001");
    assertThat(addresses(ask(2, ANY, option(1, FedStore.client(1).toString())))).hasSize(1);
    assertThat(
            addresses(ask(1, ANY, option(5, "20010db8000b00000000000000000001" + "0".repeat(16)))))
        .isEmpty();
  }

  @Test
  void linkThatThereIsNot_isNone() throws IOException {
    allow(new QueryScope(Set.of(), List.of("gone"), Set.of(), Set.of()));

    assertNotAllowed(ask(3, ANY, relay(OWN)));
  }

  @Test
  void hiddenOption_isNotTold_theOthersAre() throws IOException {
    allow(new QueryScope(Set.of(), List.of(), Set.of(), Set.of(39)));

    List<Message> answer = ask(4, LINK_A, option(6, "00270017"));
    assertThat(answer.get(0).client(39)).isEmpty();
    assertThat(answer.get(0).client(23)).hasSize(1);
  }

  // S-53, S-56: with it goes all that relays said.
  @Test
  void hiddenRelayData_isNotTold_theOptionsAre() throws IOException {
    store.feed(
        exchange(7, "b")
            .setRelayed(true)
            .setRelayData(hex("00".repeat(50)))
            .setOptions(hex("0027000200aa"))
            .addLeases(address("2001:db8:b::7", 3_600, 7_200)));
    front.requestors =
        List.of(
            RequestorRule.of("127.0.0.2"),
            new RequestorRule(
                "127.0.0.1",
                new QueryScope(Set.of(), List.of(), Set.of(), Set.of(47)),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty()));
    front.start();
    String query =
        query(1, 2, ANY, option(1, FedStore.client(7).octets().hex()) + option(6, "002f0027"));
    try (RawRequestor barred = front.connect();
        RawRequestor other = front.connectFrom("127.0.0.2")) {
      Message less = barred.send(query).answer().get(0);
      assertThat(less.client(47)).isEmpty();
      assertThat(less.client(39)).hasSize(1);
      assertThat(other.send(query).answer().get(0).client(47)).hasSize(1);
    }
  }

  @Test
  void listChanged_isInForceAtOnce_andWhoIsNotOnItIsLetGo() throws IOException {
    allow(QueryScope.ALL);
    try (RawRequestor before = front.connect()) {
      assertThat(addresses(before.send(query(1, 4, LINK_A, "")).answer())).hasSize(1);
      front.server().setRequestors(List.of(RequestorRule.of("127.0.0.2")));

      assertThat(before.readAll()).isEmpty(); // FIN
    }
    await().until(() -> front.stats().connections() == 0);
    try (RawRequestor stranger = front.connect();
        RawRequestor listed = front.connectFrom("127.0.0.2")) {
      assertThat(stranger.readAll()).isEmpty();
      assertThat(addresses(listed.send(query(1, 4, LINK_A, "")).answer())).hasSize(1);
    }
  }

  @Test
  void everyQuery_leavesOneLineOfWhoAskedWhatAndWhatCameOfIt() throws IOException {
    Logger audit = (Logger) LoggerFactory.getLogger("bindery.audit");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    audit.setLevel(Level.INFO);
    audit.addAppender(lines);
    try {
      allow(QueryScope.ALL);
      assertThat(addresses(ask(3, LINK_B, relay(OWN)))).hasSize(1);
      assertThat(addresses(ask(3, LINK_B, relay("0003000102005e1000cc")))).isEmpty();
      var unused = ask(9, LINK_B, "");
      await().until(() -> lines.list.size() == 3);
    } finally {
      audit.detachAppender(lines);
    }
    assertThat(lines.list.get(0).getFormattedMessage())
        .startsWith("event=query by=tcp from=127.0.0.1:")
        .contains(" xid=000001 type=3 relay=" + Duid.parse(OWN) + " link=2001:db8:b::")
        .containsPattern(" revision=[1-9][0-9]* bindings=1 octets=[1-9][0-9]* ms=[0-9]+ ")
        .endsWith("outcome=answered");
    assertThat(lines.list.get(1).getFormattedMessage()).endsWith("outcome=empty");
    assertThat(lines.list.get(2).getFormattedMessage())
        .contains(" type=9 ", " outcome=refused status=\"UnknownQueryType(7)");
  }
}
