package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes stopped and started again one after the other, by the same program and by one of the next
 * level, while a feeder feeds and requestors ask the nodes that are up.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RollingUpgradeIT {
  private static final String LINK = "2001:db8:a::1";
  private static final int FIRST_FED = 400;
  private static final int RENEWED = 100;
  private static final int ASKED_MIN = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;

  private static PackagedProgram old;
  private static PackagedProgram next;
  private static DevRun cluster;

  /** The clients fed so far are those from 1 up to this. */
  private static int fed;

  @BeforeAll
  static void startCluster() throws Exception {
    old = PackagedProgram.unpack(folder);
    next = NextLevel.build(folder);
    // Logs that are cut often, so that a copy of the rows is needed once they are gone.
    cluster =
        DevRun.start(
            old,
            folder.resolve("cluster"),
            "BINDERY_RAFT_SNAPSHOT_INTERVAL=5s",
            "BINDERY_RAFT_KEPT_ENTRIES=200");
    old.ok("link", "put", "a", "2001:db8:a::/64", "--server", cluster.api(1));
    cluster.feed(1, PutLine.of(1, FIRST_FED));
    fed = FIRST_FED;
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  /** Stops a node and starts it again with a program, while the two others are asked. */
  private static void restart(int node, PackagedProgram program) throws Exception {
    SteadyRequestors requestors = requestors(IntStream.of(1, 2, 3).filter(n -> n != node));
    try (requestors) {
      awaitAsked(requestors);
      assertThat(cluster.stop(node)).isZero();
      cluster.startAgain(node, program);
      cluster.awaitReady(node);
      awaitAsked(requestors);
    }
    assertThat(requestors.failures()).as("n%d restarted: %s", node, requestors).isEmpty();
  }

  private static SteadyRequestors requestors(IntStream nodes) throws Exception {
    return SteadyRequestors.start(cluster, LINK, nodes.boxed().toList());
  }

  private static void awaitAsked(SteadyRequestors requestors) {
    int before = requestors.asked();
    await().atMost(PATIENCE).until(() -> requestors.asked() >= before + ASKED_MIN);
  }

  private static SteadyFeeder feeder() throws Exception {
    return SteadyFeeder.start(old, cluster, folder, fed + 1);
  }

  /** Every client that was ever told is in the answer of every node, and all hold the same. */
  private static void assertNothingLost() throws Exception {
    Set<String> clients = new TreeSet<>();
    IntStream.rangeClosed(1, fed).forEach(client -> clients.add(client(client)));
    for (int node = 1; node <= 3; node++) {
      byte[] link = InetAddress.getByName(LINK).getAddress();
      Set<String> answered = new TreeSet<>();
      RawRequestor.ask(cluster.leasequeryPort(node), RawRequestor.byLink(link, false))
          .data()
          .forEach(data -> answered.add(data.client()));
      assertThat(answered).as("n%d", node).isEqualTo(clients);
    }
    assertAlike();
  }

  private static void assertAlike() {
    List<String> arguments = new ArrayList<>(List.of("hash"));
    for (int node = 1; node <= 3; node++) {
      arguments.addAll(List.of("--server", cluster.api(node)));
    }
    old.ok(arguments.toArray(new String[0]));
  }

  private static String client(int number) {
    return PutLine.CLIENT.formatted(number);
  }

  @Test
  @Order(1)
  void restart_ofOneNodeAfterTheOther_failsNoQueryAndLosesNothing() throws Exception {
    try (SteadyFeeder feeder = feeder()) {
      for (int node = 1; node <= 3; node++) {
        restart(node, old);
      }
      fed = feeder.finish();
    }
    assertNothingLost();
    assertLogged("event=leadership_handed_over", 1, 2, 3);
  }

  /** One of those nodes has logged it. */
  private static void assertLogged(String event, int... nodes) throws Exception {
    boolean isLogged = false;
    for (int node : nodes) {
      isLogged |= cluster.log(node).contains(event);
    }
    assertThat(isLogged).as(event).isTrue();
  }

  @Test
  @Order(2)
  void upgrade_ofOneNodeAfterTheOther_failsNoQueryAndLosesNothing() throws Exception {
    try (SteadyFeeder feeder = feeder()) {
      restart(3, next);
      restart(3, old); // nothing is settled yet: it can be taken back
      restart(1, next);
      restart(2, next);
      assertAlike(); // old and new side by side
      assertRefusedFor("member n3 supports level 1");
      restart(3, next);
      fed = feeder.finish();
    }
    assertNothingLost();
  }

  private static void assertRefusedFor(String obstacle) {
    PackagedProgram.Outcome refused =
        old.run("upgrade", "finalize", "--server", cluster.api(1), "--server", cluster.api(2));
    assertThat(refused.exit()).as(refused.err()).isEqualTo(5);
    assertThat(refused.err()).contains("the cluster stays at level 1", obstacle);
  }

  @Test
  @Order(3)
  void finalize_allMembersUpgraded_writesInTheNewFormatFromThenOn() throws Exception {
    int before = fed;
    SteadyRequestors requestors = requestors(IntStream.of(1, 2, 3));
    try (requestors;
        SteadyFeeder feeder = feeder()) {
      awaitAsked(requestors);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(old.ok("upgrade", "finalize", "--server", cluster.api(2)).err())
                      .contains("now at level 2"));
      awaitAsked(requestors);
      fed = feeder.finish();
    }
    assertThat(requestors.failures()).as(requestors.toString()).isEmpty();
    StringBuilder renewals = new StringBuilder();
    for (int client = 1; client <= RENEWED; client++) {
      renewals.append(PutLine.of(client, PutLine.CLTT + 600));
    }
    cluster.feed(1, renewals.toString());
    assertNothingLost();

    assertThat(cluster.stop(3)).isZero();
    Map<String, Integer> formats = RowFormats.of(cluster.data(3));
    assertThat(formats).hasSize(fed);
    for (int client = 1; client <= before; client++) {
      assertThat(formats).containsEntry(client(client), client <= RENEWED ? 2 : 1);
    }
    assertThat(formats).containsEntry(client(fed), 2);
  }

  @Test
  @Order(4)
  void start_rowsLostAtTheNewLevel_fetchesACopyOfBothFormats() throws Exception {
    deleteAll(cluster.data(3).resolve("store")); // of n3, which is stopped since its rows were read
    cluster.startAgain(3, next);
    cluster.awaitReady(3);

    assertLogged("event=checkpoint-fetched", 3);
    assertNothingLost();
  }

  private static void deleteAll(Path path) throws Exception {
    Process process = new ProcessBuilder("rm", "-rf", path.toString()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  @Order(5)
  void start_oldProgramOnDataOfTheNewLevel_refusesByName() throws Exception {
    cluster.stop(2);
    cluster.startAgain(2, old);

    await().atMost(PATIENCE).until(() -> !cluster.again(2).isAlive());
    assertThat(cluster.again(2).exitValue()).isEqualTo(1);
    assertLogged("is of level 2 (this program knows up to 1)", 2);

    cluster.startAgain(2, next);
    cluster.awaitReady(2);
    assertNothingLost();
  }
}
