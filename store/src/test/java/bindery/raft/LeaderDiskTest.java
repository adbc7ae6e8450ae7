package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.raft.MemberChange.MoveLeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader whose disk stalls, or is full, while the others go on. */
class LeaderDiskTest {
  private static final int FILE_SYSTEM_MEBIBYTES = 96;
  private static final long FREE_MIN = 32L << 20;

  private static ReplicaOptions withFreeMin(ReplicaOptions options) {
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
        options.node().equals("n1") ? FREE_MIN : 0,
        options.store(),
        options.initialSettings());
  }

  private static void awaitAnotherLeads(TestCluster cluster) {
    await()
        .atMost(TestCluster.PATIENCE)
        .until(
            () ->
                cluster.get("n2").status().role() == ReplicaStatus.Role.LEADER
                    || cluster.get("n3").status().role() == ReplicaStatus.Role.LEADER);
  }

  @Test
  void leader_diskStalls_anotherLeadsAndDoesNotGiveItBack(@TempDir Path folder) throws Exception {
    CompletableFuture<Void> stalled = CompletableFuture.completedFuture(null);
    StallingProbe probe = new StallingProbe(stalled);
    try (TestCluster cluster = new TestCluster(folder, 3).probe("n1", data -> probe).startAll()) {
      cluster.lead("n1");
      assertThat(cluster.get("n1").status().disk().fault()).isEmpty();
      CompletableFuture<Void> stall = new CompletableFuture<>();
      probe.stalled = stall;
      awaitAnotherLeads(cluster);
      assertThat(cluster.get("n1").status().disk().fault()).contains("on this node's disk");
      TestCluster.propose(cluster.get("n1"), TestCluster.link("after"));

      // Whoever leads has had the word of n1 that it is not fit; so the third one is the best.
      String second = cluster.leader();
      String third = second.equals("n2") ? "n3" : "n2";
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () ->
                  cluster
                      .get(second)
                      .parts()
                      .members()
                      .heard("n1")
                      .filter(heard -> heard.progress().getUnfitToLead())
                      .isPresent());
      cluster.get(second).change(new MoveLeader("")).get(60, TimeUnit.SECONDS);
      await().atMost(TestCluster.PATIENCE).until(() -> cluster.leader().equals(third));
      assertThat(cluster.failures()).isEmpty();
      stall.complete(null);
    }
  }

  private static final class StallingProbe implements DiskProbe {
    private volatile CompletableFuture<Void> stalled;

    StallingProbe(CompletableFuture<Void> stalled) {
      this.stalled = stalled;
    }

    @Override
    public void force() {
      stalled.join();
    }

    @Override
    public long usableBytes() {
      return Long.MAX_VALUE;
    }
  }

  // On a file system of its own, of which nothing but the test's node has anything.
  @Test
  void leader_fileSystemFillsUp_leavesAndThenEndsByName(@TempDir Path folder) throws Exception {
    try (TestCluster cluster =
        new TestCluster(folder, 3)
            .with(LeaderDiskTest::withFreeMin)
            .probe("n1", FolderProbe::new)) {
      Path data = Files.createDirectories(cluster.data("n1"));
      try (SmallFileSystem disk = SmallFileSystem.mount(data, FILE_SYSTEM_MEBIBYTES)) {
        cluster.startAll();
        cluster.lead("n1");
        TestCluster.propose(cluster.get("n1"), TestCluster.link("before"));

        disk.fillUpTo(FREE_MIN / 2);
        awaitAnotherLeads(cluster);
        assertThat(cluster.get("n1").status().disk().fault())
            .contains("MiB are free", "expected 32.0 MiB");
        assertThat(cluster.failures()).as("it goes on as a follower").isEmpty();

        disk.fillUpTo(0);
        String leader = cluster.leader();
        await()
            .atMost(TestCluster.PATIENCE)
            .untilAsserted(
                () -> {
                  TestCluster.propose(cluster.get(leader), TestCluster.filling(200 << 10));
                  assertThat(cluster.failures()).containsOnlyKeys("n1");
                });
        assertThat(cluster.failures().get("n1"))
            .containsAnyOf("log cannot be written", "cannot", "octets are free");
        long after =
            TestCluster.propose(cluster.get(leader), TestCluster.link("after")).getRevision();
        cluster.stop("n1");
        assertThat(after).isPositive();
        cluster.awaitApplied(after);
      } finally {
        cluster.stopAll();
      }
    }
  }

  /** A file system in memory, of a few mebibytes, mounted over a folder. */
  private record SmallFileSystem(Path folder) implements AutoCloseable {
    static SmallFileSystem mount(Path folder, int mebibytes) throws IOException {
      run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "bindery", folder.toString());
      return new SmallFileSystem(folder);
    }

    private static void run(String... command) throws IOException {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue())
          .as(
              String.join(" ", command)
                  + ": "
                  + output
                  + " (this test mounts a file system of its own: run it as root, or in a"
                  + " container with CAP_SYS_ADMIN)")
          .isZero();
    }

    /** Writes until no more octets are free than that, or none can be written. */
    void fillUpTo(long free) throws IOException {
      byte[] octets = new byte[64 << 10];
      try (var out =
          Files.newOutputStream(
              folder.resolve("filled"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        while (Files.getFileStore(folder).getUsableSpace() > free) {
          out.write(octets);
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
      }
    }

    @Override
    public void close() throws IOException {
      run("umount", "-l", folder.toString());
    }
  }
}
