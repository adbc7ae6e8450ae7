package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.model.HostPort;
import bindery.store.BindingStore;
import bindery.store.StoreException;
import bindery.store.StoreOptions;
import bindery.store.StoreView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A majority lost for good, and a new cluster of the folder that is left. */
class RecoveryTest {
  private static final Set<String> OTHERS = Set.of("n2", "n3");

  private static Recovery.Target target(Path data) {
    return new Recovery.Target(data, Optional.empty(), "m1");
  }

  /** A stopped cluster of three, all of which hold the link "before" and "after" a flush. */
  private static TestCluster lost(Path folder) throws Exception {
    TestCluster cluster = new TestCluster(folder, 3).startAll();
    cluster.lead("n2"); // so that terms have gone by
    TestCluster.propose(cluster.get("n1"), TestCluster.link("before"));
    cluster.get("n1").snapshot().get(60, TimeUnit.SECONDS);
    long last = TestCluster.propose(cluster.get("n1"), TestCluster.link("after")).getRevision();
    cluster.awaitApplied(last);
    return cluster;
  }

  /** What is in a folder: of each file its size and when it was changed. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.toList()) {
        all.put(
            folder.relativize(path).toString(),
            Files.size(path) + " " + Files.getLastModifiedTime(path));
      }
    }
    return all;
  }

  private static String identity(Replica replica) {
    try (StoreView view = replica.store().view()) {
      return view.clusterDuid().orElseThrow().octets().hex() + " " + view.incarnation().hex();
    }
  }

  @Test
  void recover_survivorThatWasKilled_holdsWhatItsLogHeldToo(@TempDir Path folder) throws Exception {
    Path killed = folder.resolve("killed");
    String before;
    try (TestCluster cluster = lost(folder.resolve("old"))) {
      before = identity(cluster.get("n1"));
      copy(
          cluster.data("n1"),
          killed); // what a machine leaves that dies: nothing flushed at its end
      assertThat(BindingStore.peek(killed.resolve("store")).index())
          .as("the rows on disk")
          .isLessThan(cluster.get("n1").store().applied().index());
    }
    Map<String, String> found = contents(killed);

    try (TestCluster cluster = new TestCluster(folder.resolve("new"), 1)) {
      Recovery.Recovered made =
          Recovery.recover(
              killed, OTHERS, new Recovery.Target(cluster.data("n1"), Optional.of("other"), "n1"));
      assertThat(contents(killed)).isEqualTo(found);
      assertThat(made.warnings()).isEmpty();
      assertThat(made.fromLog()).isPositive();
      assertThat(made.report().revision()).isEqualTo(made.flushedIndex() + made.fromLog());
      assertThat(before).isEqualTo(made.duid() + " " + made.incarnationBefore());

      cluster.with(options -> named(options, "other")).start("n1");
      assertThat(TestCluster.links(cluster.get("n1"))).contains("before", "after");
      assertThat(identity(cluster.get("n1"))).isEqualTo(made.duid() + " " + made.incarnation());
      assertThat(made.incarnation()).isNotEqualTo(made.incarnationBefore());
      long first = TestCluster.propose(cluster.get("n1"), TestCluster.link("new")).getRevision();
      assertThat(first).isGreaterThan(made.report().revision());
      assertThat(cluster.failures()).isEmpty();
    }
  }

  private static ReplicaOptions named(ReplicaOptions options, String cluster) {
    return new ReplicaOptions(
        cluster,
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
        options.store(),
        options.initialSettings());
  }

  // Of a node that runs: files may go while they are copied, and then it is begun again.
  private static void copy(Path from, Path to) {
    await()
        .atMost(TestCluster.PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              DurableFiles.delete(to);
              try (Stream<Path> walk = Files.walk(from)) {
                for (Path path : walk.toList()) {
                  Files.copy(path, to.resolve(from.relativize(path).toString()));
                }
              }
              return true;
            });
  }

  @Test
  void recover_logWithABrokenEnd_takesWhatStandsBeforeIt(@TempDir Path folder) throws Exception {
    Path killed = folder.resolve("killed");
    try (TestCluster cluster = lost(folder.resolve("old"))) {
      copy(cluster.data("n1"), killed);
    }
    try (Stream<Path> walk = Files.walk(killed.resolve("raft"))) {
      Path open =
          walk.filter(path -> path.getFileName().toString().startsWith("log_inprogress"))
              .findFirst()
              .orElseThrow();
      damageLastEntry(open);
    }
    Recovery.Recovered made = Recovery.recover(killed, OTHERS, target(folder.resolve("made")));
    assertThat(made.warnings()).singleElement().asString().contains("the log is damaged");
    try (BindingStore rows =
            BindingStore.open(folder.resolve("made").resolve("store"), StoreOptions.DEFAULT);
        StoreView view = rows.view()) {
      assertThat(view.topology().links()).extracting(link -> link.getName()).contains("before");
    }
  }

  // Behind the last entry the file holds zeros alone, as it was laid out in advance.
  private static void damageLastEntry(Path segment) throws IOException {
    byte[] octets = Files.readAllBytes(segment);
    int last = octets.length - 1;
    while (octets[last] == 0) {
      last--;
    }
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(last - 6);
      file.write(octets[last - 6] ^ 0x10);
    }
  }

  @Test
  void recover_nodeStillRuns_isRefused(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = lost(folder.resolve("old"))) {
      cluster.stop("n2");
      cluster.stop("n3");
      assertRefused(cluster.data("n1"), OTHERS, folder, "is in use by process");
    }
  }

  @Test
  void recover_memberStillAnswers_isRefusedByName(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = lost(folder.resolve("old"))) {
      cluster.stop("n1");
      cluster.stop("n3");
      assertRefused(
          cluster.data("n1"), OTHERS, folder, "n2 is named lost, but somebody answers at");
      cluster.stop("n2");
      int port = HostPort.parse(cluster.members().get(2).address()).port();
      try (ServerSocket third = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(third.isBound()).isTrue();
        assertRefused(
            cluster.data("n1"), OTHERS, folder, "n3 is named lost, but somebody answers at");
      }
    }
  }

  @Test
  void recover_lostThatAreNoMajorityOrNoMembers_isRefused(@TempDir Path folder) throws Exception {
    Path data;
    try (TestCluster cluster = lost(folder.resolve("old"))) {
      data = cluster.data("n1");
    }
    assertRefused(data, Set.of("n2"), folder, "can still elect a leader");
    assertRefused(data, Set.of(), folder, "bindery member replace");
    assertRefused(data, Set.of("n2", "n9"), folder, "n9 is named lost and was no member");
    assertRefused(data, Set.of("n1", "n2"), folder, "n1 is named lost, but its data folder");
    assertThatThrownBy(
            () ->
                Recovery.recover(
                    data,
                    OTHERS,
                    new Recovery.Target(folder.resolve("made"), Optional.empty(), "n2")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("n2 was a member's name");
  }

  @Test
  void recover_targetWithAnythingInIt_isRefused(@TempDir Path folder) throws Exception {
    Path made = Files.createDirectory(folder.resolve("made"));
    Files.writeString(made.resolve("member"), "mine");
    assertThatThrownBy(() -> Recovery.recover(folder.resolve("none"), OTHERS, target(made)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty");
    assertThat(made.resolve("member")).hasContent("mine");
    assertRefused(folder.resolve("none"), OTHERS, folder.resolve("x"), "is no folder");
    assertRefused(made, OTHERS, folder.resolve("x"), "corrupt");
  }

  @Test
  void recover_damagedRows_leavesNothing(@TempDir Path folder) throws Exception {
    Path data;
    try (TestCluster cluster = lost(folder.resolve("old"))) {
      data = cluster.data("n1");
    }
    try (Stream<Path> walk = Files.walk(data.resolve("store"))) {
      for (Path file : walk.filter(path -> path.toString().endsWith(".sst")).toList()) {
        byte[] octets = Files.readAllBytes(file);
        java.util.Arrays.fill(octets, 0, Math.min(octets.length, 200), (byte) 0x5a);
        Files.write(file, octets);
      }
    }
    assertThatThrownBy(() -> Recovery.recover(data, OTHERS, target(folder.resolve("made"))))
        .isInstanceOf(StoreException.class);
    assertThat(folder.resolve("made")).isEmptyDirectory();
  }

  private static void assertRefused(Path data, Set<String> lost, Path folder, String why) {
    Path made = folder.resolve("made");
    assertThatThrownBy(() -> Recovery.recover(data, lost, target(made)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
    assertThat(made).doesNotExist();
  }
}
