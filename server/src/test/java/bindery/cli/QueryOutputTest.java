package bindery.cli;

import static bindery.cli.AnsweringServer.reply;
import static bindery.wire.MessageBuilder.message;
import static bindery.wire.MessageBuilder.options;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The ways in which answers are written. */
final class QueryOutputTest {
  private static final String ME = "000300010a0b";
  private static final String CLIENT = "0003000102005e20000b";
  private static final Duid ASKING = Duid.parse("0003000102005e1000aa");
  private static final Duid INNER = Duid.parse("0003000102005e1000bb");
  private static final long INFINITE = 0xffff_ffffL;

  private static MessageBuilder hop(String link, String peer, Duid relayId) {
    return options()
        .uint8(12)
        .uint8(0)
        .address(link)
        .address(peer)
        .option(18, "65746831") // "eth1"
        .option(37, "00007ed9706f7274")
        .option(53, relayId.octets().toArray());
  }

  /** An address and a prefix behind a relay. */
  private static MessageBuilder binding(String prefix, long valid, MessageBuilder relay) {
    return options()
        .clientId(Duid.parse(CLIENT))
        .option(46, options().uint32(120))
        .iaAddress("2001:db8:a::1000", 3_600, 7_265)
        .iaPrefix(prefix, 56, valid, valid)
        .option(47, options().address("2001:db8:ff::9").octets(relay.build()));
  }

  private static List<MessageBuilder> answer(LeaseQuery query, MessageBuilder... bindings) {
    List<MessageBuilder> messages = new ArrayList<>();
    for (MessageBuilder binding : bindings) {
      messages.add(
          messages.isEmpty()
              ? reply(query).option(45, binding)
              : message(17, query.transactionId()).option(45, binding));
    }
    messages.add(message(16, query.transactionId()));
    return messages;
  }

  private static CommandRun ask(
      Function<LeaseQuery, List<MessageBuilder>> answer, String... arguments) throws IOException {
    try (LastingServer server = LastingServer.start(answer)) {
      List<String> all = new ArrayList<>(List.of("query"));
      all.addAll(List.of(arguments));
      all.addAll(List.of("--duid", ME, "--server", server.address()));
      return CommandRun.of(all.toArray(new String[0]));
    }
  }

  private static List<MessageBuilder> oneHop(LeaseQuery query) {
    assertThat(query.wantsRelayData()).isTrue();
    return answer(
        query,
        binding("3fff:0:100::", 7_200, hop("2001:db8:a::1", "fe80::1", ASKING)),
        binding("3fff:0:200::", INFINITE, hop("2001:db8:a::1", "fe80::2", ASKING)));
  }

