package bindery.query;

import static bindery.query.FedStore.NOW;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.delegated;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Exchange;
import bindery.model.Bytes;
import bindery.store.ReadPoint;
import bindery.wire.Incoming;
import bindery.wire.QueryDecoder;
import bindery.wire.Vectors;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vectors of a query, answered by a fed store with the vectors of its answer. */
final class VectorAnswerTest {
  private static final ByteString FIRST = hex("0003000102005e20000b");
  private static final ByteString SECOND = hex("00010001180c2f4002005e20000c");
  private static final ByteString RELAY = ByteString.copyFrom(Vectors.RELAY.octets().toArray());
  private static final String RELAY_DATA =
      "20010db800ff00000000000000000001"
          + "0c00"
          + "20010db8000a00000000000000001000"
          + "fe8000000000000000005efffe20000b"
          + "0012000867652d302f302f31"
          + "0025000c000000096d6f64656d2d3137"
          + "0035000a0003000102005e1000aa";
  private static final long SECOND_CLTT = NOW + 10;
  private static final long ASKED = SECOND_CLTT + 4_000;
  private static final long FIRST_CLTT = ASKED - 120;

  private FedStore store;

  @BeforeEach
  void open(@TempDir Path folder) {
    store =
        FedStore.open(folder)
            .link("one", List.of("2001:db8:1::/64"), List.of())
            .link("two", List.of("2001:db8:2::/64"), List.of())
            .link("empty", List.of("2001:db8:a::/64"), List.of());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Exchange.Builder of(ByteString client, String link, long cltt) {
    return exchange(1, link).setClient(client).setCltt(cltt);
  }

  private Bytes answer(String query) {
    Answers answers =
        new Answers(
            new ReadGate(
                store::barrier,
                ReadMode.LINEARIZABLE,
                store::view,
                Runnable::run,
                () -> 0,
                () -> 0),
            store::view,
            Runnable::run,
            () -> 0,
            Duration.ofSeconds(5),
            Set.of(),
            fault -> {
              throw new AssertionError(fault);
            });
    assertThat(answers.findServerId()).contains(Vectors.SERVER);
    Incoming asked = QueryDecoder.decode(Vectors.message(query), Vectors.SERVER);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] page = new byte[Answer.PAGE_BYTES_MIN];
    try (Answer answer =
        answers.begin(
            ((Incoming.Query) asked).query(), QueryScope.ALL, new ReadPoint(0, ASKED * 1_000, 0))) {
      while (!answer.hasEnded()) {
        all.write(page, 0, answer.fill(page));
      }
    }
    return Bytes.of(all.toByteArray());
  }

  // Q1 is answered with R1, R2 and R3: two clients of a relay, the second renewed directly since.
  @Test
  void byRelayId_twoClients_isReplyDataDone() {
    store
        .feed(
            of(SECOND, "two", NOW)
                .setRelayed(true)
                .addRelayIds(RELAY)
                .addLeases(delegated("2001:db8:100:100::/56", 3_600, 7_200)))
        .at(SECOND_CLTT)
        .feed(
            of(SECOND, "two", SECOND_CLTT)
                .addLeases(
                    delegated("2001:db8:100:100::/56", 3_600, 7_200).toBuilder()
                        .setGranted(SECOND_CLTT)))
        .at(FIRST_CLTT)
        .feed(
            of(FIRST, "one", FIRST_CLTT)
                .setRelayed(true)
                .addRelayIds(RELAY)
                .setRelayData(hex(RELAY_DATA))
                .addLeases(
                    address("2001:db8:a::10", 1_800, 3_600).toBuilder().setGranted(FIRST_CLTT))
                .addLeases(
                    delegated("2001:db8:100::/56", 1_800, 3_600).toBuilder()
                        .setGranted(FIRST_CLTT)));

    assertThat(answer("Q1"))
        .isEqualTo(
            Bytes.parseHex("" + Vectors.frame("R1") + Vectors.frame("R2") + Vectors.frame("R3")));
  }

  // Q2 is answered with R4 alone: the link is known, and nobody is on it.
  @Test
  void byLink_nobodyOnIt_isTheReplyAlone() {
    store.feed(of(FIRST, "one", NOW).addLeases(address("2001:db8:1::10", 1_800, 3_600)));

    assertThat(answer("Q2")).isEqualTo(Vectors.frame("R4"));
  }
}
