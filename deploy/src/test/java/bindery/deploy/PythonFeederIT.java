package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.deploy.PackagedProgram.Outcome;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example client of the package, in another language and from feed.proto alone: what it fed is
 * what every node answers, whatever dies meanwhile.
 */
final class PythonFeederIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int WINDOW = 64;
  private static final int CUTS = 4;

  @TempDir private static Path folder;
  private static PackagedProgram program;
  private static DevRun cluster;

  @BeforeAll
  static void start() throws Exception {
    program = PackagedProgram.unpack(folder);
    PythonFeeder.generate(program, folder);
    cluster = DevRun.start(program, folder.resolve("cluster"));
    String subnets =
        IntStream.rangeClosed(1, 6)
            .mapToObj(link -> "{\"id\":%d,\"subnet\":\"%s::/64\"}".formatted(link, subnet(link)))
            .collect(Collectors.joining(","));
    Path links = folder.resolve("links.json");
    Files.writeString(links, "{\"Dhcp6\":{\"subnet6\":[" + subnets + "]}}");
    program.ok(
        "link", "import-kea", links.toString(), "--source", "any", "--server", cluster.api(1));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String subnet(int link) {
    return "2001:db8:" + link;
  }

  private static List<String> nodes() {
    return List.of(cluster.api(1), cluster.api(2), cluster.api(3));
  }

  /** A feeder of its own source, whose leases the file {@code held-LINK} has. */
  private static PythonFeeder feeder(int link, List<String> nodes, String... further)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--source",
                "python-" + link,
                "--state",
                folder.resolve("state-" + link).toString(),
                "--held",
                heldFile(link).toString(),
                "--window-items",
                String.valueOf(WINDOW)));
    arguments.addAll(List.of(further));
    return PythonFeeder.start(program, folder, nodes, arguments.toArray(new String[0]));
  }

  private static Path heldFile(int link) {
    return folder.resolve("held-" + link);
  }

  private static SortedSet<String> toldBy(int node, int link) throws Exception {
    byte[] address = InetAddress.getByName(subnet(link) + "::1").getAddress();
    return ExampleServer.told(
        RawRequestor.ask(cluster.leasequeryPort(node), RawRequestor.byLink(address, true)));
  }

  private static void assertToldByEveryNode(int link, SortedSet<String> expected) throws Exception {
    for (int node = 1; node <= 3; node++) {
      SortedSet<String> told = toldBy(node, link);
      assertThat(told.stream().filter(line -> !expected.contains(line)).limit(3))
          .as("by n%d alone", node)
          .isEmpty();
      assertThat(expected.stream().filter(line -> !told.contains(line)).limit(3))
          .as("not by n%d", node)
          .isEmpty();
    }
  }

  private static void assertNodesHoldTheSame() {
    program.ok(
        "hash", "--server", cluster.api(1), "--server", cluster.api(2), "--server", cluster.api(3));
  }

  @Test
  void feed_nodeItFeedsIsKilled_everyNodeTellsWhatWasFed() throws Exception {
    ExampleServer server = new ExampleServer(subnet(1));
    Files.writeString(heldFile(1), server.held(0, 40));
    ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor();
    AtomicInteger next = new AtomicInteger(40);
    try (PythonFeeder feeder = feeder(1, nodes(), "--alive", "true", "--alive-every", "0.5")) {
      var unused =
          teller.scheduleWithFixedDelay(
              () -> tellOne(feeder, server, next), 0, 3, TimeUnit.MILLISECONDS);
      feeder.awaitSaid("opened at " + cluster.api(1), 1);
      await().atMost(PATIENCE).until(() -> toldBy(2, 1).size() > 200);
      feeder.awaitSaid("alive", 2);

      cluster.kill9(1);
      feeder.awaitSaid("lost " + cluster.api(1), 1);
      feeder.awaitSaid("opened at ", 2);
      int toldBefore = next.get();
      await().atMost(PATIENCE).until(() -> next.get() > toldBefore + 300);
      teller.shutdown();
      assertThat(teller.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      JsonNode counts = feeder.finish(0);
      assertThat(counts.get("rejected").asInt() + counts.get("stale").asInt()).isZero();
    } finally {
      teller.shutdownNow();
    }
    cluster.startAgain(1);
    cluster.awaitReady(1);
    assertToldByEveryNode(1, server.expected(0, next.get()));
    assertNodesHoldTheSame();
    byte[] relay = HexFormat.of().parseHex("0003000102005e1000cc");
    assertThat(
            ExampleServer.told(
                RawRequestor.ask(
                    cluster.leasequeryPort(1), RawRequestor.byRelay(relay, new byte[16], true))))
        .isEqualTo(
            server.expected(0, next.get()).stream()
                .filter(line -> line.endsWith("1000cc"))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static void tellOne(PythonFeeder feeder, ExampleServer server, AtomicInteger next) {
    try {
      feeder.tell(String.join("", server.events(next.get())));
      next.incrementAndGet();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // ends the telling; its exit code says why
    }
  }

  @Test
  void resync_namesLess_letsGoOfTheRestOnceItIsComplete() throws Exception {
    ExampleServer server = new ExampleServer(subnet(2));
    Files.writeString(heldFile(2), server.held(0, 30));
    try (PythonFeeder feeder = feeder(2, nodes(), "--alive", "true", "--alive-every", "0.5")) {
      feeder.awaitSaid("resync complete", 1);
      assertToldByEveryNode(2, server.expected(0, 30));

      Files.writeString(heldFile(2), server.held(0, 20) + "not a lease\n");
      feeder.tell("{\"event\":\"resync\"}\n");
      feeder.awaitSaid("resync incomplete", 1);
      assertToldByEveryNode(2, server.expected(0, 30));

      Files.writeString(heldFile(2), server.held(0, 20));
      feeder.tell("{\"event\":\"resync\"}\n");
      feeder.awaitSaid("resync complete", 2);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertToldByEveryNode(2, server.expected(0, 20)));
      feeder.awaitSaid("alive", 2);
      assertThat(feeder.finish(8).get("unreadable").asInt()).isEqualTo(1);
    }
  }

  @Test
  void feed_clusterStops_keepsNoMoreThanItsWindowAndLosesNothing() throws Exception {
    ExampleServer server = new ExampleServer(subnet(3));
    Files.writeString(heldFile(3), "");
    StringBuilder lines = new StringBuilder();
    for (int client = 0; client < 1_000; client++) {
      server.events(client).forEach(lines::append);
    }
    try (PythonFeeder feeder = feeder(3, nodes(), "--window-octets", "8192")) {
      feeder.awaitSaid("resync complete", 1);
      for (int node = 1; node <= 3; node++) {
        cluster.kill9(node);
      }
      CompletableFuture<Void> telling =
          CompletableFuture.runAsync(
              () -> {
                try {
                  feeder.tell(lines.toString());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      feeder.awaitSaid("window full", 1);
      feeder.awaitSaid("lost ", 6);
      assertThat(telling.isDone()).isFalse(); // it does not read on
      for (int node = 1; node <= 3; node++) {
        cluster.startAgain(node);
      }
      telling.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      JsonNode counts = feeder.finish(0);
      assertThat(counts.get("most_items").asInt()).isBetween(2, WINDOW);
      assertThat(counts.get("most_octets").asInt()).isBetween(1, 8_192);
      assertThat(counts.get("rejected").asInt() + counts.get("stale").asInt()).isZero();
    }
    for (int node = 1; node <= 3; node++) {
      cluster.awaitReady(node);
    }
    assertToldByEveryNode(3, server.expected(0, 1_000));
    assertNodesHoldTheSame();
  }

  // Over paths that are cut, so that what became of a batch is not known, to either process.
  @Test
  void restart_ofTheFeeder_goesOnWhereItWasUnderItsEpoch() throws Exception {
    ExampleServer server = new ExampleServer(subnet(4));
    Files.writeString(heldFile(4), "");
    Path journal = Files.createFile(folder.resolve("journal-4"));
    long seed = System.nanoTime();
    int alive;
    try (CuttingProxy one = path(1, seed);
        CuttingProxy two = path(2, seed);
        CuttingProxy three = path(3, seed)) {
      List<String> paths = List.of(one.address(), two.address(), three.address());
      try (PythonFeeder feeder =
          feeder(4, paths, "--events", journal.toString(), "--follow", "--alive", "true")) {
        append(journal, server, 0, 1_500);
        await().atMost(PATIENCE).until(() -> toldBy(1, 4).size() > 100);
        feeder.kill9();
        assertThat(feeder.log()).contains("resync complete");
        alive = (int) feeder.log().lines().filter(line -> line.equals("alive")).count();
      }
      append(journal, server, 1_500, 100);
      try (PythonFeeder feeder = feeder(4, paths, "--events", journal.toString())) {
        JsonNode counts = feeder.finish(0);
        assertThat(counts.get("rejected").asInt() + counts.get("stale").asInt())
            .as("seed %d: %s", seed, feeder.log())
            .isZero();
        assertThat(feeder.log()).doesNotContain("resync").doesNotContain("last sequence 0");
      }
      assertThat(one.cuts() + two.cuts() + three.cuts()).isPositive();
    }
    assertToldByEveryNode(4, server.expected(0, 1_600));
    // Each event has one number, and so have the two of the resync and each alive item; one more if
    // the first process ended right before it said so.
    int events = Files.readAllLines(journal).size();
    assertThat(lastSequence(4)).isBetween(events + 2 + alive, events + 3 + alive);
  }

  private static int lastSequence(int link) {
    Matcher shown =
        Pattern.compile("python-" + link + " +example@(\\d+) ")
            .matcher(program.ok("source", "list", "--server", cluster.api(1)).out());
    assertThat(shown.find()).isTrue();
    return Integer.parseInt(shown.group(1));
  }

  private static CuttingProxy path(int node, long seed) throws IOException {
    String api = cluster.api(node);
    return new CuttingProxy(
        Integer.parseInt(api.substring(api.lastIndexOf(':') + 1)), CUTS, seed + node);
  }

  private static void append(Path journal, ExampleServer server, int first, int count)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int client = first; client < first + count; client++) {
      server.events(client).forEach(lines::append);
    }
    Files.writeString(journal, lines, StandardOpenOption.APPEND);
  }

  @Test
  void gapAndThenRestoredCluster_itFillsTheOneAndTellsAllToTheOther() throws Exception {
    ExampleServer server = new ExampleServer(subnet(5));
    Files.writeString(heldFile(5), server.held(0, 400));
    Path journal = Files.createFile(folder.resolve("journal-5"));
    append(journal, server, 0, 400);
    try (TamperingPath path = new TamperingPath(cluster.api(2));
        PythonFeeder feeder = feeder(5, List.of(path.address()), "--events", journal.toString())) {
      JsonNode counts = feeder.finish(0);
      assertThat(counts.get("rejected").asInt()).isZero();
      assertThat(feeder.log())
          .containsSubsequence("ABORTED: a gap", "anew: restored", "resync complete");
    }
    assertToldByEveryNode(5, server.expected(0, 400));
  }

  @Test
  void second_ofOneName_endsTheFirst() throws Exception {
    Files.writeString(heldFile(6), "");
    try (PythonFeeder first = feeder(6, nodes())) {
      first.awaitSaid("resync complete", 1);
      Outcome second =
          program.runWith(
              "",
              "feed",
              "json",
              "-",
              "--source",
              "python-6",
              "--feeder",
              "example",
              "--server",
              cluster.api(3));
      assertThat(second.exit()).as(second.err()).isZero();
      first.tell(String.join("", new ExampleServer(subnet(6)).events(1)));
      first.awaitSaid("ended: FAILED_PRECONDITION", 1);
      assertThat(first.log()).contains("held epoch");
      first.finish(5);
    }
  }
}
