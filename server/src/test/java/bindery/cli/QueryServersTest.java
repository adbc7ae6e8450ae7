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
import static bindery.wire.MessageBuilder.message;
import static bindery.wire.MessageBuilder.options;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.Ipv6Address;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several servers: the first that can, all of them, and two compared. */
final class QueryServersTest {
  @Test
  @DisplayName("Kea's habits: Success on everything, one message a lease")
  void diff_keaLikeAndBinderyLike_areTheSame() throws IOException {
    Function<LeaseQuery, List<MessageBuilder>> leaseByLease =
        query ->
            List.of(
                reply(query).option(13, "0000").option(45, binding(ANN, 5, "2001:db8::1", 100)),
                message(17, query.transactionId()).option(45, binding(ANN, 5, "2001:db8::2", 100)),
                message(16, query.transactionId()));
    try (LastingServer kea = LastingServer.start(leaseByLease);
        LastingServer other =
            LastingServer.start(
                telling(binding(ANN, 5, "2001:db8::2", 100).iaAddress("2001:db8::1", 100, 100)))) {
      CommandRun run =
          query(
              "",
              "query",
              "relay",
              RELAY,
              "--diff",
              "--server",
              kea.address(),
              "--server",
              other.address());

      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("2 leases compared, 0 differ");
    }
  }

  @Test
  void diff_leasesThatDiffer_areWrittenInEachFormatAndExit1() throws IOException {
    try (LastingServer first =
            LastingServer.start(
                telling(binding(ANN, 5, "2001:db8::1", 100), binding(ANN, 5, "2001:db8::2", 100)));
        LastingServer second =
            LastingServer.start(
                telling(
                    binding(BOB, 5, "2001:db8::2", 100), binding(BOB, 5, "2001:db8::3", 100)))) {
      String[] base = {
        "query", "relay", RELAY, "--diff", "--server", first.address() + "," + second.address()
      };
      CommandRun table = query("", base);
      CommandRun json = query("", with(base, "-o", "json"));
      CommandRun csv = query("", with(base, "-o", "csv"));
      CommandRun count = query("", with(base, "--count"));

      assertThat(table.exit()).isEqualTo(1);
      assertThat(table.out())
          .contains("only at " + first.address() + "  2001:db8::1")
          .contains(
              "    " + second.address() + ":  client " + BOB + "  valid 1m 40s  heard 5s ago");
      assertThat(table.err()).contains("3 leases compared, 3 differ (1 only at ");
      assertThat(json.lines()).hasSize(3);
      assertThat(json.lines().get(1))
          .isEqualTo(
              "{\"address\":\"2001:db8::2\",\"difference\":\"client\",\"first\":{\"server\":\""
                  + first.address()
                  + "\",\"client\":\""
                  + ANN
                  + "\",\"preferred\":100,\"valid\":100,\"clt_age\":5},\"second\":{\"server\":\""
                  + second.address()
                  + "\",\"client\":\""
                  + BOB
                  + "\",\"preferred\":100,\"valid\":100,\"clt_age\":5}}");
      assertThat(csv.lines().get(3))
          .isEqualTo("address,2001:db8::3,only_second,,,," + BOB + ",100,5");
      assertThat(count.lines()).containsExactly("leases 3", "differences 3");
    }
  }

