package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.model.Duid;
import bindery.model.HostPort;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import bindery.store.StoreView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.retry.RetryPolicies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk, when, and what happens when it cannot be. */
class DurabilityTest {
  @Test
  void kill_thenStart_replaysWhatWasAcknowledged(@TempDir Path folder) throws Exception {
    Set<String> acknowledged = new HashSet<>();
    Process child = DataFolderTest.child(Child.class, folder.toString());
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      while (acknowledged.size() < 60) {
        acknowledged.add(Objects.requireNonNull(output.readLine(), "the child ended"));
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
    try (TestCluster cluster = new TestCluster(folder, 1)) {
      assertThat(BindingStore.peek(cluster.data("n1").resolve("store")).index())
          .as("nothing was flushed")
          .isLessThan(60);
      cluster.startAll();
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> assertThat(TestCluster.links(cluster.get("n1"))).containsAll(acknowledged));
    }
  }

  /** Runs a cluster of one and tells each name it has put. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      try (TestCluster cluster = new TestCluster(Path.of(arguments[0]), 1).startAll()) {
        for (int i = 0; ; i++) {
          TestCluster.propose(cluster.get("n1"), TestCluster.link("link" + i));
          System.out.println("link" + i);
        }
      }
    }
  }

  @Test
  void snapshot_logGrown_isTakenAndPurges(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).with(TestCluster::purging).startAll()) {
      for (int i = 0; i < 24; i++) {
        TestCluster.propose(cluster.get("n1"), TestCluster.filling(64 << 10));
      }
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () ->
                  cluster
                      .running()
                      .forEach(
                          (node, replica) -> {
                            ReplicaStatus status = replica.status();
                            assertThat(status.snapshotIndex()).as(node).isGreaterThan(10);
                            assertThat(status.logStartIndex()).as(node).isGreaterThan(4);
                            assertThat(status.logBytes()).as(node).isLessThan(1 << 20);
                          }));
    }
  }

  @Test
  void snapshot_timePassed_isTaken(@TempDir Path folder) throws Exception {
    try (TestCluster cluster =
        new TestCluster(folder, 1)
            .with(options -> withInterval(options, Duration.ofMillis(300)))
            .startAll()) {
      long written = TestCluster.propose(cluster.get("n1"), TestCluster.link("a")).getRevision();
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.get("n1").status().snapshotIndex() >= written);
    }
  }

  private static ReplicaOptions withInterval(ReplicaOptions options, Duration interval) {
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
        interval,
        options.keptEntries(),
        options.freeSpaceMin(),
        options.store(),
        options.initialSettings());
  }

  @Test
  void flush_failing_isFatalOnce(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      TestCluster.propose(cluster.get("n1"), TestCluster.link("a"));
      DurableFiles.delete(cluster.data("n1").resolve("store").resolve("rows-0000000001"));
      CompletableFuture<AppliedIndex> snapshot = cluster.get("n1").snapshot();
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> assertThat(cluster.failures().get("n1")).contains("cannot flush the store"));
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.get("n1").status().role() == ReplicaStatus.Role.NOT_SERVING);
      assertThat(snapshot.isDone() && !snapshot.isCompletedExceptionally()).isFalse();
    }
  }

  @Test
  void start_portInUse_isRefused(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1)) {
      int port = HostPort.parse(cluster.members().get(0).address()).port();
      try (ServerSocket held = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThatThrownBy(cluster::startAll)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("cannot listen for Raft on 127.0.0.1:" + held.getLocalPort());
      }
      cluster.startAll(); // nothing is left locked or bound
      assertThat(TestCluster.propose(cluster.get("n1"), TestCluster.link("a")).hasLink()).isTrue();
    }
  }

  @Test
  void start_newCluster_isFoundedOnceAndTheSameEverywhere(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).startAll()) {
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () ->
                  cluster
                      .running()
                      .forEach((node, replica) -> assertThat(duid(replica)).isNotNull()));
      Duid duid = Objects.requireNonNull(duid(cluster.get("n1")));
      assertThat(duid.octets().size()).isEqualTo(18);
      assertThat(duid.octets().hex()).startsWith("0004");
      cluster.stopAll();
      cluster.startAll();
      TestCluster.propose(cluster.get("n2"), TestCluster.link("a"));
      for (Replica replica : cluster.running().values()) {
        replica.barrier().get(60, TimeUnit.SECONDS);
        assertThat(duid(replica)).isEqualTo(duid);
        try (StoreView view = replica.store().view()) {
          assertThat(view.cluster()).contains(TestCluster.NAME);
          assertThat(view.incarnation().size()).isEqualTo(16);
          assertThat(view.settings().getRetainEndedSeconds()).isEqualTo(60);
        }
      }
    }
  }

  private static @org.jspecify.annotations.Nullable Duid duid(Replica replica) {
    try (StoreView view = replica.store().view()) {
      return view.clusterDuid().orElse(null);
    }
  }

  @Test
  void propose_byStrangerThroughTheEngine_isRefused(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      TestCluster.propose(cluster.get("n1"), TestCluster.link("a"));
      Member member = cluster.members().get(0);
      RaftGroup group =
          RaftGroup.valueOf(
              RaftGroupId.valueOf(FolderMarker.groupOf(TestCluster.NAME)),
              RaftPeer.newBuilder().setId(member.name()).setAddress(member.address()).build());
      try (RaftClient stranger =
          RaftClient.newBuilder()
              .setProperties(new RaftProperties())
              .setRaftGroup(group)
              .setRetryPolicy(RetryPolicies.noRetry())
              .build()) {
        assertThatThrownBy(() -> stranger.io().send(Message.valueOf("no command")))
            .hasStackTraceContaining("ratis.grpc.RaftClientProtocolService is not offered");
        assertThatThrownBy(() -> stranger.admin().setConfiguration(List.of()))
            .hasStackTraceContaining("ratis.grpc.AdminProtocolService is not offered");
      }
      assertThat(TestCluster.propose(cluster.get("n1"), TestCluster.link("b")).hasLink()).isTrue();
      assertThat(cluster.failures()).isEmpty();
    }
  }

  @Test
  void files_ofTheFolder_areTheirOwnersAlone(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      assertThat(Files.getPosixFilePermissions(cluster.data("n1"))).hasSize(3);
    }
  }
}
