package bindery.cli;

import static bindery.cli.AnsweringServer.reply;
import static bindery.wire.MessageBuilder.message;
import static bindery.wire.MessageBuilder.options;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.RemoteId;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import bindery.wire.QueryKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class QueryCommandTest {
  private static final int CLIENT_DATA = 45;
  private static final String ME = "000300010a0b";
  private static final String CLIENT = "0003000102005e20000b";
  private static final long INFINITE = 0xffff_ffffL;

  private static MessageBuilder data(LeaseQuery query, MessageBuilder clientData) {
    return message(17, query.transactionId()).option(CLIENT_DATA, clientData);
  }

  private static MessageBuilder done(LeaseQuery query) {
    return message(16, query.transactionId());
  }

  private static MessageBuilder status(MessageBuilder message, int code, String text) {
    return message.option(
        13, options().uint16(code).octets(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** One client with an address and a prefix, last heard 120 s ago. */
  private static MessageBuilder binding() {
    return options()
        .clientId(Duid.parse(CLIENT))
        .option(46, options().uint32(120))
        .iaAddress("2001:db8:a::1000", 3_600, 7_265)
        .iaPrefix("3fff:0:100::", 56, INFINITE, INFINITE);
  }

  private static MessageBuilder relayed() {
    MessageBuilder inner =
        options().uint8(12).uint8(0).address("2001:db8:a::1").address("fe80::1").option(18, "6530");
    return binding()
        .option(
            47,
            options()
                .address("2001:db8:ff::9")
                .uint8(12)
                .uint8(1)
                .address("::")
                .address("2001:db8:ff::1")
                .option(9, inner))
        .option(39, "01");
  }

  private static List<MessageBuilder> twoBindings(LeaseQuery query) {
    return List.of(
        reply(query).option(CLIENT_DATA, binding()), data(query, binding()), done(query));
  }

  private record Asked(CommandRun run, LeaseQuery query) {}

  private static Asked ask(Function<LeaseQuery, List<MessageBuilder>> answer, String... arguments)
      throws IOException {
    try (AnsweringServer server = AnsweringServer.start(answer)) {
      List<String> all = new ArrayList<>(List.of("query"));
      all.addAll(List.of(arguments));
      all.addAll(List.of("--duid", ME, "--server", server.address()));
      CommandRun run = CommandRun.of(all.toArray(new String[0]));
      return new Asked(run, server.asked());
    }
  }

  @Test
  void query_eachType_asksForWhatWasNamed() throws IOException {
    assertThat(ask(QueryCommandTest::twoBindings, "relay", CLIENT).query().key())
        .isEqualTo(new QueryKey.ByRelayId(Duid.parse(CLIENT)));
    assertThat(ask(QueryCommandTest::twoBindings, "client", CLIENT).query().key())
        .isEqualTo(new QueryKey.ByClientId(Duid.parse(CLIENT)));
    assertThat(ask(QueryCommandTest::twoBindings, "remote", "32473:706f").query().key())
        .isEqualTo(new QueryKey.ByRemoteId(RemoteId.parse("32473:706f")));
    assertThat(ask(QueryCommandTest::twoBindings, "address", "3fff::42").query().key())
        .isEqualTo(new QueryKey.ByAddress(Ipv6Address.parse("3fff::42")));
    LeaseQuery byLink = ask(QueryCommandTest::twoBindings, "link", "2001:db8:a::1").query();
    assertThat(byLink.key()).isEqualTo(new QueryKey.ByLink());
    assertThat(byLink.linkAddress()).isEqualTo(Ipv6Address.parse("2001:db8:a::1"));
    assertThat(byLink.requestor()).isEqualTo(Duid.parse(ME));
    assertThat(byLink.requestedOptions()).isEmpty();
  }

  @Test
  void query_withLinkAndOptions_sendsLinkAddressAndOro() throws IOException {
    LeaseQuery query =
        ask(
                QueryCommandTest::twoBindings,
                "relay",
                CLIENT,
                "--link",
                "2001:db8:a::1",
                "--relay-data",
                "--options",
                "39,23")
            .query();

    assertThat(query.linkAddress()).isEqualTo(Ipv6Address.parse("2001:db8:a::1"));
    assertThat(query.requestedOptions()).containsExactly(23, 39, 47);
  }

  @Test
  void query_answered_isATableWithSumsOnStandardError() throws IOException {
    CommandRun run = ask(QueryCommandTest::twoBindings, "relay", CLIENT).run();

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.lines()).hasSize(5);
    assertThat(run.lines().get(0).replaceAll(" +", " "))
        .isEqualTo("CLIENT LEASE PREFERRED VALID LAST HEARD");
    assertThat(run.lines().get(1).replaceAll(" +", " "))
        .isEqualTo(CLIENT + " 2001:db8:a::1000 1h 2h 1m 2m ago");
    assertThat(run.lines().get(2).replaceAll(" +", " "))
        .isEqualTo(CLIENT + " 3fff:0:100::/56 infinite infinite 2m ago");
    assertThat(run.err())
        .contains("2 bindings, 4 leases (2 prefixes), ")
        .contains(" bindings/s, ")
        .contains(" s, from 127.0.0.1:");
  }

  @Test
  void query_asJson_isOneBindingALine() throws IOException {
    CommandRun run = ask(QueryCommandTest::twoBindings, "link", "2001:db8::1", "-o", "json").run();

    assertThat(run.lines()).hasSize(2);
    assertThat(run.lines().get(0))
        .isEqualTo(
            "{\"client\":\"0003000102005e20000b\",\"clt_age\":120,\"leases\":["
                + "{\"address\":\"2001:db8:a::1000\",\"preferred\":3600,\"valid\":7265},"
                + "{\"prefix\":\"3fff:0:100::/56\",\"preferred\":4294967295,"
                + "\"valid\":4294967295}]}");
  }

  @Test
  void query_withRelayData_tellsItInBothFormats() throws IOException {
    Function<LeaseQuery, List<MessageBuilder>> answer =
        query -> List.of(reply(query).option(CLIENT_DATA, relayed()), done(query));

    CommandRun table = ask(answer, "client", CLIENT, "--relay-data", "--options", "39").run();
    CommandRun json = ask(answer, "client", CLIENT, "--relay-data", "-o", "json").run();

    assertThat(table.lines().subList(3, 7))
        .containsExactly(
            "    relayed by 2001:db8:ff::9",
            "    hop 1  link ::  peer 2001:db8:ff::1",
            "    hop 0  link 2001:db8:a::1  peer fe80::1  interface-id e0",
            "    client-fqdn 0x01");
    assertThat(json.out())
        .contains(
            "\"relay_data\":{\"source\":\"2001:db8:ff::9\",\"hops\":["
                + "{\"hop\":1,\"link\":\"::\",\"peer\":\"2001:db8:ff::1\",\"options\":\"\"},"
                + "{\"hop\":0,\"link\":\"2001:db8:a::1\",\"peer\":\"fe80::1\","
                + "\"options\":\"001200026530\",\"decoded\":[{\"code\":18,"
                + "\"name\":\"interface-id\",\"text\":\"e0\"}]}]}")
        .contains("\"options\":[{\"code\":39,\"name\":\"client-fqdn\",\"data\":\"01\"}]");
  }

  @Test
  void query_relayDataThatCannotBeTakenApart_keepsTheLeases() throws IOException {
    Function<LeaseQuery, List<MessageBuilder>> answer =
        query ->
            List.of(
                reply(query)
                    .option(
                        CLIENT_DATA,
                        binding().option(47, options().address("2001:db8:ff::9").uint8(12))),
                done(query));

    CommandRun run = ask(answer, "client", CLIENT, "--relay-data", "-o", "json").run();

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("\"message\":\"0c\",\"fault\":").contains("2001:db8:a::1000");
  }

  @Test
  void query_nothingFound_exits4() throws IOException {
    CommandRun run = ask(query -> List.of(reply(query)), "client", CLIENT, "-o", "json").run();

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("nothing found");
    assertThat(ask(query -> List.of(reply(query)), "client", CLIENT).run().out()).isEmpty();
  }

  @Test
  void query_refused_exits5WithTheStatus() throws IOException {
    CommandRun run =
        ask(query -> List.of(status(reply(query), 9, "no such link")), "link", "2001:db8::1").run();

    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).contains("refused: NotConfigured(9): no such link");
  }

  @Test
  void query_answerBrokenOff_exits6AndKeepsWhatCame() throws IOException {
    Function<LeaseQuery, List<MessageBuilder>> closed =
        query -> List.of(reply(query).option(CLIENT_DATA, binding()));
    Function<LeaseQuery, List<MessageBuilder>> terminated =
        query ->
            List.of(
                reply(query).option(CLIENT_DATA, binding()),
                status(done(query), 11, "shutting down"));

    CommandRun first = ask(closed, "relay", CLIENT, "-o", "json").run();
    CommandRun second = ask(terminated, "relay", CLIENT, "-o", "json").run();

    assertThat(first.exit()).isEqualTo(6);
    assertThat(first.lines()).hasSize(1);
    assertThat(first.err()).contains("the answer is not complete").contains("1 bindings");
    assertThat(second.exit()).isEqualTo(6);
    assertThat(second.err()).contains("shutting down");
  }

  @Test
  void query_noServer_exits7() throws IOException {
    CommandRun run =
        CommandRun.of(
            "query",
            "client",
            CLIENT,
            "--duid",
            ME,
            "--attempts",
            "1",
            "--server",
            FeedJsonCommandTest.closedPort());

    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("Error: cannot connect to").doesNotContain("\tat ");
  }

  @Test
  void query_badArguments_areUsageErrors() {
    assertThat(CommandRun.of("query", "relay").exit()).isEqualTo(2);
    assertThat(CommandRun.of("query", "relay", "00", "--duid", ME).err())
        .contains("not a DUID: \"00\" (expected 3 to 130 octets");
    assertThat(CommandRun.of("query", "remote", "7", "--duid", ME).err())
        .contains("for example 32473:706f72742d3137");
    CommandRun anyLink = CommandRun.of("query", "link", "::", "--duid", ME);
    assertThat(anyLink.exit()).isEqualTo(2);
    assertThat(anyLink.err()).contains("expected an address of the link");
    assertThat(CommandRun.of("query", "client", CLIENT, "--duid", ME, "--options", "70000").exit())
        .isEqualTo(2);
    assertThat(CommandRun.of("query", "client", CLIENT, "--duid", ME, "--timeout", "999h").exit())
        .isEqualTo(2);
  }

  @Test
  void query_requestor_isMadeOnceAndKept(@TempDir Path folder) throws IOException {
    Map<String, String> environment = Map.of("XDG_STATE_HOME", folder.toString());
    List<Duid> requestors = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (AnsweringServer server = AnsweringServer.start(query -> List.of(reply(query)))) {
        CommandRun.with(environment, "", "query", "client", CLIENT, "--server", server.address());
        requestors.add(server.asked().requestor());
      }
    }

    assertThat(requestors.get(0).toString()).startsWith("0004").hasSize(36);
    assertThat(requestors.get(1)).isEqualTo(requestors.get(0));
    assertThat(Files.readString(folder.resolve("bindery/requestor-duid")).strip())
        .isEqualTo(requestors.get(0).toString());
  }

  @Test
  void query_keptRequestorDamaged_exits1AndNamesTheFile(@TempDir Path folder) throws IOException {
    Path file = Files.createDirectories(folder.resolve("bindery")).resolve("requestor-duid");
    Files.writeString(file, "not hex");

    CommandRun run =
        CommandRun.with(Map.of("XDG_STATE_HOME", folder.toString()), "", "query", "client", CLIENT);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains(file.toString()).contains("correct or remove it");
  }

  @Test
  void query_outputClosedByItsReader_endsQuietly() throws IOException {
    Function<LeaseQuery, List<MessageBuilder>> many =
        query -> {
          List<MessageBuilder> messages = new ArrayList<>();
          messages.add(reply(query).option(CLIENT_DATA, binding()));
          for (int i = 0; i < 2_000; i++) {
            messages.add(data(query, binding()));
          }
          messages.add(done(query));
          return messages;
        };
    StringWriter err = new StringWriter();
    try (AnsweringServer server = AnsweringServer.start(many)) {
      CommandLine root =
          Commands.root(
              new Invocation(Map.of(), java.io.InputStream.nullInputStream(), false),
              java.util.Set.of(),
              java.util.List.of());
      root.setOut(new PrintWriter(new ClosedPipe()));
      root.setErr(new PrintWriter(err));

      assertThat(
              root.execute("query", "client", CLIENT, "--duid", ME, "--server", server.address()))
          .isZero();
    }
    assertThat(err.toString()).isEmpty();
  }

  private static final class ClosedPipe extends Writer {
    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void flush() throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
