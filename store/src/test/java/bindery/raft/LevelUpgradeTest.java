package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.log.v1.Command;
import bindery.log.v1.SetCluster;
import bindery.peer.v1.Progress;
import bindery.store.StoreOptions;
import bindery.store.StoreView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose members run this program, and one that knows a level more. */
class LevelUpgradeTest {
  /** Who runs the older program. */
  private final Set<String> older = ConcurrentHashMap.newKeySet();

  private TestCluster cluster(Path folder) throws IOException {
    return new TestCluster(folder, 3).with(this::program);
  }

  private ReplicaOptions program(ReplicaOptions options) {
    StoreOptions store = options.store();
    int level = older.contains(options.node()) ? 1 : 2;
    return new ReplicaOptions(
        options.cluster(),
        options.node(),
        options.data(),
        options.listen(),
        options.members(),
        options.isJoining(),
        options.electionTimeout(),
        options.barrierTimeout(),
        options.snapshotLogBytes(),
        options.snapshotInterval(),
        options.keptEntries(),
        options.freeSpaceMin(),
        new StoreOptions(store.cacheBytes(), store.memtableBytes(), level),
        options.initialSettings());
  }

  private static LevelUpgrade attempt(Replica replica) throws Exception {
    return replica.upgradeLevel().get(60, TimeUnit.SECONDS);
  }

  private static int level(Replica replica) {
    try (StoreView view = replica.store().view()) {
      return view.level();
    }
  }

  private static void awaitFounded(TestCluster cluster) {
    await()
        .atMost(TestCluster.PATIENCE)
        .until(() -> cluster.running().values().stream().allMatch(r -> level(r) == 1));
  }

  private static void awaitObstacles(Replica replica, String... obstacles) {
    await()
        .atMost(TestCluster.PATIENCE)
        .untilAsserted(() -> assertThat(attempt(replica).obstacles()).containsExactly(obstacles));
  }

  @Test
  void upgradeLevel_aMemberKnowsLess_staysUntilItKnowsMore(@TempDir Path folder) throws Exception {
    older.add("n3");
    try (TestCluster cluster = cluster(folder).startAll()) {
      awaitFounded(cluster);
      awaitObstacles(cluster.get("n1"), "member n3 supports level 1 (expected 2 or above)");
      assertThat(attempt(cluster.get("n3"))).isEqualTo(new LevelUpgrade(1, 1, false, List.of()));
      assertThat(level(cluster.get("n1"))).isEqualTo(1);

      cluster.stop("n3");
      older.clear();
      cluster.start("n3");
      await().atMost(TestCluster.PATIENCE).until(() -> attempt(cluster.get("n2")).isRaised());
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.running().values().stream().allMatch(r -> level(r) == 2));
      assertThat(attempt(cluster.get("n1"))).isEqualTo(new LevelUpgrade(2, 2, false, List.of()));
      assertThat(cluster.failures()).isEmpty();

      cluster.stop("n3");
      older.add("n3");
      assertThatThrownBy(() -> cluster.start("n3"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is of level 2 (this program knows up to 1)")
          .hasMessageContaining("run the program that the cluster was upgraded to");
    }
  }

  @Test
  void apply_olderProgramMeetsTheRaise_stopsByName(@TempDir Path folder) throws Exception {
    older.add("n3");
    try (TestCluster cluster = cluster(folder).startAll()) {
      awaitFounded(cluster);
      cluster.stop("n3");
      TestCluster.propose(
          cluster.get("n1"),
          Command.newBuilder()
              .setLevel(2)
              .setSetCluster(SetCluster.newBuilder().setLevel(2))
              .build());

      cluster.start("n3");

      await().atMost(TestCluster.PATIENCE).until(() -> cluster.failures().containsKey("n3"));
      assertThat(cluster.failures().get("n3"))
          .contains("is of level 2 (this program knows up to 1)")
          .contains("run the program that the cluster was upgraded to");
      assertThat(cluster.failures()).containsOnlyKeys("n3");
      assertThat(level(cluster.get("n3"))).isEqualTo(1);
    }
  }

  @Test
  void obstacle_namesWhoIsSilentOrTellsNothing() {
    long now = TimeUnit.SECONDS.toNanos(100);
    Progress two = Progress.newBuilder().setLevelSupported(2).build();
    assertThat(LevelUpgrade.obstacle("n2", Optional.empty(), 2, now))
        .hasValue("member n2 has not been heard of");
    assertThat(LevelUpgrade.obstacle("n2", heard(88, two), 2, now))
        .hasValue("member n2 was last heard of 12 s ago");
    assertThat(LevelUpgrade.obstacle("n2", heard(90, two), 2, now)).isEmpty();
    assertThat(LevelUpgrade.obstacle("n2", heard(99, two), 3, now))
        .hasValue("member n2 supports level 2 (expected 3 or above)");
    assertThat(LevelUpgrade.obstacle("n2", heard(99, Progress.getDefaultInstance()), 2, now))
        .hasValue("member n2 tells no level (expected 2 or above)");
  }

  private static Optional<MemberExchange.Heard> heard(long second, Progress progress) {
    return Optional.of(new MemberExchange.Heard(TimeUnit.SECONDS.toNanos(second), progress));
  }
}
