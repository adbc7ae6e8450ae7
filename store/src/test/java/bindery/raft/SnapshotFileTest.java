package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.raft.MemberChange.Add;
import bindery.store.StoreVerifier;
import bindery.store.StoreView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store in a file, and a new cluster of it. */
class SnapshotFileTest {
  private static Path save(TestCluster cluster, String node, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      cluster.get(node).writeSnapshot(at -> {}, out);
    }
    return file;
  }

  // Of a cluster of one, which is over.
  private static Path savedAlone(Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("old"), 1).startAll()) {
      TestCluster.propose(cluster.get("n1"), TestCluster.link("before"));
      return save(cluster, "n1", folder.resolve("saved"));
    }
  }

  @Test
  void restore_ofAFollowersSnapshot_isANewClusterThatGrows(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("saved");
    long saved;
    String incarnation;
    try (TestCluster cluster = new TestCluster(folder.resolve("old"), 3).startAll()) {
      cluster.lead("n2"); // so that terms have gone by
      cluster.lead("n3");
      saved = TestCluster.propose(cluster.get("n1"), TestCluster.link("before")).getRevision();
      cluster.awaitApplied(saved);
      save(cluster, cluster.follower(), file);
      TestCluster.propose(cluster.get("n1"), TestCluster.link("after"));
      incarnation = incarnation(cluster.get("n1"));
    }

    try (TestCluster cluster = new TestCluster(folder.resolve("new"), 1)) {
      StoreVerifier.Report report =
          SnapshotRestore.restore(file, cluster.data("n1"), Optional.empty(), "n1").report();
      assertThat(report.revision()).isGreaterThanOrEqualTo(saved);
      cluster.start("n1");
      assertThat(TestCluster.links(cluster.get("n1"))).contains("before").doesNotContain("after");
      assertThat(incarnation(cluster.get("n1"))).isNotEqualTo(incarnation);
      long first = TestCluster.propose(cluster.get("n1"), TestCluster.link("new")).getRevision();
      assertThat(first).isGreaterThan(saved);

      Member newcomer = cluster.newcomer("n2");
      cluster.start("n2");
      cluster.get("n1").change(new Add("n2", newcomer.address())).get(60, TimeUnit.SECONDS);
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> TestCluster.links(cluster.get("n2")).contains("new"));
      // It comes back by its own log, too.
      cluster.stop("n1");
      cluster.start("n1");
      TestCluster.propose(cluster.get("n1"), TestCluster.link("last"));
      assertThat(TestCluster.links(cluster.get("n1"))).contains("before", "new", "last");
      assertThat(cluster.failures()).isEmpty();
    }
  }

  // Empty members beside it would elect each other, and begin a history of their own.
  @Test
  void start_restoredAmongMembers_isRefused(@TempDir Path folder) throws Exception {
    Path file = savedAlone(folder);
    try (TestCluster cluster = new TestCluster(folder.resolve("new"), 3)) {
      var unused =
          SnapshotRestore.restore(file, cluster.data("n1"), Optional.of(TestCluster.NAME), "n1");
      assertThatThrownBy(() -> cluster.start("n1"))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("only member", "given: 3 members", "bindery member add");
    }
  }

  @Test
  void unpack_cutShortByAnOctetOrWithSomeMore_isRefused(@TempDir Path folder) throws Exception {
    Path file = savedAlone(folder);
    byte[] whole = Files.readAllBytes(file);
    for (int size : new int[] {whole.length - 1, whole.length - 100, whole.length / 2, 100, 0}) {
      Files.write(file, Arrays.copyOf(whole, size));
      assertThatThrownBy(() -> SnapshotRestore.verifySnapshot(file))
          .as("%d of %d", size, whole.length)
          .hasMessageContainingAll(file.toString(), "take another one");
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 2));
    assertThatThrownBy(() -> SnapshotRestore.verifySnapshot(file))
        .hasMessageContaining("take another one");
  }

  @Test
  void verify_besideAFolderOfAnyName_touchesNothing(@TempDir Path folder) throws Exception {
    var unused = savedAlone(folder);
    Path others = Files.createDirectory(folder.resolve("saved.unpacked"));
    Files.writeString(others.resolve("notes"), "mine");
    // As an operator names it: not from the root, and not the shortest way.
    Path named = folder.resolve("old").resolve("..").resolve("saved");
    assertThat(SnapshotRestore.verifySnapshot(named).faults()).isEmpty();
    assertThat(others.resolve("notes")).hasContent("mine");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("old", "saved", "saved.unpacked");
    }
    Path target = folder.resolve(".").resolve("new");
    assertThat(SnapshotRestore.restore(named, target, Optional.empty(), "n1").report().faults())
        .isEmpty();
  }

  // Whoever verifies may be another user than the node's: a file of theirs would be in its way.
  @Test
  void verifyFolder_isOnlyRead_andNotWhileItsNodeRuns(@TempDir Path folder) throws Exception {
    Path data;
    try (TestCluster cluster = new TestCluster(folder.resolve("old"), 1).startAll()) {
      TestCluster.propose(cluster.get("n1"), TestCluster.link("before"));
      data = cluster.data("n1");
      assertThatThrownBy(() -> SnapshotRestore.verifyFolder(data))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by process");
    }
    List<String> before = listing(folder);
    assertThat(SnapshotRestore.verifyFolder(data).faults()).isEmpty();
    assertThat(listing(folder)).isEqualTo(before);
    assertThatThrownBy(() -> SnapshotRestore.verifyFolder(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no file \"member\"");
  }

  private static List<String> listing(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(path -> path + " " + path.toFile().lastModified() + " " + path.toFile().length())
          .sorted()
          .toList();
    }
  }

  private static String incarnation(Replica replica) {
    try (StoreView view = replica.store().view()) {
      return view.incarnation().hex();
    }
  }

  @Test
  void unpack_anyOctetChangedOrCutOff_isRefused(@TempDir Path folder) throws Exception {
    Path file = savedAlone(folder);
    byte[] sound = Files.readAllBytes(file);
    Path target = folder.resolve("target");
    for (int at = 0; at < sound.length; at += at < sound.length - 200 ? sound.length / 60 : 1) {
      byte[] bad = sound.clone();
      bad[at] ^= 0x10;
      for (byte[] octets : List.of(bad, Arrays.copyOf(sound, at))) {
        Files.write(file, octets);
        assertThatThrownBy(() -> SnapshotFile.unpack(file, target))
            .as("octet %d of %d", at, sound.length)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("seal");
        assertThat(target).doesNotExist();
      }
    }
    Files.write(file, sound);
    assertThat(SnapshotFile.unpack(file, target).cluster()).isEqualTo(TestCluster.NAME);
  }

  @Test
  void restore_folderWithAnythingInIt_touchesNothing(@TempDir Path folder) throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("member"), "mine");

    assertThatThrownBy(
            () -> SnapshotRestore.restore(folder.resolve("none"), data, Optional.of("c"), "n1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty");
    assertThat(data.resolve("member")).hasContent("mine");
  }
}
