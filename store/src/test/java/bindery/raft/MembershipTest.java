package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.raft.MemberChange.Add;
import bindery.raft.MemberChange.MoveLeader;
import bindery.raft.MemberChange.Promote;
import bindery.raft.MemberChange.Remove;
import bindery.raft.MemberChange.Replace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the members are, and who leads, changed while the cluster goes on. */
class MembershipTest {
  private static void change(TestCluster cluster, String at, MemberChange change) throws Exception {
    try {
      cluster.get(at).change(change).get(90, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static List<Member> members(TestCluster cluster, String at) {
    return cluster.get(at).status().members().stream()
        .map(ReplicaStatus.MemberStatus::member)
        .toList();
  }

  private static TestCluster started(Path folder, int size) throws Exception {
    TestCluster cluster = new TestCluster(folder, size).with(TestCluster::purging).startAll();
    TestCluster.propose(cluster.get("n1"), TestCluster.link("before"));
    cluster.awaitApplied(cluster.get("n1").status().applied().index());
    cluster.leader();
    return cluster;
  }

  private static void awaitLinks(TestCluster cluster, String node, String... links) {
    await()
        .atMost(TestCluster.PATIENCE)
        .until(() -> TestCluster.links(cluster.get(node)).containsAll(Set.of(links)));
  }

  @Test
  void add_thenPromote_learnsThenVotes(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder, 1)) {
      cluster.purgeLog();
      Member newcomer = cluster.newcomer("n4");
      cluster.start("n4");
      change(cluster, "n1", new Add("n4", newcomer.address()));
      awaitLinks(cluster, "n4", "before");
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.get("n4").status().role() == ReplicaStatus.Role.LEARNER);
      assertThat(members(cluster, "n1"))
          .contains(new Member("n4", newcomer.address(), true))
          .hasSize(2);
      // Without a vote it is no part of a majority: the one voter goes on alone.
      cluster.stop("n4");
      TestCluster.propose(cluster.get("n1"), TestCluster.link("alone"));
      cluster.start("n4");
      awaitLinks(cluster, "n4", "alone");

      await()
          .atMost(TestCluster.PATIENCE)
          .ignoreExceptions()
          .until(
              () -> {
                change(cluster, "n4", new Promote("n4")); // asked at a node that does not lead
                return true;
              });
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.get("n4").status().role() == ReplicaStatus.Role.FOLLOWER);
      change(cluster, "n4", new MoveLeader("n4"));
      await().atMost(TestCluster.PATIENCE).until(() -> cluster.leader().equals("n4"));
      assertThat(cluster.failures()).isEmpty();
    }
  }

  @Test
  void replace_deadMember_byOneThatIsEmpty(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder, 3)) {
      String dead = cluster.follower();
      cluster.stop(dead);
      cluster.purgeLog();
      String follower = cluster.follower();
      Member newcomer = cluster.newcomer("n4");
      cluster.start("n4");
      change(cluster, follower, new Replace(dead, "n4", newcomer.address()));

      awaitLinks(cluster, "n4", "before");
      for (String node : cluster.running().keySet()) {
        await()
            .atMost(TestCluster.PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(members(cluster, node))
                        .extracting(Member::name)
                        .contains("n4")
                        .doesNotContain(dead)
                        .hasSize(3));
      }
      // It counts: with another one gone there is still a majority.
      cluster.stop(
          cluster.running().keySet().stream()
              .filter(node -> !node.equals("n4"))
              .findFirst()
              .orElseThrow());
      cluster.leader();
      TestCluster.propose(cluster.get("n4"), TestCluster.link("after"));
      awaitLinks(cluster, "n4", "after");
      // It comes back by what it has on its own disk.
      cluster.stop("n4");
      cluster.start("n4");
      awaitLinks(cluster, "n4", "before", "after");
    }
  }

  // A machine that got a new disk keeps its address.
  @Test
  void replace_deadMember_byOneAtItsAddress(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder, 3)) {
      String dead = cluster.follower();
      Member newcomer = cluster.newcomerAt("n4", dead);
      assertRefused(
          cluster,
          cluster.leader(),
          new Replace(dead, "n4", newcomer.address()),
          "is " + dead + " (expected n4");
      cluster.die(dead);
      String leader = cluster.leader();
      cluster.start("n4");
      change(cluster, leader, new Replace(dead, "n4", newcomer.address()));

      awaitLinks(cluster, "n4", "before");
      for (String node : cluster.running().keySet()) {
        await()
            .atMost(TestCluster.PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(members(cluster, node))
                        .contains(new Member("n4", newcomer.address()))
                        .extracting(Member::name)
                        .doesNotContain(dead)
                        .hasSize(3));
      }
      assertThat(cluster.failures()).isEmpty();
    }
  }

  @Test
  void remove_member_endsItForGood(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder, 3)) {
      String gone = cluster.follower();
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> DataFolderTest.marker(cluster.data(gone)).state() == FolderMarker.State.JOINED);
      change(cluster, gone, new Remove(gone));

      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.failures().getOrDefault(gone, "").contains("was removed"));
      cluster.stop(gone);
      assertThatThrownBy(() -> cluster.start(gone))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("was removed from the cluster")
          .hasMessageContaining("join: true");
      assertThat(members(cluster, cluster.leader())).hasSize(2);
      TestCluster.propose(cluster.get(cluster.leader()), TestCluster.link("after"));
    }
  }

  @Test
  void change_thatTheClusterCouldNotBear_isRefused(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder, 3)) {
      String leader = cluster.leader();
      String follower = cluster.follower();
      Member newcomer = cluster.newcomer("n4");

      assertRefused(cluster, leader, new Remove(leader), "leads", "bindery move-leader");
      assertRefused(cluster, leader, new Remove("n9"), "no member n9", "[n1, n2, n3]");
      assertRefused(cluster, leader, new Promote(follower), "votes already");
      assertRefused(
          cluster, leader, new Add("n4", newcomer.address()), "does not answer", "join: true");
      assertRefused(cluster, leader, new Add(follower, newcomer.address()), "is a member already");
      cluster.start("n4");
      assertRefused(cluster, leader, new Add("n5", newcomer.address()), "is n4 (expected n5)");
      assertRefused(cluster, leader, new Replace(leader, "n4", newcomer.address()), "leads");

      cluster.stop(follower);
      String alive =
          cluster.running().keySet().stream()
              .filter(node -> !node.equals(leader) && !node.equals("n4"))
              .findFirst()
              .orElseThrow();
      // At once: it is not taken for alive since it was a moment ago.
      assertRefused(cluster, leader, new Remove(alive), "[" + follower + "] say nothing");
      assertThat(members(cluster, leader)).hasSize(3);
    }
  }

  private static void assertRefused(
      TestCluster cluster, String leader, MemberChange change, String... says) {
    assertThatThrownBy(() -> change(cluster, leader, change))
        .isInstanceOfSatisfying(
            ProposalException.class,
            e -> assertThat(e.kind()).isEqualTo(ProposalException.Kind.REFUSED))
        .hasMessageContainingAll(says);
  }

  // The one that is asked still takes the dead one for the leader.
  @Test
  void change_whenTheLeaderHasJustDied_isTakenToTheNext(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder, 3)) {
      String follower = cluster.follower();
      cluster.die(cluster.leader());

      assertRefused(cluster, follower, new Promote("n9"), "no member n9");
    }
  }

  @Test
  void moveLeader_toWhoeverIsBest_movesIt(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder, 3)) {
      String before = cluster.leader();
      await()
          .atMost(TestCluster.PATIENCE)
          .ignoreExceptions()
          .until(
              () -> {
                change(cluster, before, new MoveLeader(""));
                return true;
              });
      await().atMost(TestCluster.PATIENCE).until(() -> !cluster.leader().equals(before));
    }
  }

  @Test
  void stop_ofTheLeader_hasAnotherLeadBeforeItGoes(@TempDir Path folder) throws Exception {
    try (TestCluster cluster =
        new TestCluster(folder, 3).with(TestCluster::slowToElect).startAll()) {
      String first = cluster.leader();
      long term = cluster.get(first).status().term();
      awaitHeard(cluster, first);

      cluster.stop(first);

      // At once, long before anybody misses a leader.
      List<ReplicaStatus> left = cluster.running().values().stream().map(Replica::status).toList();
      assertThat(left).extracting(ReplicaStatus::role).contains(ReplicaStatus.Role.LEADER);
      assertThat(left).extracting(ReplicaStatus::term).containsOnly(term + 1);
      assertThat(cluster.leader()).isNotEqualTo(first);
      TestCluster.propose(cluster.get(cluster.leader()), TestCluster.link("after"));
    }
  }

  @Test
  void stop_ofALeaderWhomNobodyCanFollow_endsAllTheSame(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder, 3)) {
      String first = cluster.leader();
      awaitHeard(cluster, first);
      List.copyOf(cluster.running().keySet()).stream()
          .filter(node -> !node.equals(first))
          .forEach(cluster::die);

      cluster.stop(first);

      assertThat(cluster.failures()).isEmpty();
      cluster.startAll();
      awaitLinks(cluster, first, "before");
    }
  }

  /** Waits until the leader has just heard of the others that they could lead. */
  private static void awaitHeard(TestCluster cluster, String leader) {
    ReplicaParts parts = cluster.get(leader).parts();
    for (String other : parts.peers().others()) {
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(parts.members().heard(other)).isPresent();
                MemberExchange.Heard heard = parts.members().heard(other).orElseThrow();
                assertThat(System.nanoTime() - heard.nanos()).isLessThan(1_000_000_000L);
                assertThat(heard)
                    .matches(it -> it.isNear(parts.engine().log().getLastCommittedIndex()));
              });
    }
  }
}