  @Test
  void routes_eachPrefix_isACommandOfIproute2() throws IOException {
    CommandRun run =
        ask(
            QueryOutputTest::oneHop,
            "relay",
            ASKING.toString(),
            "-o",
            "routes",
            "--interface",
            "eth1");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.lines())
        .containsExactly(
            "ip -6 route replace 3fff:0:100::/56 via fe80::1 dev eth1 expires 7200",
            "ip -6 route replace 3fff:0:200::/56 via fe80::2 dev eth1");
  }

  @Test
  void routes_relayBehindTheOneThatAsks_isTheNextHop() throws IOException {
    MessageBuilder relay =
        hop("2001:db8:ff::1", "2001:db8:ff::b", ASKING)
            .option(9, hop("2001:db8:a::1", "fe80::1", INNER));
    Function<LeaseQuery, List<MessageBuilder>> answer =
        query -> answer(query, binding("3fff:0:100::", 7_200, relay));

    CommandRun outer =
        ask(answer, "relay", ASKING.toString(), "-o", "routes", "--interface", "eth0");
    CommandRun inner =
        ask(answer, "relay", INNER.toString(), "-o", "routes", "--interface", "eth0");
    CommandRun link = ask(answer, "link", "2001:db8:a::1", "-o", "routes", "--interface", "eth0");

    assertThat(outer.out()).contains(" via 2001:db8:ff::b dev eth0 ");
    assertThat(inner.out()).contains(" via fe80::1 dev eth0 ");
    assertThat(link.out()).contains(" via fe80::1 dev eth0 ");
  }

  @Test
  void routes_prefixWithoutRelayData_exits6AndNamesIt() throws IOException {
    MessageBuilder direct =
        options()
            .clientId(Duid.parse(CLIENT))
            .option(46, options().uint32(1))
            .iaPrefix("3fff:0:300::", 56, 10, 20);

    CommandRun run =
        ask(
            query -> answer(query, direct),
            "client",
            CLIENT,
            "-o",
            "routes",
            "--interface",
            "eth1");

    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("1 prefix has no route").contains("3fff:0:300::/56");
  }

  @Test
  void routes_answerThatBreaksOffAndComesAgain_countsWhatIsLeftOutOnce() throws IOException {
    MessageBuilder direct =
        options()
            .clientId(Duid.parse(CLIENT))
            .option(46, options().uint32(1))
            .iaPrefix("3fff:0:300::", 56, 10, 20);
    try (LastingServer server =
        LastingServer.start(1, query -> List.of(reply(query).option(45, direct)))) {
      CommandRun run =
          CommandRun.of(
              "query",
              "client",
              CLIENT,
              "-o",
              "routes",
              "--interface",
              "eth1",
              "--attempts",
              "2",
              "--duid",
              ME,
              "--server",
              server.address());

      assertThat(run.exit()).isEqualTo(6);
      assertThat(server.asked()).hasSize(2);
      assertThat(run.err()).contains("Error: 1 prefix has no route");
    }
  }

  @Test
  void csv_eachLease_isALineOfTheSameColumns() throws IOException {
    CommandRun run =
        ask(QueryOutputTest::oneHop, "relay", ASKING.toString(), "-o", "csv", "--relay-data");

    assertThat(run.lines()).hasSize(5);
    assertThat(run.lines().get(0))
        .isEqualTo(
            "client,kind,lease,preferred,valid,clt_age,base_time,relayed_by,link,peer,"
                + "interface_id,remote_id,relay_id,options,query,server");
    assertThat(run.lines().get(2))
        .isEqualTo(
            CLIENT
                + ",prefix,3fff:0:100::/56,7200,7200,120,,2001:db8:ff::9,2001:db8:a::1,fe80::1,"
                + "eth1,32473:706f7274 (port),"
                + ASKING
                + ",,relay "
                + ASKING
                + ",");
  }

  @Test
  void csv_nothingFound_isTheHeadingsAlone() throws IOException {
    CommandRun run = ask(query -> List.of(reply(query)), "relay", ASKING.toString(), "-o", "csv");

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.lines()).singleElement().asString().startsWith("client,kind,lease,");
  }

  @Test
  void csv_fieldsWithCommasAndQuotes_areQuoted() {
    assertThat(BindingCsv.line(List.of("a,b", "say \"x\"", "plain", "")))
        .isEqualTo("\"a,b\",\"say \"\"x\"\"\",plain,");
  }

  @Test
  void count_eachFormat_isTheSumsAlone() throws IOException {
    String relay = ASKING.toString();
    Function<LeaseQuery, List<MessageBuilder>> answer =
        query -> answer(query, binding("3fff::", 9, hop("2001:db8:a::1", "fe80::1", ASKING)));

    assertThat(ask(answer, "relay", relay, "--count").lines())
        .containsExactly("bindings 1", "addresses 1", "prefixes 1");
    assertThat(ask(answer, "relay", relay, "--count", "-o", "json").lines())
        .containsExactly("{\"bindings\":1,\"addresses\":1,\"prefixes\":1}");
    assertThat(ask(answer, "relay", relay, "--count", "-o", "csv").lines())
        .containsExactly("bindings,addresses,prefixes", "1,1,1");
    CommandRun nothing = ask(query -> List.of(reply(query)), "relay", relay, "--count");
    assertThat(nothing.exit()).isEqualTo(4);
    assertThat(nothing.lines()).contains("bindings 0");
  }

  private record Octets(int exit, Bytes out, String err) {}

  private static Octets onScreen(int columns, LastingServer server, String... arguments) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    OptionalInt width = columns == 0 ? OptionalInt.empty() : OptionalInt.of(columns);
    CommandLine root =
        Commands.root(
            new Invocation(Map.of(), InputStream.nullInputStream(), octets, false, width),
            Set.of(),
            List.of());
    StringWriter err = new StringWriter();
    root.setOut(new PrintWriter(octets, true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("query"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--duid", ME, "--server", server.address()));
    int exit = root.execute(all.toArray(new String[0]));
    return new Octets(exit, Bytes.of(octets.toByteArray()), err.toString());
  }

  @Test
  void pcap_anAnswer_isAPacketForEachMessageWithSoundSums() throws IOException {
    try (LastingServer server = LastingServer.start(QueryOutputTest::oneHop)) {
      Octets run = onScreen(0, server, "relay", ASKING.toString(), "--relay-data", "-o", "pcap");

      assertThat(run.exit()).as(run.err()).isZero();
      ByteBuffer file = ByteBuffer.wrap(run.out().toArray()).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(file.getInt(0)).isEqualTo(0xa1b2c3d4);
      assertThat(file.getInt(20)).isEqualTo(101);
      List<Integer> payloads = new ArrayList<>();
      for (int at = 24; at < run.out().size(); ) {
        int size = file.getInt(at + 8);
        byte[] packet = new byte[size];
        file.get(at + 16, packet);
        assertSound(packet);
        payloads.add(size - 40);
        at += 16 + size;
      }
      // SYN, SYN+ACK, ACK; query; REPLY, DATA, DONE; the two ends and the last ACK
      assertThat(payloads).hasSize(10);
      assertThat(payloads.get(6)).isEqualTo(6);
      assertThat(Collections.frequency(payloads, 0)).isEqualTo(6);
    }
  }

  /** Both checksums of an IPv4 packet with TCP come out as zero if they are right (RFC 1071). */
  private static void assertSound(byte[] packet) {
    assertThat(packet[0]).isEqualTo((byte) 0x45);
    assertThat(sum(packet, 0, 20) % 0xffff).isZero();
    int segment = packet.length - 20;
    assertThat((sum(packet, 12, 20) + 6 + segment + sum(packet, 20, packet.length)) % 0xffff)
        .isZero();
  }

  private static long sum(byte[] octets, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += (octets[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
    }
    return sum;
  }

  @Test
  void pcap_toATerminal_isAUsageErrorWithAnExample() throws IOException {
    try (LastingServer server = LastingServer.start(QueryOutputTest::oneHop)) {
      Octets run = onScreen(80, server, "client", CLIENT, "-o", "pcap");

      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err()).contains("-o pcap > query.pcap");
      assertThat(server.asked()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 80, 120, 200})
  @DisplayName("no line of a table is wider than the terminal")
  void table_onATerminal_fitsItAndKeepsEachLease(int columns) throws IOException {
    String longest = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:f";
    Function<LeaseQuery, List<MessageBuilder>> many =
        query -> {
          List<MessageBuilder> all = new ArrayList<>();
          for (int i = 0; i < 300; i++) { // more than are measured
            MessageBuilder binding =
                options()
                    .clientId(
                        Duid.parse(i % 2 == 0 ? CLIENT : "0004" + "0123456789abcdef".repeat(2)))
                    .option(46, options().uint32(90_000))
                    .iaAddress(i < 250 ? "2001:db8::" + i : longest + i, 360_000, INFINITE)
                    .option(
                        47,
                        options()
                            .address("2001:db8:ff::9")
                            .octets(hop("2001:db8:a::1", "fe80::1", ASKING).build()));
            all.add(binding);
          }
          return answer(query, all.toArray(new MessageBuilder[0]));
        };
    try (LastingServer server = LastingServer.start(many)) {
      Octets run = onScreen(columns, server, "relay", ASKING.toString(), "--relay-data");

      String out = new String(run.out().toArray(), StandardCharsets.UTF_8);
      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(out.lines()).allMatch(line -> line.length() <= columns);
      if (columns >= 80) { // narrower ones may break an address
        assertThat(out).contains("2001:db8::1 ").contains(longest + "299").contains("hop 0");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 11, 20, 40})
  void shortened_aLongCell_keepsStartAndEnd(int width) {
    String cell = "00041234567890abcdef1234567890abcdef";

    String shortened = TableWriter.shortened(cell, width);

    assertThat(shortened.length()).isEqualTo(Math.min(width, cell.length()));
    assertThat(shortened).startsWith("00").endsWith("abcdef".substring(3));
  }
}
