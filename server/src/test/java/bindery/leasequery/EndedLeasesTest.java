package bindery.leasequery;

import static bindery.leasequery.RawRequestor.option;
import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.NOW;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.leasequery.RawRequestor.Message;
import bindery.log.v1.Exchange;
import bindery.log.v1.Lease;
import bindery.query.FedStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No ended lease is told, on whichever page of an answer it would stand (S-41, S-42). */
final class EndedLeasesTest {
  private static final int CLIENTS = 1_500;
  private static final String ANY = "00000000000000000000000000000000";
  private static final String LINK = "20010db8000a00000000000000000000";
  private static final String RELAY = "0003000102005e1000aa";
  private static final String REMOTE = "000000096d6f64656d2d3137";

  private static Lease lease(int client, int valid) {
    return address("2001:db8:a::" + Integer.toHexString(client), valid, valid);
  }

  private static Exchange.Builder told(int client) {
    return exchange(client, "a")
        .setRelayed(true)
        .addRelayIds(hex(RELAY))
        .addRemoteIds(hex(REMOTE))
        .setOptions(hex("002700c8" + "aa".repeat(200)));
  }

  private static Exchange.Builder released(int client) {
    return told(client)
        .setCltt(NOW + 1)
        .addLeases(
            lease(client, 7_200).toBuilder()
                .setOperation(Lease.Operation.END)
                .setEndReason(Lease.EndReason.RELEASED));
  }

  private static FedStore feed(Path folder, int everyEnded, boolean isReleased) {
    FedStore store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of());
    List<Exchange.Builder> exchanges = new ArrayList<>();
    for (int i = 1; i <= CLIENTS; i++) {
      boolean isEnding = i % everyEnded == 0;
      exchanges.add(told(i).addLeases(lease(i, isEnding && !isReleased ? 10 : 7_200)));
      if (isEnding && isReleased) {
        exchanges.add(released(i));
      }
    }
    store.feed(exchanges.toArray(new Exchange.Builder[0]));
    return store.at(NOW + 100).tick();
  }

  private static List<String> clients(List<Message> answer) {
    return answer.stream().filter(m -> m.has(45)).map(m -> m.client(1).get(0)).sorted().toList();
  }

  private static List<String> expected(int everyEnded) {
    return IntStream.rangeClosed(1, CLIENTS)
        .filter(i -> i % everyEnded != 0)
        .mapToObj(i -> FedStore.client(i).toString())
        .sorted()
        .toList();
  }

  @ParameterizedTest(name = "type {0}, every {3}th ended, released {4}")
  @CsvSource({
    "3, " + ANY + ", 0035000a" + RELAY + ", 4, true",
    "3, " + ANY + ", 0035000a" + RELAY + ", 4, false",
    "4, " + LINK + ", '', 4, true",
    "4, " + LINK + ", '', 4, false",
    "5, " + ANY + ", 0025000c" + REMOTE + ", 4, false",
    "3, " + ANY + ", 0035000a" + RELAY + ", 2, false",
    "3, " + ANY + ", 0035000a" + RELAY + ", 1499, false"
  })
  void query_manyPagesWithEndedLeases_tellsExactlyTheLiveOnes(
      int type, String link, String key, int everyEnded, boolean isReleased, @TempDir Path folder)
      throws IOException {
    try (FedStore store = feed(folder, everyEnded, isReleased);
        Front front = new Front(store)) {
      front.pageBytes = LeasequeryLimits.PAGE_BYTES_MIN; // so that there are several
      front.start();
      try (RawRequestor requestor = front.connect()) {
        List<Message> answer =
            requestor.send(query(1, type, link, key + option(6, "0027"))).answer();

        assertThat(clients(answer)).isEqualTo(expected(everyEnded));
        assertThat(front.stats().bytes()).isGreaterThan(2L * LeasequeryLimits.PAGE_BYTES_MIN);
        assertThat(answer)
            .allSatisfy(m -> assertThat(m.has(45) ? m.client(5) : List.of("none")).hasSize(1));
      }
    }
  }

  // The whole of what was held has ended: a REPLY alone, and no status (S-43).
  @Test
  void query_allEnded_isAReplyAlone(@TempDir Path folder) throws IOException {
    try (FedStore store = feed(folder, 1, false);
        Front front = new Front(store).start();
        RawRequestor requestor = front.connect()) {
      List<Message> answer = requestor.send(query(1, 4, LINK, "")).halfClose().readAll();

      assertThat(answer).singleElement().satisfies(m -> assertThat(m.has(13)).isFalse());
      assertThat(answer.get(0).has(45)).isFalse();
    }
  }
}