  private static String[] with(String[] base, String... more) {
    return Stream.concat(Arrays.stream(base), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void diff_oneAnswerIncomplete_comparesNothing() throws IOException {
    try (LastingServer first = LastingServer.start(telling(binding(ANN, 5, "2001:db8::1", 100)));
        LastingServer second =
            LastingServer.start(
                1, query -> List.of(reply(query).option(45, binding(ANN, 5, "2001:db8::2", 1))))) {
      CommandRun run =
          query(
              "",
              "query",
              "relay",
              RELAY,
              "--diff",
              "--attempts",
              "1",
              "--server",
              first.address(),
              "--server",
              second.address());

      assertThat(run.exit()).isEqualTo(6);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("not compared").contains(second.address());
    }
  }

  @Test
  @DisplayName("R-17 all servers are merged; the newest CLT wins")
  void all_twoServers_writesOneAnswer(@TempDir Path temporary) throws IOException {
    try (LastingServer first =
            LastingServer.start(
                telling(
                    binding(ANN, 500, "2001:db8::1", 100), binding(ANN, 5, "2001:db8::2", 100)));
        LastingServer second = LastingServer.start(telling(binding(BOB, 50, "2001:db8::1", 300)))) {
      CommandRun run =
          CommandRun.with(
              Map.of("TMPDIR", temporary.toString()),
              "",
              "query",
              "relay",
              RELAY,
              "--all",
              "-o",
              "json",
              "--duid",
              ME,
              "--server",
              first.address() + "," + second.address());

      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(run.lines()).hasSize(2);
      assertThat(run.lines().get(0))
          .contains("2001:db8::2")
          .contains(ANN)
          .contains(first.address());
      assertThat(run.lines().get(1))
          .contains("2001:db8::1")
          .contains(BOB)
          .contains(second.address());
      assertThat(run.err()).contains("of 1 leases the servers name different clients");
      assertThat(first.asked().get(0).baseTimeRequested()).isTrue();
      try (Stream<Path> left = Files.list(temporary)) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void all_oneServerUnreachable_writesTheOthersAndExits6() throws IOException {
    try (LastingServer first = LastingServer.start(telling(binding(ANN, 5, "2001:db8::1", 100)))) {
      CommandRun run =
          query(
              "",
              "query",
              "relay",
              RELAY,
              "--all",
              "--attempts",
              "1",
              "-o",
              "json",
              "--server",
              first.address() + "," + FeedJsonCommandTest.closedPort());

      assertThat(run.exit()).isEqualTo(6);
      assertThat(run.lines()).hasSize(1);
      assertThat(run.err()).contains("cannot connect to");
    }
  }

  @Test
  @DisplayName("R-10 a server that has no such link takes nothing from a merged answer")
  void all_oneServerKnowsNoSuchLink_isComplete() throws IOException {
    try (LastingServer first = LastingServer.start(telling(binding(ANN, 5, "2001:db8::1", 100)));
        LastingServer second = LastingServer.start(query -> status(query, 9))) {
      CommandRun run =
          query(
              "",
              "query",
              "link",
              "2001:db8::1",
              "--all",
              "--server",
              first.address() + "," + second.address());

      assertThat(run.exit()).isZero();
      assertThat(run.err()).contains("NotConfigured(9)");
      CommandRun alone =
          query(
              "",
              "query",
              "link",
              "2001:db8::1",
              "--all",
              "--server",
              second.address() + "," + second.address());
      assertThat(alone.exit()).isEqualTo(5);
    }
  }

  @Test
  void all_eachServerKnowsOtherLinks_isCompleteUnlessOneIsUnknownToAll() throws IOException {
    Function<LeaseQuery, List<MessageBuilder>> knowsA =
        query ->
            query.linkAddress().equals(Ipv6Address.parse("2001:db8:a::1"))
                ? telling(binding(ANN, 5, "2001:db8:a::2", 100)).apply(query)
                : status(query, 9);
    Function<LeaseQuery, List<MessageBuilder>> knowsB =
        query ->
            query.linkAddress().equals(Ipv6Address.parse("2001:db8:b::1"))
                ? telling(binding(BOB, 5, "2001:db8:b::2", 100)).apply(query)
                : status(query, 9);
    try (LastingServer first = LastingServer.start(knowsA);
        LastingServer second = LastingServer.start(knowsB)) {
      String[] all = {
        "query",
        "link",
        "-",
        "--all",
        "-o",
        "json",
        "--server",
        first.address() + "," + second.address()
      };
      CommandRun known = query("2001:db8:a::1\n2001:db8:b::1\n", all);
      CommandRun unknown = query("2001:db8:a::1\n2001:db8:c::1\n", all);

      assertThat(known.exit()).as(known.err()).isZero();
      assertThat(known.lines()).hasSize(2);
      assertThat(unknown.exit()).isEqualTo(5);
      assertThat(unknown.lines()).hasSize(1);
    }
  }

  @Test
  void first_oneUnreachable_takesTheNext() throws IOException {
    try (LastingServer server = LastingServer.start(telling(binding(ANN, 5, "2001:db8::1", 100)))) {
      CommandRun run =
          query(
              "",
              "query",
              "client",
              ANN,
              "--first",
              "-o",
              "json",
              "--server",
              FeedJsonCommandTest.closedPort() + "," + server.address());

      assertThat(run.exit()).isZero();
      assertThat(run.lines()).hasSize(1);
      assertThat(run.err()).contains("from " + server.address());
    }
  }

  @Test
  void attempts_serverThatTerminates_isToldAndTriedAgain() throws IOException {
    try (LastingServer server = LastingServer.start(query -> status(query, 11))) {
      CommandRun run =
          query("", "query", "client", ANN, "--attempts", "2", "--server", server.address());

      assertThat(run.exit()).isEqualTo(5);
      assertThat(run.err()).contains("QueryTerminated(11); trying again in 1.");
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void count_answerThatBreaksOffEachTime_isOfTheLastOne() throws IOException {
    try (LastingServer server =
        LastingServer.start(
            1, query -> List.of(reply(query).option(45, binding(ANN, 5, "2001:db8::1", 100))))) {
      String[] base = {"query", "client", ANN, "--attempts", "2", "--server", server.address()};
      CommandRun first = query("", with(base, "--count"));
      CommandRun all = query("", with(base, "--count", "--all"));

      assertThat(first.exit()).isEqualTo(6);
      assertThat(first.lines()).contains("bindings 1");
      assertThat(first.err()).contains("1 bindings, 1 leases");
      assertThat(all.exit()).isEqualTo(6);
      assertThat(all.lines()).contains("bindings 1");
      assertThat(all.err()).contains("1 bindings, 1 leases");
      assertThat(server.asked()).hasSize(4);
    }
  }

  @Test
  void all_serversFailInDifferentWays_exits6() throws IOException {
    try (LastingServer refusing = LastingServer.start(query -> status(query, 10))) {
      String closed = FeedJsonCommandTest.closedPort();
      for (String mode : List.of("--all", "--diff")) {
        for (String servers :
            List.of(refusing.address() + "," + closed, closed + "," + refusing.address())) {
          CommandRun run =
              query("", "query", "client", ANN, mode, "--attempts", "1", "--server", servers);

          assertThat(run.exit()).as(run.err()).isEqualTo(6);
        }
        CommandRun alike =
            query(
                "",
                "query",
                "client",
                ANN,
                mode,
                "--attempts",
                "1",
                "--server",
                closed + "," + closed);
        assertThat(alike.exit()).as(alike.err()).isEqualTo(7);
      }
    }
  }

  @Test
  void all_temporaryFolderThatIsNotThere_isNamed() throws IOException {
    MessageBuilder large =
        binding(ANN, 5, "2001:db8::1", 100)
            .option(47, options().address("2001:db8::9").octets(new byte[60_000]));
    MessageBuilder[] many = new MessageBuilder[300]; // more than is held in memory
    Arrays.fill(many, large);
    try (LastingServer server = LastingServer.start(telling(many))) {
      CommandRun run =
          CommandRun.with(
              Map.of("TMPDIR", "/not/there"),
              "",
              "query",
              "client",
              ANN,
              "--all",
              "--duid",
              ME,
              "--server",
              server.address() + "," + server.address());

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err())
          .contains(
              "Error: cannot keep answers in /not/there: there is no such folder (TMPDIR names"
                  + " another folder)");
    }
  }
}
