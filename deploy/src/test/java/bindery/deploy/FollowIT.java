package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.deploy.RawRequestor.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lease file that is written and cleaned up without a pause, followed by real processes that are
 * killed: at the end every node holds what the file says, exactly.
 */
final class FollowIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SEED = 20_261_128L;

  @TempDir private static Path folder;

  private static PackagedProgram program;
  private static DevRun cluster;
  private static final List<Process> followers = new ArrayList<>();

  @BeforeAll
  static void startCluster() throws Exception {
    program = PackagedProgram.unpack(folder);
    cluster = DevRun.start(program, folder.resolve("cluster"));
  }

  @AfterAll
  static void stopCluster() throws InterruptedException {
    for (Process follower : followers) {
      follower.destroyForcibly().waitFor();
    }
    cluster.close();
  }

  private static Process follow(Path leases, Path config) throws IOException {
    Process started =
        program.start(
            folder.resolve("follow.log"),
            List.of(),
            "feed",
            "kea-csv",
            leases.toString(),
            "--follow",
            "--source",
            "kea1",
            "--position",
            folder.resolve("position").toString(),
            "--kea-config",
            config.toString(),
            "--server",
            cluster.api(1),
            "--server",
            cluster.api(2),
            "--server",
            cluster.api(3));
    followers.add(started);
    return started;
  }

  private static String log() throws IOException {
    return Files.readString(folder.resolve("follow.log"));
  }

  private static long told(String text) throws IOException {
    return log().lines().filter(line -> line.contains(text)).count();
  }

  private static void awaitTold(String text, long times) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(told(text)).as(log()).isGreaterThanOrEqualTo(times));
  }

  /** Waits until the position was saved again. */
  private static void awaitSaved() throws IOException {
    Path position = folder.resolve("position");
    String before = Files.exists(position) ? Files.readString(position) : "";
    await()
        .atMost(PATIENCE)
        .ignoreExceptions() // not there while a resync is under way
        .until(() -> !Files.readString(position).equals(before));
  }

  private static Map<String, String> heldAt(int node) throws IOException {
    byte[] link = InetAddress.getByName("2001:db8:c::1").getAddress();
    Answer answer =
        RawRequestor.ask(cluster.leasequeryPort(node), RawRequestor.byLink(link, false));
    assertThat(answer.status()).isZero();
    Map<String, String> held = new TreeMap<>();
    answer
        .data()
        .forEach(
            data ->
                assertThat(held.put(data.client(), String.join(" ", data.leases().keySet())))
                    .isNull());
    return held;
  }

  @Test
  void follow_throughCleanUpsAndKills_holdsWhatTheFileSays() throws Exception {
    Path leases = folder.resolve("kea-leases6.csv");
    Path config = folder.resolve("kea-dhcp6.conf");
    Files.writeString(
        config,
        "{ \"Dhcp6\": { \"subnet6\": [ { \"id\": 1, \"subnet\": \"2001:db8:c::/64\" } ] } }");
    KeaWriter kea = KeaWriter.start(leases, SEED);
    Process follower = follow(leases, config);
    awaitSaved();
    for (int i = 0; i < 4; i++) {
      follower.destroyForcibly().waitFor();
      follower = follow(leases, config);
      awaitSaved();
      awaitSaved();
    }
    cluster.kill9(1);
    awaitSaved(); // by another node
    follower.destroyForcibly().waitFor();
    cluster.startAgain(1);
    follower = follow(leases, config);
    awaitSaved();

    kea.stopCleaningUp();
    awaitSaved();
    follower.destroy();
    assertThat(follower.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(follower.exitValue()).as(log()).isZero();
    long before = told("goes on from");
    follower = follow(leases, config);
    awaitTold("goes on from", before + 1);
    kea.end();

    cluster.awaitReady(1);
    Map<String, String> truth = kea.truth();
    assertThat(truth).hasSizeGreaterThan(1_000);
    for (int node = 1; node <= 3; node++) {
      int at = node;
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(heldAt(at)).isEqualTo(truth));
    }
    assertThat(kea.cleanUps()).as("clean-ups in " + kea.rows() + " rows").isGreaterThan(1);
    follower.destroy();
    assertThat(follower.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(log()).doesNotContain("malformed 1").doesNotContain("rejected 1");
  }
}
