package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member whose disk is lost is replaced by an empty one, by the commands that an operator has.
 */
final class MemberIT {
  private static final int LINES = 500;

  @TempDir private static Path folder;

  private static PackagedProgram program;
  private static DevRun cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    program = PackagedProgram.unpack(folder);
    cluster = DevRun.start(program, folder.resolve("cluster"));
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  // All members but one are lost for good: it is the beginning of a new cluster.
  @Test
  void snapshot_savedWithoutAMajority_isTheBeginningOfANewCluster() throws Exception {
    Path other = folder.resolve("other");
    Path file = folder.resolve("saved.snapshot");
    try (DevRun old = DevRun.start(program, other)) {
      program.ok("link", "put", "a", "2001:db8:a::/64", "--server", old.api(1));
      old.feed(1, PutLine.of(0, LINES));
      program.ok("snapshot", "save", folder.resolve("whole").toString(), "--server", old.api(2));
      program.ok("snapshot", "verify", folder.resolve("whole").toString());
      old.kill9(2);
      old.kill9(3);
      PackagedProgram.Outcome refused =
          program.run("snapshot", "save", file.toString(), "--server", old.api(1));
      assertThat(refused.exit()).isNotZero();
      assertThat(file).doesNotExist();
      program.ok("snapshot", "save", file.toString(), "--local", "--server", old.api(1));
      old.kill9(1);

      PackagedProgram.Outcome restored =
          program.ok(
              "snapshot",
              "restore",
              file.toString(),
              "--data",
              old.data(4).toString(),
              "--node",
              "n4",
              "--cluster",
              "dev");
      assertThat(restored.out()).contains("leases " + LINES);
      old.startAlone(4);
      old.awaitServing(4);
      old.awaitBindings(4, "2001:db8:a::1", LINES);
      old.feed(4, PutLine.of(LINES, LINES));
      old.awaitBindings(4, "2001:db8:a::1", 2 * LINES);
    }
    program.ok("snapshot", "verify", other.resolve("n4").resolve("data").toString());
    byte[] octets = Files.readAllBytes(file);
    octets[octets.length / 2] ^= 1;
    Files.write(file, octets);
    PackagedProgram.Outcome damaged = program.run("snapshot", "verify", file.toString());
    assertThat(damaged.exit()).isEqualTo(1);
    assertThat(damaged.err()).contains("damaged");
  }

  @Test
  void replace_memberThatLostItsDisk_clusterIsWholeAgain() throws Exception {
    program.ok("link", "put", "a", "2001:db8:a::/64", "--server", cluster.api(1));
    cluster.feed(1, PutLine.of(0, LINES));
    cluster.kill9(3);

    PackagedProgram.Outcome early =
        program.run("member", "add", "n4", cluster.raft(4), "--server", cluster.api(1));
    assertThat(early.exit()).isEqualTo(5);
    assertThat(early.err()).contains("n4 does not answer").contains("join: true");

    cluster.startNewcomer(4);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                program.ok(
                    "member", "replace", "n3", "n4", cluster.raft(4), "--server", cluster.api(2)));
    cluster.awaitBindings(4, "2001:db8:a::1", LINES);
    assertThat(program.ok("member", "list", "--server", cluster.api(4)).out())
        .contains("n4", "leader")
        .doesNotContain("n3", "learner");
    program.ok(
        "hash", "--server", cluster.api(1), "--server", cluster.api(2), "--server", cluster.api(4));

    // It counts: with another one gone the cluster goes on.
    cluster.kill9(1);
    cluster.feed(4, PutLine.of(LINES, LINES));
    cluster.awaitBindings(4, "2001:db8:a::1", 2 * LINES);
    cluster.awaitBindings(2, "2001:db8:a::1", 2 * LINES);
    // And it comes back by its own disk, with the configuration it was begun with.
    cluster.startAgain(1);
    cluster.awaitServing(1);
    cluster.kill9(4);
    cluster.startAgain(4);
    cluster.awaitServing(4);
    cluster.awaitBindings(4, "2001:db8:a::1", 2 * LINES);

    program.ok("move-leader", "n4", "--server", cluster.api(1));
    assertThat(program.ok("status", "-o", "json", "--server", cluster.api(4)).out())
        .contains("\"role\":\"leader\"");
  }
}
