package bindery.transcript;

import static bindery.query.FedStore.address;
import static bindery.query.FedStore.client;
import static bindery.query.FedStore.delegated;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Exchange;
import bindery.query.QueryScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each kind of answer as a file that can be read and compared: {@code transcripts/NAME.txt}. With
 * {@code -Dtranscripts.write=true} the files are written anew instead.
 */
final class TranscriptTest {
  private static final Path FILES = Path.of("src", "test", "resources", "transcripts");
  private static final boolean WRITES = Boolean.getBoolean("transcripts.write");

  private static final String ANY = "00".repeat(16);
  private static final String LINK_A = "20010db8000a00000000000000001000";
  private static final String LINK_B = "20010db8000b00000000000000000001";
  private static final String REQUESTOR = option(1, "0003000102005e10000a");
  private static final String RELAY = "0003000102005e1000aa";
  private static final String MODEM = "000000096d6f64656d2d3137";
  private static final String RELAYED =
      "20010db800ff00000000000000000001" // whom the server had it from
          + "0c0120010db8000a00000000000000001000fe800000000000000000000000000001"
          + option(18, "6165")
          + option(53, RELAY)
          + option(
              9,
              "0c00"
                  + ANY
                  + "fe8000000000000000005efffe20000b"
                  + option(18, "67652d302f302f31")
                  + option(37, MODEM));

  private final Path folder;

  TranscriptTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static String option(int code, String data) {
    return String.format("%04x%04x%s", code, data.length() / 2, data);
  }

  private static String query(int type, String link, String inside) {
    return message(14, REQUESTOR + option(44, String.format("%02x%s%s", type, link, inside)));
  }

  private static String message(int type, String options) {
    return String.format("%02x0a1b2c%s", type, options);
  }

  private static String clientId(int number) {
    return option(1, client(number).octets().hex());
  }

  private static Exchange.Builder relayed(int number, String link) {
    return exchange(number, link)
        .setRelayed(true)
        .addRelayIds(hex(RELAY))
        .addRemoteIds(hex(MODEM))
        .setRelayData(hex(RELAYED));
  }

  private static Scene small(Scene scene) {
    return scene
        .link("a", "2001:db8:a::/64")
        .link("b", "2001:db8:b::/64")
        .hold(
            relayed(1, "a")
                .setOptions(hex(option(23, "20010db8000000000000000000000053")))
                .addLeases(address("2001:db8:a::1", 3_600, 7_200))
                .addLeases(delegated("2001:db8:100::/56", 3_600, 7_200)))
        .hold(relayed(2, "b").addLeases(address("2001:db8:b::2", 3_600, 7_200)))
        .hold(exchange(2, "a").addLeases(address("2001:db8:a::2", 1_800, 3_600)));
  }

  private void check(String name, String title, UnaryOperator<Scene> told) throws IOException {
    Path file = FILES.resolve(name + ".txt");
    String text;
    try (Scene scene = new Scene(folder.resolve(name), title)) {
      text = told.apply(scene).text();
    }
    if (WRITES) {
      Files.createDirectories(FILES);
      Files.writeString(file, text);
    }
    assertThat(file).as("write it with -Dtranscripts.write=true").exists();
    assertThat(text)
        .as("%s; if the new one is right, write it with -Dtranscripts.write=true", file)
        .isEqualTo(Files.readString(file));
  }

