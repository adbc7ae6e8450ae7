package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who leads after the leader's process has ended. */
class LeaderLossTest {
  // Its followers would miss it for ten minutes at least.
  private static TestCluster onlyFirstElects(Path folder) throws Exception {
    TestCluster cluster =
        new TestCluster(folder, 3)
            .with(
                options ->
                    options.node().equals("n1")
                        ? options
                        : TestCluster.electingAfter(Duration.ofMinutes(10), options))
            .startAll();
    assertThat(cluster.get("n1").status().leader()).isEqualTo("n1");
    return cluster;
  }

  @Test
  void leaderEnds_anotherLeadsLongBeforeTheElectionTimeout(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = onlyFirstElects(folder)) {
      cluster.stop("n1");
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () ->
                  cluster.running().values().stream()
                      .anyMatch(one -> one.status().role() == ReplicaStatus.Role.LEADER));
      assertThat(TestCluster.propose(cluster.get("n2"), TestCluster.link("after")).getRevision())
          .isPositive();
      assertThat(cluster.failures()).isEmpty();
    }
  }

  @Test
  void follower_thatEnds_unseatsNobody(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = onlyFirstElects(folder)) {
      long term = cluster.get("n1").status().term();
      cluster.stop("n2");
      await().atMost(TestCluster.PATIENCE).until(() -> cluster.silentMillis("n3", "n2") > 3_000);
      assertThat(cluster.get("n3").status().leader()).isEqualTo("n1");
      assertThat(cluster.get("n1").status().term()).isEqualTo(term);
    }
  }
}
