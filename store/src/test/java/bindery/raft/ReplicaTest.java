package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.log.v1.Result;
import bindery.store.ReadPoint;
import bindery.store.StoreView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {
  // Its machine was set up anew, for quite another cluster.
  @Test
  void member_whoseAddressIsANodeOfAnotherClusterNow_endsNobody(@TempDir Path folder)
      throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      cluster.lead("n1");
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> cluster.silentMillis("n1", "n3") >= 0 && cluster.silentMillis("n2", "n3") >= 0);
      cluster.stop("n3");
      cluster.with(
          options ->
              options.node().equals("n3")
                  ? TestCluster.alone(options, "other", folder.resolve("other"))
                  : options);
      cluster.start("n3");
      TestCluster.propose(cluster.get("n3"), TestCluster.link("theirs"));
      // Time for several hellos to that address.
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () ->
                  cluster.silentMillis("n1", "n3") > 4_000
                      && cluster.silentMillis("n2", "n3") > 4_000);

      TestCluster.propose(cluster.get("n2"), TestCluster.link("ours"));
      assertThat(TestCluster.links(cluster.get("n1"))).contains("ours").doesNotContain("theirs");
      // And they come back beside it.
      cluster.stop("n2");
      cluster.start("n2");
      TestCluster.propose(cluster.get("n2"), TestCluster.link("again"));
      assertThat(cluster.failures()).isEmpty();
    }
  }

  @Test
  void propose_fromEachNode_isAppliedByAll(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      long last = -1;
      for (Replica replica : cluster.running().values()) {
        Result result = TestCluster.propose(replica, TestCluster.barrier());
        assertThat(result.getRevision()).isGreaterThan(last);
        assertThat(result.getClusterTimeMillis()).isPositive();
        last = result.getRevision();
      }
      cluster.awaitApplied(last);
      assertThat(cluster.failures()).isEmpty();
    }
  }

  @Test
  void propose_manyAtOnce_keepsTheirOrder(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      Replica follower = cluster.get(cluster.follower());
      TestCluster.propose(follower, TestCluster.barrier());
      List<CompletableFuture<Result>> results = new ArrayList<>();
      for (int i = 0; i < Proposals.IN_FLIGHT_MAX; i++) {
        results.add(follower.propose(TestCluster.filling(1_000)));
      }
      List<Long> revisions = new ArrayList<>();
      for (CompletableFuture<Result> result : results) {
        revisions.add(result.get(60, TimeUnit.SECONDS).getRevision());
      }
      assertThat(revisions).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void propose_aboveTheBound_isOverloaded(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3)) {
      Replica alone = cluster.start("n1"); // no majority: proposals stay in flight
      List<CompletableFuture<Result>> held = new ArrayList<>();
      for (int i = 0; i < Proposals.IN_FLIGHT_MAX; i++) {
        held.add(alone.propose(TestCluster.barrier()));
      }
      assertFails(alone.propose(TestCluster.barrier()), ProposalException.Kind.OVERLOADED);
      cluster.stop("n1");
      for (CompletableFuture<Result> result : held) {
        assertFails(result, ProposalException.Kind.STOPPING);
      }
    }
  }

  @Test
  void propose_tooLarge_isRefused(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      Replica replica = cluster.get("n1");
      assertFails(
          replica.propose(TestCluster.filling(Replica.COMMAND_BYTES_MAX)),
          ProposalException.Kind.REFUSED);
      int around = TestCluster.filling(200_000).getSerializedSize() - 200_000;
      Result largest =
          TestCluster.propose(replica, TestCluster.filling(Replica.COMMAND_BYTES_MAX - around));
      assertThat(largest.getRevision()).isPositive();
    }
  }

  @Test
  void propose_leaderGone_goesOnWithAnother(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      String first = cluster.leader();
      TestCluster.propose(cluster.get(first), TestCluster.barrier());
      cluster.die(first);
      for (Replica replica : cluster.running().values()) {
        assertThat(TestCluster.propose(replica, TestCluster.barrier()).getRevision()).isPositive();
      }
      assertThat(cluster.leader()).isNotEqualTo(first);
    }
  }

  @Test
  void handOver_byLeader_hasTheOtherLead(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      String first = cluster.leader();
      String successor = cluster.follower();
      TestCluster.propose(cluster.get(first), TestCluster.barrier());
      cluster.get(first).parts().engine().handOver(successor).get(60, TimeUnit.SECONDS);
      await().atMost(TestCluster.PATIENCE).until(() -> cluster.leader().equals(successor));
      TestCluster.propose(cluster.get(first), TestCluster.barrier());
    }
  }

  @Test
  void propose_levelUnknown_isRefused(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      assertFails(
          cluster.get("n1").propose(TestCluster.barrier().toBuilder().setLevel(99).build()),
          ProposalException.Kind.REFUSED);
    }
  }

  @Test
  void propose_withoutMajority_failsAsNotTaken(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).impatient()) {
      Replica alone = cluster.start("n1");
      assertFails(alone.propose(TestCluster.barrier()), ProposalException.Kind.NO_LEADER);
    }
  }

  @Test
  void propose_atLeaderThatLosesItsMajority_isIndeterminate(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).impatient().startAll()) {
      String leader = cluster.leader();
      List<String> others =
          cluster.running().keySet().stream().filter(node -> !node.equals(leader)).toList();
      Replica replica = cluster.get(leader);
      TestCluster.propose(replica, TestCluster.barrier());
      cluster.stop(others.get(0));
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(() -> cluster.stop(others.get(1)));
      // One is always on its way, so the one that fails was logged while the other member went.
      AtomicReference<Throwable> failure = new AtomicReference<>();
      while (failure.get() == null) {
        replica
            .propose(TestCluster.barrier())
            .handle(
                (result, error) -> {
                  failure.set(error);
                  return result;
                })
            .get(60, TimeUnit.SECONDS);
      }
      assertThat(failure.get())
          .isInstanceOfSatisfying(
              ProposalException.class,
              known -> assertThat(known.kind()).isEqualTo(ProposalException.Kind.INDETERMINATE));
      stopped.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void barrier_onFollower_seesEveryAcknowledgedWrite(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      Replica leader = cluster.get(cluster.leader());
      Replica follower = cluster.get(cluster.follower());
      for (int i = 0; i < 200; i++) {
        long written = TestCluster.propose(leader, TestCluster.barrier()).getRevision();
        ReadPoint point = follower.barrier().get(60, TimeUnit.SECONDS);
        assertThat(point.revision()).isGreaterThanOrEqualTo(written);
        try (StoreView view = follower.store().view()) {
          assertThat(view.revision()).isGreaterThanOrEqualTo(point.revision());
        }
      }
    }
  }

  @Test
  void barrier_askedManyTimesAtOnce_isShared(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      Replica follower = cluster.get(cluster.follower());
      follower.barrier().get(60, TimeUnit.SECONDS);
      List<CompletableFuture<ReadPoint>> asked = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        asked.add(follower.barrier());
      }
      List<Long> revisions = new ArrayList<>();
      for (CompletableFuture<ReadPoint> point : asked) {
        revisions.add(point.get(60, TimeUnit.SECONDS).revision());
      }
      assertThat(revisions).isSorted();
      assertThat(revisions.stream().distinct().count()).isLessThan(500);
    }
  }

  // Nothing is written for it: else a thousand queries would be a thousand entries.
  @Test
  void barrier_ofAnIdleCluster_addsNoEntry(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      TestCluster.propose(cluster.get(cluster.leader()), TestCluster.barrier());
      long before = cluster.get(cluster.leader()).store().applied().index();
      int asked = 0;
      for (Replica replica : cluster.running().values()) {
        for (int i = 0; i < 100; i++, asked++) {
          replica.barrier().get(60, TimeUnit.SECONDS);
        }
      }
      long added = cluster.get(cluster.leader()).store().applied().index() - before;

      // What is due every five seconds goes on beside.
      assertThat(added).isLessThan(asked / 2);
    }
  }

  @Test
  void loggedBarrier_atEveryMember_isAnEntryOfItsTime(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      for (Replica replica : cluster.running().values()) {
        long before = replica.barrier().get(60, TimeUnit.SECONDS).revision();
        ReadPoint point = replica.loggedBarrier().get(60, TimeUnit.SECONDS);

        assertThat(point.revision()).isGreaterThan(before);
        try (StoreView view = replica.store().view()) {
          assertThat(view.clusterTimeMillis()).isGreaterThanOrEqualTo(point.clusterTimeMillis());
        }
      }
    }
  }

  @Test
  void barrier_withoutMajority_failsWithinItsTime(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).impatient().startAll()) {
      String left = cluster.follower();
      cluster.get(left).barrier().get(60, TimeUnit.SECONDS);
      for (Member member : cluster.members()) {
        if (!member.name().equals(left)) {
          cluster.die(member.name());
        }
      }
      assertFails(cluster.get(left).barrier(), ProposalException.Kind.NO_LEADER);
    }
  }

  @Test
  void barrier_ofAReplicaThatIsClosed_failsAndIsNotLeftOpen(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      Replica replica = cluster.get("n1");
      cluster.stop("n1");

      assertThatThrownBy(() -> replica.barrier().get(60, TimeUnit.SECONDS))
          .isInstanceOf(java.util.concurrent.ExecutionException.class);
    }
  }

  @Test
  void barrier_idleNode_sendsItsOwn(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      Replica replica = cluster.get("n1");
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> assertThat(replica.status().barrierAgeMillis()).isBetween(0L, 6_500L));
    }
  }

  @Test
  void close_thenStart_keepsEverything(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      long last = TestCluster.propose(cluster.get("n2"), TestCluster.barrier()).getRevision();
      cluster.stopAll();
      cluster.startAll();
      cluster.awaitApplied(last);
      assertThat(TestCluster.propose(cluster.get("n3"), TestCluster.barrier()).getRevision())
          .isGreaterThan(last);
      assertThat(cluster.failures()).isEmpty();
    }
  }

  @Test
  void status_namesLeaderAndMembers(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      String leader = cluster.leader();
      long last = TestCluster.propose(cluster.get(leader), TestCluster.barrier()).getRevision();
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                ReplicaStatus status = cluster.get(leader).status();
                assertThat(status.role()).isEqualTo(ReplicaStatus.Role.LEADER);
                assertThat(status.term()).isPositive();
                assertThat(status.committedIndex()).isGreaterThanOrEqualTo(last);
                assertThat(status.logBytes()).isPositive();
                assertThat(status.members()).hasSize(3);
                assertThat(status.members())
                    .allSatisfy(
                        member -> {
                          assertThat(member.heardMillis()).isBetween(0L, 5_000L);
                          if (!member.self()) {
                            assertThat(member.matchIndex()).isGreaterThanOrEqualTo(last);
                          }
                        });
              });
    }
  }

  private static void assertFails(CompletableFuture<?> result, ProposalException.Kind kind) {
    assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ProposalException.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }
}
