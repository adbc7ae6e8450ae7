package bindery.client.merge;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.client.AnswerReceiver;
import bindery.client.QueryResult;
import bindery.client.QueryResult.Outcome;
import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.wire.ClientData;
import bindery.wire.DhcpOption;
import bindery.wire.LeaseOption;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import bindery.wire.RelayData;
import bindery.wire.Status;
import bindery.wire.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** what several servers tell, merged by the newest CLT, and compared lease by lease. */
final class MergeTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final long NOW_SECONDS = DhcpTime.ofUnixSeconds(NOW.getEpochSecond());
  private static final Duid ANN = Duid.parse("00030001000000000001");
  private static final Duid BOB = Duid.parse("00030001000000000002");
  private static final LeaseQuery QUERY =
      LeaseQuery.of(5, Vectors.REQUESTOR, new QueryKey.ByRelayId(Vectors.RELAY));
  private static final AnswerReceiver NOBODY = (query, baseTime, data) -> {};

  @TempDir private Path folder = Path.of("");

  private final List<CollectedLeases> answers = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (CollectedLeases answer : answers) {
      answer.close();
    }
  }

  private CollectedLeases server() {
    CollectedLeases answer =
        new CollectedLeases(answers.size(), folder, 1, Clock.fixed(NOW, ZoneOffset.UTC), NOBODY);
    answers.add(answer);
    return answer;
  }

  private static LeaseOption address(String address, long valid) {
    return new LeaseOption(
        LeaseKey.ofAddress(Ipv6Address.parse(address)), valid / 2, valid, Bytes.EMPTY);
  }

  private static LeaseOption prefix(String prefix, long valid) {
    return new LeaseOption(
        LeaseKey.ofPrefix(Ipv6Prefix.parse(prefix)), valid / 2, valid, Bytes.parseHex("00430000"));
  }

  private static ClientData data(Duid client, long age, LeaseOption... leases) {
    return new ClientData(client, age, List.of(leases), Optional.empty(), List.of());
  }

  private static void tell(CollectedLeases server, ClientData... all) {
    for (ClientData data : all) {
      server.clientData(QUERY, OptionalLong.empty(), data);
    }
  }

  private record Merged(int server, ClientData data) {}

  private List<Merged> merge(long conflictsExpected) throws IOException {
    List<Merged> merged = new ArrayList<>();
    long conflicts =
        MergedBindings.merge(
            answers,
            folder,
            1,
            (origin, data) -> {
              assertThat(origin.query()).isEqualTo(QUERY.transactionId());
              merged.add(new Merged(origin.server(), data));
            });
    assertThat(conflicts).isEqualTo(conflictsExpected);
    return merged;
  }

  private List<LeaseDifference> differences() throws IOException {
    List<LeaseDifference> found = new ArrayList<>();
    try (LeaseGroups groups = LeaseGroups.of(answers)) {
      for (List<ToldLease> told = groups.next(); !told.isEmpty(); told = groups.next()) {
        LeaseDifference.of(told, Duration.ofSeconds(10)).ifPresent(found::add);
      }
    }
    return found;
  }

  @Test
  void merge_disjointAnswers_isAllOfThem() throws IOException {
    tell(server(), data(ANN, 10, address("2001:db8::1", 100), prefix("3fff:1::/56", 100)));
    tell(server(), data(BOB, 20, address("2001:db8::2", 100)));

    assertThat(merge(0))
        .containsExactly(
            new Merged(0, data(ANN, 10, address("2001:db8::1", 100), prefix("3fff:1::/56", 100))),
            new Merged(1, data(BOB, 20, address("2001:db8::2", 100))));
  }

  @Test
  void merge_sameLease_takesTheServerThatHeardTheClientLast() throws IOException {
    tell(server(), data(ANN, 500, address("2001:db8::1", 100)));
    tell(server(), data(BOB, 20, address("2001:db8::1", 300)));
    tell(server(), data(ANN, 20, address("2001:db8::1", 200))); // as new as the second

    assertThat(merge(1)).containsExactly(new Merged(1, data(BOB, 20, address("2001:db8::1", 300))));
  }

  @Test
  void merge_oneLeaseOfABindingIsOlder_keepsTheRestOfTheBinding() throws IOException {
    tell(server(), data(ANN, 50, address("2001:db8::1", 100), address("2001:db8::2", 100)));
    tell(server(), data(BOB, 20, address("2001:db8::1", 300)));

    assertThat(merge(1))
        .containsExactly(
            new Merged(0, data(ANN, 50, address("2001:db8::2", 100))),
            new Merged(1, data(BOB, 20, address("2001:db8::1", 300))));
  }

  @Test
  @DisplayName("R-25 a server's wrong clock does not make its CLT newer")
  void merge_serverWhoseClockIsAhead_isNotNewer() throws IOException {
    CollectedLeases ahead = server();
    OptionalLong hourAhead = OptionalLong.of(NOW_SECONDS + 3_600);
    ahead.clientData(QUERY, hourAhead, data(ANN, 500, address("2001:db8::1", 100)));
    CollectedLeases right = server();
    right.clientData(
        QUERY, OptionalLong.of(NOW_SECONDS), data(ANN, 20, address("2001:db8::1", 200)));

    assertThat(merge(0)).containsExactly(new Merged(1, data(ANN, 20, address("2001:db8::1", 200))));
  }

  @Test
  @DisplayName("one message for each lease becomes one binding")
  void merge_oneMessageALease_isOneBinding() throws IOException {
    tell(
        server(),
        data(ANN, 10, prefix("3fff:1::/56", 100)),
        data(BOB, 10, address("2001:db8::9", 100)),
        data(ANN, 10, address("2001:db8::1", 100)));

    assertThat(merge(0).stream().map(merged -> merged.data().leases().size()))
        .containsExactly(2, 1);
  }

  @Test
  void merge_relayDataAndOptions_goAlong() throws IOException {
    ClientData full =
        new ClientData(
            ANN,
            10,
            List.of(prefix("3fff:1::/56", DhcpTime.INFINITY)),
            Optional.of(new RelayData(Ipv6Address.parse("2001:db8:ff::1"), Bytes.parseHex("0c00"))),
            List.of(
                new DhcpOption(39, Bytes.parseHex("0101")), new DhcpOption(65_000, Bytes.EMPTY)));
    tell(server(), full);

    assertThat(merge(0)).containsExactly(new Merged(0, full));
  }

  @Test
  void merge_answerAskedForAgain_countsOnce() throws IOException {
    CollectedLeases server = server();
    tell(server, data(ANN, 10, address("2001:db8::1", 100)));
    assertThat(server.restarts(QUERY)).isTrue();
    tell(server, data(ANN, 10, address("2001:db8::1", 99)));

    assertThat(merge(0)).containsExactly(new Merged(0, data(ANN, 10, address("2001:db8::1", 99))));
  }

  private static QueryResult result(Outcome outcome) {
    return new QueryResult(outcome, Status.SUCCESS, "", OptionalLong.empty(), 1);
  }

  @Test
  void merge_leaseThatEndedBeforeTheAnswerWasAskedForAgain_isNotTold() throws IOException {
    CollectedLeases server = server();
    tell(server, data(BOB, 10, address("2001:db8::2", 100)));
    server.restarts(QUERY);
    tell(server, data(ANN, 10, address("2001:db8::1", 100)));
    server.ended(QUERY, result(Outcome.COMPLETE), Optional.empty());

    assertThat(merge(0)).containsExactly(new Merged(0, data(ANN, 10, address("2001:db8::1", 100))));
  }

  @Test
  void merge_answerThatNeverBecameWhole_isAllThatCame() throws IOException {
    CollectedLeases server = server();
    tell(server, data(BOB, 10, address("2001:db8::2", 100)));
    server.restarts(QUERY);
    tell(server, data(ANN, 10, address("2001:db8::1", 100)));
    server.restarts(QUERY);
    server.ended(QUERY, result(Outcome.INCOMPLETE), Optional.empty());

    assertThat(merge(0)).hasSize(2);
  }

  @Test
  @DisplayName("leases are compared, not messages")
  void compare_oneMessageALeaseAndOneAClient_areTheSame() throws IOException {
    tell(server(), data(ANN, 10, prefix("3fff:1::/56", 100), address("2001:db8::1", 100)));
    tell(
        server(),
        data(ANN, 90, address("2001:db8::1", 105)), // another CLT is no difference of the lease
        data(ANN, 10, prefix("3fff:1::/56", 95)));

    assertThat(differences()).isEmpty();
  }

  @Test
  void compare_eachWayToDiffer_isTold() throws IOException {
    tell(
        server(),
        data(ANN, 10, address("2001:db8::1", 100)),
        data(ANN, 10, address("2001:db8::3", 100)),
        data(ANN, 10, address("2001:db8::4", 100)),
        data(ANN, 10, address("2001:db8::5", DhcpTime.INFINITY)),
        data(ANN, 10, address("2001:db8::6", DhcpTime.INFINITY)));
    tell(
        server(),
        data(ANN, 10, address("2001:db8::2", 100)),
        data(BOB, 10, address("2001:db8::3", 100)),
        data(ANN, 10, address("2001:db8::4", 111)),
        data(ANN, 10, address("2001:db8::5", 100)),
        data(ANN, 10, address("2001:db8::6", DhcpTime.INFINITY)));

    assertThat(differences())
        .extracting(found -> found.key() + " " + found.kind())
        .containsExactly(
            "2001:db8::1 ONLY_FIRST",
            "2001:db8::2 ONLY_SECOND",
            "2001:db8::3 CLIENT",
            "2001:db8::4 END",
            "2001:db8::5 END");
  }
}
