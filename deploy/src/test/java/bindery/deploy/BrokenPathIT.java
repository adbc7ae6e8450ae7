package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.deploy.PackagedProgram.Outcome;
import bindery.deploy.RawRequestor.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two feeders of one source over paths that delay, cut and lose acknowledgements, each from node to
 * node: nothing acknowledged is missing, nothing is there twice, and all nodes hold the same.
 */
final class BrokenPathIT {
  private static final int LINES = 3_000;
  private static final int CUTS = 6;

  @TempDir private static Path folder;

  private static String lines(int feeder) {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= LINES; i++) {
      lines.append(
          """
          {"op":"put","client":"00030001%02x%08x","address":"2001:db8:9::%x:%x","iaid":1,\
          "preferred":4294967295,"valid":4294967295,"cltt":%d}
          """
              .formatted(feeder, i, feeder, i, 1_764_000_000L + i % 7));
    }
    return lines.toString();
  }

  private static Outcome feed(PackagedProgram program, DevRun cluster, int feeder, long seed) {
    try (CuttingProxy one = path(cluster, 1 + feeder % 3, seed);
        CuttingProxy two = path(cluster, 1 + (feeder + 1) % 3, seed + 1);
        CuttingProxy three = path(cluster, 1 + (feeder + 2) % 3, seed + 2)) {
      Outcome fed =
          program.runWith(
              lines(feeder),
              "feed",
              "json",
              "-",
              "--source",
              "kea",
              "--feeder",
              "f" + feeder,
              "--server",
              one.address(),
              "--server",
              two.address(),
              "--server",
              three.address());
      assertThat(one.cuts() + two.cuts() + three.cuts()).isPositive();
      return fed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CuttingProxy path(DevRun cluster, int node, long seed) throws IOException {
    String api = cluster.api(node);
    return new CuttingProxy(Integer.parseInt(api.substring(api.lastIndexOf(':') + 1)), CUTS, seed);
  }

  @Test
  void feedersOverBrokenPaths_loseNothingAndDoubleNothing() throws Exception {
    PackagedProgram program = PackagedProgram.unpack(folder);
    try (DevRun cluster = DevRun.start(program, folder.resolve("cluster"))) {
      assertThat(
              program.run("link", "put", "l", "2001:db8:9::/64", "--server", cluster.api(1)).exit())
          .isZero();
      long seed = System.nanoTime();
      CompletableFuture<Outcome> one =
          CompletableFuture.supplyAsync(() -> feed(program, cluster, 1, seed));
      CompletableFuture<Outcome> two =
          CompletableFuture.supplyAsync(() -> feed(program, cluster, 2, seed + 100));
      for (CompletableFuture<Outcome> fed : List.of(one, two)) {
        assertThat(fed.get().exit()).as("seed %d: %s", seed, fed.get().err()).isZero();
        assertThat(fed.get().err()).contains("rejected 0").contains("stale 0");
      }
      byte[] link = InetAddress.getByName("2001:db8:9::1").getAddress();
      for (int node = 1; node <= 3; node++) {
        Answer answer =
            RawRequestor.ask(cluster.leasequeryPort(node), RawRequestor.byLink(link, false));
        Set<String> clients = new HashSet<>();
        answer.data().forEach(data -> assertThat(clients.add(data.client())).isTrue());
        assertThat(clients).as("node %d, seed %d", node, seed).hasSize(2 * LINES);
      }
      Outcome hash =
          program.run(
              "hash",
              "--server",
              cluster.api(1),
              "--server",
              cluster.api(2),
              "--server",
              cluster.api(3));
      assertThat(hash.exit()).as(hash.out() + hash.err()).isZero();
    }
  }
}
