package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.store.BindingStore;
import bindery.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose rows and log do not reach the others' any more. */
class CatchUpTest {
  private static final String AWAY = "n3";

  @Test
  void start_behindPurgedLogOfIdleCluster_installsCopy(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder)) {
      cluster.stop(AWAY);
      cluster.purgeLog();
      TestCluster.propose(cluster.get("n1"), TestCluster.link("after"));
      cluster.start(AWAY);
      assertCaughtUp(cluster, Set.of("before", "after"));
      assertThat(DataFolderTest.marker(cluster.data(AWAY)).checkpoint()).isPositive();
    }
  }

  @Test
  void start_behindPurgedLogOfBusyCluster_installsCopyAndGoesOn(@TempDir Path folder)
      throws Exception {
    try (TestCluster cluster = started(folder)) {
      cluster.stop(AWAY);
      cluster.purgeLog();
      try (Writer writer = new Writer(cluster.get("n1"))) {
        cluster.start(AWAY);
        await()
            .atMost(TestCluster.PATIENCE)
            .until(() -> TestCluster.links(cluster.get(AWAY)).contains("before"));
        assertCaughtUp(cluster, writer.stop());
      }
    }
  }

  @Test
  void start_withoutRows_idleCluster_fetchesCopyFirst(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder)) {
      cluster.purgeLog();
      cluster.awaitApplied(cluster.get(cluster.leader()).status().committedIndex());
      cluster.get(AWAY).snapshot().get(60, TimeUnit.SECONDS);
      assertThat(cluster.get(AWAY).status().logStartIndex()).isPositive();
      cluster.stop(AWAY);
      DurableFiles.delete(cluster.data(AWAY).resolve("store"));
      Replica back = cluster.start(AWAY);
      assertThat(TestCluster.links(back)).contains("before");
      assertCaughtUp(cluster, Set.of("before"));
    }
  }

  @Test
  void start_withoutRows_busyCluster_fetchesCopyBeyondItsLog(@TempDir Path folder)
      throws Exception {
    try (TestCluster cluster = started(folder)) {
      cluster.purgeLog();
      cluster.awaitApplied(cluster.get(cluster.leader()).status().committedIndex());
      cluster.get(AWAY).snapshot().get(60, TimeUnit.SECONDS);
      cluster.stop(AWAY);
      DurableFiles.delete(cluster.data(AWAY).resolve("store"));
      try (Writer writer = new Writer(cluster.get("n1"))) {
        writer.awaitWritten(20); // so the others' rows are beyond the end of its log
        cluster.start(AWAY);
        assertCaughtUp(cluster, writer.stop());
      }
    }
  }

  @Test
  void start_withoutRowsButWholeLog_replays(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      TestCluster.propose(cluster.get("n1"), TestCluster.link("alone"));
      cluster.stop("n1");
      DurableFiles.delete(cluster.data("n1").resolve("store"));
      cluster.start("n1");
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> TestCluster.links(cluster.get("n1")).contains("alone"));
    }
  }

  @Test
  void start_firstTimeLongAfterTheOthers_joins(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 3).with(TestCluster::purging)) {
      cluster.start("n1");
      cluster.start("n2");
      TestCluster.propose(cluster.get("n1"), TestCluster.link("before"));
      cluster.purgeLog();
      cluster.start(AWAY);
      assertCaughtUp(cluster, Set.of("before"));
    }
  }

  @Test
  void start_oldLeaderWhoseLogEndsWhereTheOthersBegins_catchesUp(@TempDir Path folder)
      throws Exception {
    try (TestCluster cluster = started(folder)) {
      String old = cluster.leader();
      cluster.die(old);
      long end = LogEnd.of(cluster.data(old));
      // A new leader begins a segment, so purging all before it leaves a log that begins there.
      for (int i = 0; i < 12; i++) {
        TestCluster.propose(cluster.get(cluster.leader()), TestCluster.link("new" + i));
      }
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                for (Replica replica : cluster.running().values()) {
                  replica.snapshot().get(60, TimeUnit.SECONDS);
                  assertThat(replica.status().logStartIndex()).isEqualTo(end + 1);
                }
              });
      cluster.start(old);
      assertCaughtUp(cluster, Set.of("before", "new11"));
    }
  }

  @Test
  void start_emptiedFolder_isRefused(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder)) {
      cluster.stop(AWAY);
      DurableFiles.delete(cluster.data(AWAY));
      assertThatThrownBy(() -> cluster.start(AWAY))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("data folder of n3");
      assertThatThrownBy(() -> cluster.start(AWAY)).isInstanceOf(IOException.class);
      assertThat(TestCluster.propose(cluster.get("n1"), TestCluster.link("on")).hasLink()).isTrue();
    }
  }

  @Test
  void start_emptiedFolderBeforeTheOthersAreUp_votesForNobodyAndIsRefused(@TempDir Path folder)
      throws Exception {
    try (TestCluster cluster = started(folder)) {
      cluster.stopAll();
      DurableFiles.delete(cluster.data(AWAY));
      cluster.start(AWAY); // nobody there to ask
      cluster.start("n1");
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.failures().getOrDefault(AWAY, "").contains("folder of n3"));
      assertThat(cluster.get("n1").status().role()).isNotEqualTo(ReplicaStatus.Role.LEADER);
      assertThat(DataFolderTest.marker(cluster.data(AWAY)).state())
          .isEqualTo(FolderMarker.State.NEW);
      cluster.stop(AWAY);
      cluster.start("n2");
      cluster.leader();
    }
  }

  @Test
  void start_lostLog_isRefused(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder)) {
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> DataFolderTest.marker(cluster.data(AWAY)).state() == FolderMarker.State.JOINED);
      cluster.stop(AWAY);
      DurableFiles.delete(cluster.data(AWAY).resolve("raft"));
      assertThatThrownBy(() -> cluster.start(AWAY))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is gone")
          .hasMessageContaining("data folder of n3");
    }
  }

  // The engine lets go of the log at once, and has the copy put in place a little later.
  @Test
  void start_killedWhileACopyWasInstalled_fetchesItAgain(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder)) {
      cluster.stop(AWAY);
      long written =
          TestCluster.propose(cluster.get("n1"), TestCluster.link("after")).getRevision();
      cluster.purgeLog();
      deleteLog(cluster.data(AWAY));
      DataFolderTest.marker(cluster.data(AWAY))
          .withState(FolderMarker.State.JOINED)
          .withCheckpoint(written)
          .write(cluster.data(AWAY));
      cluster.start(AWAY);
      assertCaughtUp(cluster, Set.of("before", "after"));
    }
  }

  // Nobody may ever install it: leadership went to a member that has the log from earlier on.
  @Test
  void underWay_copyThatNobodyInstalls_isForAMinute(@TempDir Path folder) throws Exception {
    AtomicLong nanos = new AtomicLong();
    try (TestCluster cluster = started(folder)) {
      cluster.stop(AWAY);
      try (DataFolder data = DataFolder.open(cluster.data(AWAY), TestCluster.NAME, AWAY);
          Peers peers = new Peers(AWAY, cluster.members());
          CatchUp catchUp = catchUp(data, peers, nanos::get)) {
        assertThat(catchUp.isUnderWay()).isFalse();
        var at = catchUp.fetchFrom("n1", 0).get(60, TimeUnit.SECONDS);
        assertThat(at.index()).isPositive();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(catchUp.isUnderWay()).isTrue();
        nanos.addAndGet(1);
        assertThat(catchUp.isUnderWay()).isFalse();
      }
    }
  }

  private static CatchUp catchUp(DataFolder data, Peers peers, LongSupplier nanos)
      throws IOException {
    KnownMembers known = KnownMembers.open(data.path());
    return new CatchUp(data, peers, new Admission(data, known, peers::isMember), nanos);
  }

  // What the log then says about the entries before was never committed.
  @Test
  void rowsAtStart_copyOfAnotherTermThanTheLog_dropsTheLog(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 1).startAll()) {
      for (int i = 0; i < 5; i++) {
        TestCluster.propose(cluster.get("n1"), TestCluster.link("own" + i));
      }
      cluster.stop("n1");
      try (DataFolder data = DataFolder.open(cluster.data("n1"), TestCluster.NAME, "n1");
          Peers peers = new Peers("n1", cluster.members());
          CatchUp catchUp = catchUp(data, peers, System::nanoTime)) {
        RaftLogFiles log = RaftLogFiles.scan(data.log());
        long at = log.last() - 2;
        long term = log.term(at).orElseThrow();

        assertThat(isLogKept(data, catchUp, at, term)).isTrue();
        assertThat(isLogKept(data, catchUp, at, term + 1)).isFalse();
        assertThat(RaftLogFiles.scan(data.log()).hasVote()).isTrue();
      }
    }
  }

  private static boolean isLogKept(DataFolder data, CatchUp catchUp, long index, long term)
      throws IOException {
    StoreOptions options = new StoreOptions(8L << 20, 1L << 20);
    DurableFiles.delete(data.store());
    try (BindingStore copy = BindingStore.open(data.candidate(), options)) {
      copy.apply(term, index, TestCluster.link("theirs").toBuilder().setLevel(1).build());
      copy.flush();
    }
    data.mark(marker -> marker.withCheckpoint(index));
    try (BindingStore rows = RowsAtStart.open(data, options, catchUp).store()) {
      assertThat(rows.applied().index()).isEqualTo(index);
    }
    return !RaftLogFiles.scan(data.log()).isEmpty();
  }

  @Test
  void start_withEmptiedLogBeforeItJoined_catchesUp(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = started(folder)) {
      TestCluster.propose(cluster.get("n1"), TestCluster.link("after"));
      String leader = cluster.leader();
      String away = cluster.follower();
      cluster.awaitApplied(cluster.get(leader).status().committedIndex());
      cluster.stop(away);
      // As if it had never applied anything, so it is let in; but the leader remembers how far it
      // was.
      DurableFiles.delete(cluster.data(away).resolve("store"));
      deleteLog(cluster.data(away));
      DataFolderTest.marker(cluster.data(away))
          .withState(FolderMarker.State.ADMITTED)
          .write(cluster.data(away));
      cluster.start(away);
      assertCaughtUp(cluster, Set.of("before", "after"));
    }
  }

  private static void deleteLog(Path data) throws IOException {
    try (var files = Files.walk(data.resolve("raft"))) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().startsWith("log_")).toList()) {
        Files.delete(file);
      }
    }
  }

  private static TestCluster started(Path folder) throws Exception {
    TestCluster cluster = new TestCluster(folder, 3).with(TestCluster::purging).startAll();
    long written = TestCluster.propose(cluster.get("n1"), TestCluster.link("before")).getRevision();
    cluster.awaitApplied(written);
    return cluster;
  }

  private static void assertCaughtUp(TestCluster cluster, Set<String> links) {
    await()
        .atMost(TestCluster.PATIENCE)
        .untilAsserted(
            () ->
                cluster
                    .running()
                    .forEach(
                        (node, replica) ->
                            assertThat(TestCluster.links(replica)).as(node).containsAll(links)));
    long committed = cluster.get(cluster.leader()).status().committedIndex();
    cluster.awaitApplied(committed);
    assertThat(cluster.failures()).isEmpty();
  }

  /** Puts links, one after the other, until it is stopped. */
  private static final class Writer implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final Set<String> written = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> done;

    Writer(Replica replica) {
      done =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; !over.get(); i++) {
                  try {
                    TestCluster.propose(replica, TestCluster.link("link" + i));
                    written.add("link" + i);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }
              });
    }

    void awaitWritten(int count) {
      await().atMost(TestCluster.PATIENCE).until(() -> written.size() >= count);
    }

    Set<String> stop() throws Exception {
      over.set(true);
      done.get(60, TimeUnit.SECONDS);
      return new HashSet<>(written);
    }

    @Override
    public void close() {
      over.set(true);
    }
  }

  /** Where the log of a stopped node ends. */
  private static final class LogEnd {
    static long of(Path data) throws IOException {
      try (var groups = Files.list(data.resolve("raft"))) {
        Path group = groups.filter(Files::isDirectory).findFirst().orElseThrow();
        return RaftLogFiles.scan(group.resolve("current")).last();
      }
    }
  }
}
