package bindery.query;

import static bindery.query.FedStore.NOW;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.client;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Exchange;
import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.RemoteId;
import bindery.query.Answer.Result;
import bindery.store.ReadPoint;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import bindery.wire.StatusCode;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** When an answer may say that there is nothing, and when a link's answer has to wait. */
final class StatementTest {
  private static final Duid REQUESTOR = Duid.parse("0003000102005e10000a");
  private static final String RELAY = "0003000102005e1000aa";
  private static final String REMOTE = "00007ed97031";
  private static final LeaseQuery BY_LINK =
      LeaseQuery.byLink(1, REQUESTOR, Ipv6Address.parse("2001:db8:a::1"));

  private FedStore store;

  @BeforeEach
  void open(@TempDir Path folder) {
    store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Answers answers(Duration patience) {
    ReadGate gate =
        new ReadGate(
            store::barrier,
            ReadMode.LINEARIZABLE,
            store::view,
            Runnable::run,
            System::nanoTime,
            () -> 0L);
    Answers made =
        new Answers(
            gate,
            store::view,
            Runnable::run,
            System::nanoTime,
            patience,
            Set.of(),
            fault -> {
              throw new AssertionError(fault);
            });
    assertThat(made.findServerId()).isPresent();
    return made;
  }

  private Result result(LeaseQuery query, long unixSeconds) {
    return result(answers(Duration.ofSeconds(5)), query, unixSeconds);
  }

  private static Result result(Answers answers, LeaseQuery query, long unixSeconds) {
    ReadPoint point = new ReadPoint(0, unixSeconds * 1_000, System.nanoTime());
    byte[] page = new byte[Answer.PAGE_BYTES_MIN];
    try (Answer answer = answers.begin(query, QueryScope.ALL, point)) {
      while (!answer.hasEnded()) {
        answer.fill(page);
      }
      return answer.result();
    }
  }

  private static List<LeaseQuery> everyType() {
    return List.of(
        BY_LINK,
        LeaseQuery.of(2, REQUESTOR, new QueryKey.ByRelayId(Duid.parse(RELAY))),
        LeaseQuery.of(3, REQUESTOR, new QueryKey.ByRemoteId(new RemoteId(Bytes.parseHex(REMOTE)))),
        LeaseQuery.of(4, REQUESTOR, new QueryKey.ByClientId(client(1))),
        LeaseQuery.of(5, REQUESTOR, new QueryKey.ByAddress(Ipv6Address.parse("2001:db8:a::1"))));
  }

  private Exchange.Builder lasting(int seconds) {
    return exchange(1, "a")
        .setRelayed(true)
        .addRelayIds(hex(RELAY))
        .addRemoteIds(hex(REMOTE))
        .addLeases(address("2001:db8:a::1", seconds, seconds));
  }

  @Test
  void leasesRunOutAfterTheirSourceFellSilent_isNoStatement() {
    store.feed(lasting(1_000)).alive();
    store.at(NOW + 1_500).tick();

    assertThat(everyType())
        .allSatisfy(
            query ->
                assertThat(result(query, NOW + 1_500))
                    .as("%s", query.key())
                    .isEqualTo(Result.TERMINATED));
  }

  @Test
  void leasesRunOutWhileTheirSourceWasHeardOf_areSaidToBeNone() {
    store.feed(lasting(1_000)).alive();
    store.at(NOW + 1_500).alive();

    assertThat(result(BY_LINK, NOW + 1_500)).isEqualTo(Result.EMPTY);
  }

  // A node that has lost its majority, and answers all the same, learns of no renewal.
  @Test
  void leasesRunOutWhileClusterTimeStandsStill_isNoStatement() {
    store.feed(lasting(1_000));

    assertThat(everyType())
        .allSatisfy(
            query ->
                assertThat(result(query, NOW + 1_500))
                    .as("%s", query.key())
                    .isEqualTo(Result.TERMINATED));
  }

  @Test
  void leasesOfAnImport_runOut_areSaidToBeNone() {
    store.feed(lasting(1_000));
    store.at(NOW + 90_000).tick();

    assertThat(result(BY_LINK, NOW + 90_000)).isEqualTo(Result.EMPTY);
  }

  @Test
  void silentSource_withALeaseThatHolds_isAnswered() {
    store.feed(lasting(100_000)).alive();
    store.at(NOW + 50_000).tick();

    assertThat(result(BY_LINK, NOW + 50_000)).isEqualTo(Result.ANSWERED);
  }

  /** Asks once more, and that alone is counted. */
  private static void assertWithheld(
      Answers answers, LeaseQuery query, long unixSeconds, Withheld reason) {
    Map<Withheld, Long> expected = counts(answers);
    expected.merge(reason, 1L, Long::sum);
    assertThat(result(answers, query, unixSeconds))
        .isEqualTo(
            reason.status().code().equals(StatusCode.QUERY_TERMINATED)
                ? Result.TERMINATED
                : Result.REFUSED);
    assertThat(counts(answers)).isEqualTo(expected);
  }

  private static Map<Withheld, Long> counts(Answers answers) {
    Map<Withheld, Long> counts = new EnumMap<>(Withheld.class);
    for (Withheld reason : Withheld.values()) {
      counts.put(reason, answers.withheld().count(reason));
    }
    return counts;
  }

  @Test
  void everyReasonToWithholdAnAnswer_isCountedByItself() {
    Answers answers = answers(Duration.ofMillis(1));
    assertWithheld(answers, BY_LINK, NOW, Withheld.NEVER_FED);
    store.beginSync("isc");
    assertWithheld(answers, BY_LINK, NOW, Withheld.FIRST_SYNC);
    store.feed(exchange(2, "a").addLeases(address("2001:db8:a::2", 1_000, 1_000))).alive();
    assertWithheld(answers, everyType().get(1), NOW, Withheld.LATER_FIRST_SYNC);
    assertWithheld(answers, everyType().get(3), NOW, Withheld.LATER_FIRST_SYNC);
    store.endSyncIncomplete("isc");
    assertWithheld(answers, everyType().get(3), NOW, Withheld.PARTLY_FED);
    assertThat(result(answers, BY_LINK, NOW)).isEqualTo(Result.ANSWERED);
    store.at(NOW + 1_500).tick();
    assertWithheld(answers, BY_LINK, NOW + 1_500, Withheld.SILENT);
    assertWithheld(answers, everyType().get(1), NOW + 1_500, Withheld.RELAY_ID_NEVER_FED);
    assertWithheld(answers, everyType().get(2), NOW + 1_500, Withheld.REMOTE_ID_NEVER_FED);
    feedManyAndMoveThem();
    LeaseQuery moving = LeaseQuery.byLink(9, REQUESTOR, Ipv6Address.parse("2001:db8:b::1"));
    assertWithheld(answers, moving, NOW + 1_500, Withheld.REHOMING);
  }

  @Test
  void withheldAnswers_areLoggedOnceAMinuteForEachReason() {
    Logger logger = (Logger) LoggerFactory.getLogger(WithheldAnswers.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    AtomicLong nanos = new AtomicLong(-5);
    try {
      WithheldAnswers withheld = new WithheldAnswers(nanos::get);
      for (int i = 0; i < 3; i++) {
        withheld.add(Withheld.SILENT);
        withheld.add(Withheld.NEVER_FED);
      }
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
      withheld.add(Withheld.SILENT);
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("event=answer_withheld reason=silent count=1: "),
            other -> assertThat(other).contains("reason=never_fed count=1: ", "start a feeder"),
            later -> assertThat(later).contains("reason=silent count=4: "));
  }

  /** More bindings than one step of a job walks over. */
  private void feedManyAndMoveThem() {
    List<Exchange.Builder> exchanges = new ArrayList<>();
    for (int i = 1; i <= 6_000; i++) {
      exchanges.add(exchange(i, "").addLeases(address("2001:db8:b::%x".formatted(i), -1, -1)));
    }
    store.feed(exchanges.toArray(new Exchange.Builder[0]));
    store.link("b", List.of("2001:db8:b::/64"), List.of());
    try (var view = store.view()) {
      assertThat(view.jobs()).hasSize(1);
    }
  }

  private CompletableFuture<ReadPoint> admitted(Answers answers, String link) {
    return answers
        .admit(LeaseQuery.byLink(9, REQUESTOR, Ipv6Address.parse(link)))
        .toCompletableFuture();
  }

  @Test
  void queryOfALinkThatIsBeingMovedTo_waitsUntilThatIsDone() throws Exception {
    feedManyAndMoveThem();
    Answers answers = answers(Duration.ofSeconds(60));

    CompletableFuture<ReadPoint> waiting = admitted(answers, "2001:db8:b::1");
    assertThat(admitted(answers, "2001:db8:a::1").get(30, TimeUnit.SECONDS)).isNotNull();
    assertThat(waiting).isNotDone();
    while (true) {
      try (var view = store.view()) {
        if (view.jobs().isEmpty()) {
          break;
        }
      }
      store.step();
    }
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void queryOfALinkThatIsStillBeingMovedTo_isTerminated() throws Exception {
    feedManyAndMoveThem();

    LeaseQuery query = LeaseQuery.byLink(9, REQUESTOR, Ipv6Address.parse("2001:db8:b::1"));
    answers(Duration.ofMillis(1)).admit(query).toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(result(query, NOW)).isEqualTo(Result.TERMINATED);
    assertThat(result(BY_LINK, NOW)).isEqualTo(Result.EMPTY);
    assertThat(result(everyType().get(3), NOW)).isEqualTo(Result.ANSWERED);
  }

  // What a look is refused by is told, be it the first one or one after a while.
  @Test
  void queryOfALinkThatIsBeingMovedTo_whenALookIsRefused_fails() {
    feedManyAndMoveThem();
    for (int taken : List.of(0, 1)) {
      AtomicInteger room = new AtomicInteger(taken);
      Executor reads =
          look -> {
            if (room.getAndDecrement() <= 0) {
              throw new RejectedExecutionException("too much to read");
            }
            look.run();
          };
      Rehomed rehomed = new Rehomed(store::view, reads, System::nanoTime, Duration.ofSeconds(60));

      assertThat(rehomed.await(Ipv6Address.parse("2001:db8:b::1"), "value").toCompletableFuture())
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withMessageContaining("too much to read");
    }
  }
}