  @Test
  void everyFile_isOfATest() throws IOException {
    String tests =
        Files.readString(Path.of("src/test/java/bindery/transcript/TranscriptTest.java"));
    try (Stream<Path> files = Files.list(FILES)) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(tests)
                      .contains('"' + file.getFileName().toString().replace(".txt", "") + '"'));
    }
  }

  // S-33, S-58
  @Test
  void byAddress() throws IOException {
    String key = option(5, "20010db8000a00000000000000000001" + "00".repeat(8));
    check(
        "by-address",
        "By address: all of its client on its link",
        s -> small(s).ask(query(1, ANY, key)));
  }

  // S-34, S-60
  @Test
  void byClientId() throws IOException {
    check(
        "by-client-id",
        "By client-id: on every link, and on one of them",
        s -> small(s).ask(query(2, ANY, clientId(2))).ask(query(2, LINK_B, clientId(2))));
  }

  // S-33, S-35, S-39, S-56
  @Test
  void byRelayId() throws IOException {
    String oro = option(6, "002f");
    check(
        "by-relay-id",
        "By relay-ID, with relay data of two hops",
        s -> small(s).ask(query(3, ANY, option(53, RELAY) + oro)));
  }

  // S-52, S-66
  @Test
  void byLink() throws IOException {
    check(
        "by-link-address",
        "By link-address, with an option that clients were given",
        s -> small(s).ask(query(4, LINK_A, option(6, "0017"))));
  }

  // S-60
  @Test
  void byRemoteId() throws IOException {
    check(
        "by-remote-id",
        "By remote-ID: everywhere, and on one link",
        s ->
            small(s)
                .ask(query(5, ANY, option(37, MODEM)))
                .ask(query(5, LINK_A, option(37, MODEM))));
  }

  // S-72..S-74, T-12
  @Test
  void timeOptions() throws IOException {
    String base = option(6, "0064");
    String since = option(101, String.format("%08x", 820_540_900L));
    check(
        "time-options",
        "Base-time, a window that nothing changed in, and refusals that tell the time too",
        s ->
            small(s)
                .ask(query(4, LINK_B, "") + base)
                .ask(query(4, LINK_B, "") + base + since)
                .ask(query(4, ANY, "") + base)
                .ask(query(9, ANY, base)));
  }

  // S-42, S-43
  @Test
  void nothingFound() throws IOException {
    check(
        "nothing-found",
        "Nothing found: the reply alone, without a status",
        s -> small(s).ask(query(2, ANY, clientId(9))));
  }

  // S-24, S-25, S-44, V-08, V-09, V-12
  @Test
  void refused() throws IOException {
    check(
        "refused",
        "Refused: unknown type, required option missing, link not configured, VPN",
        s ->
            small(s)
                .ask(query(9, ANY, ""))
                .ask(query(3, ANY, ""))
                .ask(query(4, "20010db9000000000000000000000001", ""))
                .ask(query(4, LINK_A, option(68, "00414243"))));
  }

  // V-19, V-20, T-20
  @Test
  void notOffered() throws IOException {
    check(
        "not-offered",
        "Not offered: active leasequery, TLS on this port",
        s -> s.ask(message(22, REQUESTOR)).ask(message(23, "")));
  }

  // S-26, S-53
  @Test
  void notAllowed() throws IOException {
    QueryScope byRelayAlone = new QueryScope(Set.of(3), List.of(), Set.of(), Set.of());
    check(
        "not-allowed",
        "Not allowed: a query type that the requestor may not ask",
        s -> small(s).as(byRelayAlone, "ask by type 3 alone").ask(query(4, LINK_A, "")));
  }

  // S-20..S-23, S-28, V-04
  @Test
  void discarded() throws IOException {
    check(
        "discarded",
        "Discarded: nobody asks, another server is asked, not a query",
        s ->
            s.ask(message(14, option(44, "04" + LINK_A)))
                .ask(message(14, REQUESTOR + option(2, "00030001ffff") + option(44, "04" + LINK_A)))
                .ask(message(15, REQUESTOR)));
  }

  // S-12, S-44, S-45, S-48
  @Test
  void terminated() throws IOException {
    check(
        "terminated",
        "Ended by the node: before the first message, and behind the first page",
        s -> {
          s.link("a", "2001:db8:a::/64");
          for (int number = 1; number <= 3; number++) {
            s.hold(many(number, 1_000));
          }
          return s.ask(query(4, LINK_A, ""), 0).ask(query(4, LINK_A, ""), 1);
        });
  }

  private static Exchange.Builder many(int number, int leases) {
    Exchange.Builder exchange = exchange(number, "a");
    for (int lease = 1; lease <= leases; lease++) {
      exchange.addLeases(address(String.format("2001:db8:a::%x:%x", number, lease), 3_600, 7_200));
    }
    return exchange;
  }

  // S-34, protocol 3.5
  @Test
  void oversized() throws IOException {
    check(
        "oversized",
        "A client with more leases than one message holds",
        s -> s.link("a", "2001:db8:a::/64").hold(many(1, 2_400)).ask(query(4, LINK_A, "")));
  }

  // U-02, U-03, U-05, U-06
  @Test
  void overUdp() throws IOException {
    check(
        "over-udp",
        "By UDP: a client on two links, on one of them, and a type that is asked by TCP alone",
        s ->
            small(s)
                .askByUdp(query(2, ANY, clientId(2)))
                .askByUdp(query(2, LINK_B, clientId(2)))
                .askByUdp(query(4, LINK_A, "")));
  }

  // S-50, S-51: what has ended is not told, nor is a client of whom all has.
  @Test
  void ended() throws IOException {
    check(
        "ended",
        "Leases that have ended, of a client and between clients",
        s ->
            s.link("a", "2001:db8:a::/64")
                .hold(exchange(1, "a").addLeases(address("2001:db8:a::1", 3_600, 7_200)))
                .hold(exchange(2, "a").addLeases(address("2001:db8:a::2", 30, 60)))
                .hold(
                    exchange(3, "a")
                        .addLeases(address("2001:db8:a::3", 30, 60))
                        .addLeases(address("2001:db8:a::4", 3_600, 7_200)))
                .ask(query(4, LINK_A, "")));
  }
}
