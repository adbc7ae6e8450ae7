package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.deploy.PackagedProgram.Outcome;
import bindery.deploy.RawRequestor.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Feeders over paths from node to node that delay, cut, lose acknowledgements and tell things
 * twice: nothing acknowledged is missing, nothing is there twice, and all nodes hold the same.
 */
final class BrokenPathIT {
  private static final int LINES = 3_000;
  private static final int CUTS = 6;
  private static final int DROPS = 4;

  @TempDir private static Path folder;
  private static PackagedProgram program;
  private static DevRun cluster;

  @BeforeAll
  static void start() throws Exception {
    program = PackagedProgram.unpack(folder);
    cluster = DevRun.start(program, folder.resolve("cluster"));
    for (String link : List.of("9", "a")) {
      String prefix = "2001:db8:" + link + "::/64";
      assertThat(program.run("link", "put", link, prefix, "--server", cluster.api(1)).exit())
          .isZero();
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String lines(String link, int client) {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= LINES; i++) {
      lines.append(
          """
          {"op":"put","client":"00030001%02x%08x","address":"2001:db8:%s::%x:%x","iaid":1,\
          "preferred":4294967295,"valid":4294967295,"cltt":%d}
          """
              .formatted(client, i, link, client, i, 1_764_000_000L + i % 7));
    }
    return lines.toString();
  }

  private static Outcome feed(String input, String source, String feeder, List<String> servers) {
    List<String> arguments =
        new ArrayList<>(List.of("feed", "json", "-", "--source", source, "--feeder", feeder));
    servers.forEach(server -> arguments.addAll(List.of("--server", server)));
    return program.runWith(input, arguments.toArray(new String[0]));
  }

  private static Outcome feedOverCutPaths(int feeder, long seed) {
    try (CuttingProxy one = path(1 + feeder % 3, seed);
        CuttingProxy two = path(1 + (feeder + 1) % 3, seed + 1);
        CuttingProxy three = path(1 + (feeder + 2) % 3, seed + 2)) {
      List<String> servers = List.of(one.address(), two.address(), three.address());
      Outcome fed = feed(lines("9", feeder), "kea", "f" + feeder, servers);
      assertThat(one.cuts() + two.cuts() + three.cuts()).isPositive();
      return fed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CuttingProxy path(int node, long seed) throws IOException {
    String api = cluster.api(node);
    return new CuttingProxy(Integer.parseInt(api.substring(api.lastIndexOf(':') + 1)), CUTS, seed);
  }

  @Test
  void feedersOverCutPaths_loseNothingAndDoubleNothing() throws Exception {
    long seed = System.nanoTime();
    List<CompletableFuture<Outcome>> feeds = new ArrayList<>();
    for (int feeder = 1; feeder <= 2; feeder++) {
      int number = feeder;
      feeds.add(
          CompletableFuture.supplyAsync(() -> feedOverCutPaths(number, seed + 100L * number)));
    }
    assertFed(feeds, seed);
    assertThat(feeds).allSatisfy(fed -> assertThat(fed.get().err()).contains("stale 0"));
    assertThereOnce("9", 2 * LINES, seed);
  }

  // Two sources tell the same leases, each by two feeders of its own half of the clients.
  @Test
  void feedersOfTwoSourcesToldTwice_shareEntriesAndDoubleNothing() throws Exception {
    long seed = System.nanoTime();
    try (DoublingRelay one = new DoublingRelay(cluster.api(1), DROPS, seed);
        DoublingRelay two = new DoublingRelay(cluster.api(2), DROPS, seed + 1)) {
      List<CompletableFuture<Outcome>> feeds = new ArrayList<>();
      for (String source : List.of("east", "west")) {
        for (int half = 1; half <= 2; half++) {
          int client = half;
          List<String> servers = List.of(one.address(), two.address());
          feeds.add(
              CompletableFuture.supplyAsync(
                  () -> feed(lines("a", client), source, "f" + client, servers)));
        }
      }
      assertFed(feeds, seed);
      assertThat(one.doubled() + two.doubled()).isPositive();
      assertThat(one.drops() + two.drops()).isPositive();
    }
    assertThereOnce("a", 2 * LINES, seed);
    assertThat(metric("bindery_feed_pieces_total"))
        .isGreaterThan(metric("bindery_feed_entries_total"));
  }

  private static void assertFed(List<CompletableFuture<Outcome>> feeds, long seed)
      throws Exception {
    for (CompletableFuture<Outcome> fed : feeds) {
      assertThat(fed.get().exit()).as("seed %d: %s", seed, fed.get().err()).isZero();
      assertThat(fed.get().err()).contains("rejected 0");
    }
  }

  private static void assertThereOnce(String link, int count, long seed) throws Exception {
    byte[] address = InetAddress.getByName("2001:db8:" + link + "::1").getAddress();
    for (int node = 1; node <= 3; node++) {
      Answer answer =
          RawRequestor.ask(cluster.leasequeryPort(node), RawRequestor.byLink(address, false));
      Set<String> clients = new HashSet<>();
      answer.data().forEach(data -> assertThat(clients.add(data.client())).isTrue());
      assertThat(clients).as("node %d, seed %d", node, seed).hasSize(count);
    }
    List<String> arguments = new ArrayList<>(List.of("hash"));
    for (int node = 1; node <= 3; node++) {
      arguments.addAll(List.of("--server", cluster.api(node)));
    }
    Outcome hash = program.run(arguments.toArray(new String[0]));
    assertThat(hash.exit()).as(hash.out() + hash.err()).isZero();
  }

  /** The sum over all nodes. */
  private static double metric(String name) throws Exception {
    double sum = 0;
    for (int node = 1; node <= 3; node++) {
      URI uri = URI.create("http://127.0.0.1:" + cluster.httpPort(node) + "/metrics");
      String page =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      sum +=
          page.lines()
              .filter(line -> line.startsWith(name + " "))
              .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
              .sum();
    }
    return sum;
  }
}
