package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.log.v1.Result;
import bindery.peer.v1.ProposeReply;
import bindery.peer.v1.ProposeRequest;
import bindery.store.BindingStore;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cluster time against the clocks of the members. */
class ClusterTimeTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  // The others' own skew, and what a reading may be wrong by: half of the longest round trip.
  private static final long SKEW = 300;
  private static final long READING = 1_000;

  @ParameterizedTest
  @ValueSource(longs = {1, -1})
  void clusterTime_oneClockAnHourOff_staysWithTheOthers(long hours, @TempDir Path folder)
      throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3)) {
      cluster.skew("n1", Duration.ofHours(hours)).skew("n3", Duration.ofMillis(SKEW)).startAll();
      awaitAllHeard(cluster);
      for (String leader : List.of("n1", "n2", "n1", "n3")) {
        cluster.lead(leader);
        assertRight(cluster, leader);
      }
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                ReplicaStatus wrong = cluster.get("n1").status();
                assertThat(wrong.clockOffsetMillis()).satisfies(off -> isNear(off, hours * HOUR));
                assertThat(cluster.get("n2").status().clockOffsetMillis())
                    .satisfies(off -> isNear(off, 0));
                for (Replica replica : cluster.running().values()) {
                  assertThat(replica.status().members().get(0).clockOffsetMillis().orElseThrow())
                      .satisfies(off -> isNear(off, hours * HOUR));
                }
              });
    }
  }

  @Test
  void clusterTime_clockOfTheLeaderSteps_goesOnAsBefore(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      awaitAllHeard(cluster);
      String leader = cluster.leader();
      assertRight(cluster, leader);
      cluster.skew(leader, Duration.ofHours(1));
      assertRight(cluster, leader);
      cluster.skew(leader, Duration.ofHours(-1));
      assertRight(cluster, leader);
    }
  }

  // Of two that differ the slower counts, so one that is behind does until all are heard.
  private static void awaitAllHeard(TestCluster cluster) {
    await()
        .atMost(TestCluster.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(cluster.running().values())
                    .flatExtracting(replica -> replica.status().members())
                    .hasSize(9)
                    .allMatch(member -> member.clockOffsetMillis().isPresent()));
  }

  private static void assertRight(TestCluster cluster, String leader) throws Exception {
    long before = Instant.now().toEpochMilli();
    Result result = TestCluster.propose(cluster.get(leader), TestCluster.barrier());
    assertThat(result.getClusterTimeMillis())
        .as("while %s leads", leader)
        .isBetween(before - READING, Instant.now().toEpochMilli() + SKEW + READING);
  }

  private static void isNear(long offset, long expected) {
    assertThat(offset).isBetween(expected - SKEW - READING, expected + SKEW + READING);
  }

  @Test
  void clusterTime_nextLeaderHasAnEarlierOne_doesNotRunBack(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      String first = cluster.leader();
      String second = cluster.follower();
      long reached =
          TestCluster.propose(cluster.get(first), TestCluster.barrier()).getClusterTimeMillis();
      cluster.running().keySet().forEach(node -> cluster.skew(node, Duration.ofHours(-1)));
      for (String node : List.of(first, second)) {
        await()
            .atMost(TestCluster.PATIENCE)
            .until(() -> cluster.get(node).parts().clocks().millis() < reached - HOUR / 2);
      }
      for (String leader : List.of(first, second, first)) {
        cluster.lead(leader);
        Result result = TestCluster.propose(cluster.get(leader), TestCluster.barrier());
        assertThat(result.getClusterTimeMillis())
            .as("while %s leads", leader)
            .isBetween(reached, Instant.now().toEpochMilli() + READING);
      }
    }
  }

  @Test
  void propose_leaderHasNotHeardAMajority_waitsUntilItHas(@TempDir Path folder) throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    MemberClocks clocks =
        new MemberClocks(Instant::now, System::nanoTime, () -> List.of("n2", "n3"));
    try (TestCluster cluster = new TestCluster(folder, 1).startAll();
        Peers peers = new Peers("n1", cluster.members())) {
      cluster.leader();
      Engine engine = cluster.get("n1").parts().engine();
      try (Proposals proposals =
          new Proposals(
              new LocalLog(engine.server(), engine.group()),
              new TimedLeadership(engine, clocks),
              peers,
              "n1",
              timer,
              timer,
              TestCluster.PATIENCE,
              new CommandLimits(BindingStore.LEVEL_SUPPORTED))) {
        CompletableFuture<Result> result = proposals.propose(TestCluster.link("a"));
        assertThat(relayed(proposals).getOutcome())
            .as("another member's is given back, to be tried again")
            .isEqualTo(ProposeReply.Outcome.NOT_TAKEN);
        assertThat(result).isNotDone();

        long now = System.nanoTime();
        clocks.read("n3", Instant.now().toEpochMilli(), now, now);
        assertThat(result.get(60, TimeUnit.SECONDS).getRevision()).isPositive();
        assertThat(relayed(proposals).getOutcome()).isEqualTo(ProposeReply.Outcome.APPLIED);
      }
    } finally {
      timer.shutdownNow();
    }
  }

  private static ProposeReply relayed(Proposals proposals) throws Exception {
    CompletableFuture<ProposeReply> reply = new CompletableFuture<>();
    proposals.relay(
        ProposeRequest.newBuilder()
            .setClient(ByteString.copyFrom(new byte[16]))
            .setCall(1)
            .setCommand(TestCluster.barrier().toByteString())
            .build(),
        TestCluster.barrier(),
        reply::complete);
    return reply.get(60, TimeUnit.SECONDS);
  }
}
