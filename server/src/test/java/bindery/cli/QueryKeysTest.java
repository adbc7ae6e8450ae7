package bindery.cli;

import static bindery.cli.AnsweringServer.reply;
import static bindery.cli.QueryScene.ANN;
import static bindery.cli.QueryScene.BOB;
import static bindery.cli.QueryScene.ME;
import static bindery.cli.QueryScene.RELAY;
import static bindery.cli.QueryScene.binding;
import static bindery.cli.QueryScene.query;
import static bindery.cli.QueryScene.status;
import static bindery.cli.QueryScene.telling;
import static bindery.wire.MessageBuilder.options;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Duid;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import bindery.wire.QueryKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several keys, and what else a query asks for. */
final class QueryKeysTest {
  private static String[] with(String[] base, String... more) {
    return Stream.concat(Arrays.stream(base), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  @DisplayName("R-18 keys on standard input go over one connection")
  void keys_onStandardInput_areAskedOverOneConnection() throws IOException {
    Function<LeaseQuery, List<MessageBuilder>> answer =
        query ->
            ((QueryKey.ByClientId) query.key()).client().equals(Duid.parse(BOB))
                ? List.of(reply(query))
                : telling(binding(ANN, 5, "2001:db8::1", 100)).apply(query);
    try (LastingServer server = LastingServer.start(answer)) {
      CommandRun run =
          query(
              "# clients\n\n" + ANN + "\n" + BOB + "\n",
              "query",
              "client",
              "-",
              "-o",
              "json",
              "--server",
              server.address());

      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(run.lines()).singleElement().asString().contains("\"query\":\"client " + ANN);
      assertThat(run.err()).contains("2 queries (1 found nothing), ");
      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void keys_serverThatClosesBehindEachAnswer_areAllAnswered() throws IOException {
    try (LastingServer server =
        LastingServer.start(1, telling(binding(ANN, 5, "2001:db8::1", 100)))) {
      CommandRun run =
          query(
              (ANN + "\n").repeat(7),
              "query",
              "client",
              "-",
              "--count",
              "--server",
              server.address());

      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(run.lines()).contains("bindings 7");
      assertThat(server.connections()).isEqualTo(7);
    }
  }

  @Test
  void keys_someRefused_exit5AndNamesThem() throws IOException {
    Function<LeaseQuery, List<MessageBuilder>> answer =
        query ->
            ((QueryKey.ByClientId) query.key()).client().equals(Duid.parse(BOB))
                ? status(query, 10)
                : telling(binding(ANN, 5, "2001:db8::1", 100)).apply(query);
    try (LastingServer server = LastingServer.start(answer)) {
      CommandRun run =
          query(ANN + "\n" + BOB, "query", "client", "-", "--server", server.address());

      assertThat(run.exit()).isEqualTo(5);
      assertThat(run.err()).contains("Error: client " + BOB + ": refused: NotAllowed(10)");
      assertThat(run.out()).contains("ASKED FOR").contains("client " + ANN);
    }
  }

  @Test
  void keys_badLine_isAUsageErrorThatNamesItBeforeAnyServerIsAsked() throws IOException {
    try (LastingServer server = LastingServer.start(query -> List.of(reply(query)))) {
      CommandRun run =
          query(ANN + "\nnothex\n", "query", "client", "-", "--server", server.address());

      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err()).contains("line 2 of standard input: not a DUID").contains("nothex");
      assertThat(run.err()).startsWith("Error: line 2 of standard input");
      CommandRun count =
          query("nothex\n", "query", "client", "-", "--count", "--server", server.address());
      assertThat(count.out()).isEmpty();
      assertThat(count.err()).startsWith("Error: line 1 of standard input");
      assertThat(server.asked()).isEmpty();
      assertThat(query("", "query", "client", "-").err()).contains("no key on standard input");
      assertThat(query("0".repeat(5_000), "query", "client", "-").err())
          .contains("line 1 of standard input: longer than 4096");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RELAY,
        "00:03:00:01:02:00:5e:10:00:aa",
        "0:3:0:1:2:0:5e:10:0:aa",
        "00-03-00-01-02-00-5E-10-00-AA",
        "0x0003000102005E1000AA"
      })
  void duid_eachNotationThatSystemsShow_isTheSame(String text) throws IOException {
    try (LastingServer server = LastingServer.start(query -> List.of(reply(query)))) {
      CommandRun run = query("", "query", "relay", text, "--server", server.address());

      assertThat(run.exit()).as(run.err()).isEqualTo(4);
      assertThat(server.asked().get(0).key()).isEqualTo(new QueryKey.ByRelayId(Duid.parse(RELAY)));
    }
  }

  @Test
  void halfClose_severalKeys_areAllAnswered() throws IOException {
    try (LastingServer server = LastingServer.start(query -> List.of(reply(query)))) {
      CommandRun run =
          query(
              ANN + "\n" + BOB,
              "query",
              "client",
              "-",
              "--half-close",
              "--server",
              server.address());

      assertThat(run.exit()).as(run.err()).isEqualTo(4);
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void query_noSuchType_namesThose() {
    CommandRun run = query("", "query", "subnet");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("Commands: relay, link, remote, client, address");
  }

  @Test
  @DisplayName("every option of a query is on the wire")
  void options_all_areAsked() throws IOException {
    try (LastingServer server = LastingServer.start(query -> List.of(reply(query)))) {
      query(
          "",
          "query",
          "relay",
          RELAY,
          "--link",
          "2001:db8:a::1",
          "--options",
          "client-fqdn,23",
          "--base-time",
          "--start-time",
          "2000-01-01T00:00:10Z",
          "--end-time",
          "946684820",
          "--server",
          server.address());

      LeaseQuery asked = server.asked().get(0);
      assertThat(asked.requestedOptions()).containsExactly(23, 39);
      assertThat(asked.baseTimeRequested()).isTrue();
      assertThat(asked.startTime()).isEqualTo(OptionalLong.of(10));
      assertThat(asked.endTime()).isEqualTo(OptionalLong.of(20));
      assertThat(asked.requestor()).isEqualTo(Duid.parse(ME));
    }
  }

  @Test
  void vss_eachKind_isAskedFor() throws IOException {
    Map<String, String> kinds =
        Map.of(
            "name:blue", "0044000500626c7565",
            "id:00000100000002", "004400080100000100000002",
            "global", "00440001ff");
    for (Map.Entry<String, String> kind : kinds.entrySet()) {
      try (LastingServer server = LastingServer.start(query -> List.of(reply(query)))) {
        query("", "query", "relay", RELAY, "--vss", kind.getKey(), "--server", server.address());

        assertThat(server.messages().get(0).hex()).endsWith(kind.getValue());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--diff | expected two, for example",
        "--all --diff | expected at most one",
        "-o routes | -o routes --interface eth1",
        "-o routes --interface a/b | expected 1..15",
        "--interface eth1 | without -o routes",
        "--options client-fqnd | the nearest is client-fqdn",
        "--options 70000 | expected a code of 1..65535",
        "--start-time yesterday | expected for example 2026-11-28T10:00:00Z",
        "--start-time 1999-01-01T00:00:00Z | expected a time of 2000-01-01",
        "--start-time 1s --end-time 1h | is after --end-time",
        "--slack 1s | --slack without --diff",
        "--vss blue | expected name:TEXT",
        "--attempts 0 | --attempts: 0 attempts (expected 1..1000)",
        "--parallel 65 | --parallel: 65 outstanding",
        "--connect-timeout 999h | --connect-timeout:",
        "-o pcap --count | expected one of them",
        "-o pcap --diff --server a --server b | expected table, json or csv",
        "--server a:b:c:d --attempts 1 | a:b:c:d"
      })
  void arguments_bad_areUsageErrorsThatSayWhatWasExpected(String options, String said) {
    CommandRun run = query("", with(new String[] {"query", "client", ANN}, options.split(" ")));

    if (options.startsWith("--server")) { // an address by its looks; nobody is there
      assertThat(run.exit()).isEqualTo(7);
    } else {
      assertThat(run.exit()).as(run.err()).isEqualTo(2);
    }
    assertThat(run.err()).contains(said);
  }
}
