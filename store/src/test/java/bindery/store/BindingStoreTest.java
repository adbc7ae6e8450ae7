package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.log.v1.Barrier;
import bindery.log.v1.Command;
import bindery.log.v1.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BindingStoreTest {
  private static final StoreOptions SMALL = new StoreOptions(8L << 20, 1L << 20);

  private final Path temp;

  BindingStoreTest(@TempDir Path temp) {
    this.temp = temp;
  }

  private static Command barrier(long proposedAtMillis) {
    return Command.newBuilder()
        .setProposedAtMillis(proposedAtMillis)
        .setBarrier(Barrier.getDefaultInstance())
        .build();
  }

  private BindingStore open(String name) {
    return BindingStore.open(temp.resolve(name), SMALL);
  }

  @Test
  void open_emptyFolder_hasAppliedNothing() {
    try (BindingStore store = open("a");
        StoreView view = store.view()) {
      assertThat(store.applied()).isEqualTo(AppliedIndex.NONE);
      assertThat(store.flushed()).isEqualTo(AppliedIndex.NONE);
      assertThat(view.revision()).isEqualTo(-1);
      assertThat(view.clusterTimeMillis()).isZero();
      assertThat(view.level()).isZero();
      assertThat(view.cluster()).isEmpty();
      assertThat(view.clusterDuid()).isEmpty();
      assertThat(view.incarnation().isEmpty()).isTrue();
      assertThat(view.sources()).isEmpty();
      assertThat(view.standing()).isEqualTo(Standing.NEVER_FED);
      assertThat(view.hasCarriedRelayIds()).isFalse();
      assertThat(view.hasCarriedRemoteIds()).isFalse();
    }
    assertThat(BindingStore.peek(temp.resolve("a"))).isEqualTo(AppliedIndex.NONE);
    assertThat(BindingStore.peek(temp.resolve("nowhere"))).isEqualTo(AppliedIndex.NONE);
  }

  @Test
  void apply_barriers_moveRevisionAndNeverTurnClusterTimeBack() {
    try (BindingStore store = open("a")) {
      Result first = store.apply(1, 0, barrier(5_000));
      Result second = store.apply(2, 7, barrier(4_000));
      assertThat(first.getRevision()).isZero();
      assertThat(second.getRevision()).isEqualTo(7);
      assertThat(second.getClusterTimeMillis()).isEqualTo(5_000);
      assertThat(store.applied()).isEqualTo(new AppliedIndex(2, 7));
      try (StoreView view = store.view()) {
        store.apply(2, 8, barrier(9_000));
        assertThat(view.revision()).isEqualTo(7);
        assertThat(view.clusterTimeMillis()).isEqualTo(5_000);
      }
      assertThatIllegalArgumentException().isThrownBy(() -> store.apply(2, 8, barrier(1)));
      assertThatIllegalArgumentException().isThrownBy(() -> store.passed(2, 8));
    }
  }

  @Test
  void apply_levelAboveTheSupported_isRefusedWithoutHarm() {
    try (BindingStore store = open("a")) {
      Command newer = barrier(1).toBuilder().setLevel(BindingStore.LEVEL_SUPPORTED + 1).build();
      assertThatThrownBy(() -> store.apply(1, 0, newer))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("level " + (BindingStore.LEVEL_SUPPORTED + 1));
      assertThat(store.applied()).isEqualTo(AppliedIndex.NONE);
    }
  }

  @Test
  void close_thenOpen_keepsAppliedAndPassed() {
    try (BindingStore store = open("a")) {
      store.apply(1, 3, barrier(5_000));
      store.passed(2, 4);
      assertThat(store.applied()).isEqualTo(new AppliedIndex(2, 4));
      assertThat(store.flushed()).isEqualTo(AppliedIndex.NONE);
    }
    assertThat(BindingStore.peek(temp.resolve("a"))).isEqualTo(new AppliedIndex(2, 4));
    try (BindingStore store = open("a");
        StoreView view = store.view()) {
      assertThat(store.applied()).isEqualTo(new AppliedIndex(2, 4));
      assertThat(store.flushed()).isEqualTo(new AppliedIndex(2, 4));
      assertThat(view.revision()).isEqualTo(4);
      assertThat(view.clusterTimeMillis()).isEqualTo(5_000);
    }
  }

  @Test
  void open_twice_namesTheOtherProcess() {
    try (BindingStore store = open("a")) {
      assertThat(store.applied()).isEqualTo(AppliedIndex.NONE);
      assertThatThrownBy(() -> open("a"))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is open already");
    }
  }

  // What a crash leaves is what was flushed: a child process is halted with rows in memory alone.
  @Test
  void crash_withoutFlush_reopensAtTheFlushedState() throws Exception {
    Path folder = temp.resolve("a");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CrashChild.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("child.log").toFile())
            .start();
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue())
        .as(Files.readString(temp.resolve("child.log")))
        .isEqualTo(CrashChild.EXIT);
    assertThat(BindingStore.peek(folder)).isEqualTo(new AppliedIndex(1, 10));
    try (BindingStore store = BindingStore.open(folder, SMALL)) {
      assertThat(store.applied()).isEqualTo(new AppliedIndex(1, 10));
      store.apply(1, 11, barrier(5_011));
      try (StoreView view = store.view()) {
        assertThat(view.clusterTimeMillis()).isEqualTo(5_011);
      }
    }
  }

  @Test
  void checkpoint_ofALiveStore_isAStoreOfItsOwn() {
    Path copy = temp.resolve("copy");
    try (BindingStore store = open("a")) {
      store.apply(1, 5, barrier(5_000));
      assertThat(store.checkpoint(copy)).isEqualTo(new AppliedIndex(1, 5));
      store.apply(1, 6, barrier(6_000));
      assertThatThrownBy(() -> store.checkpoint(copy)).isInstanceOf(StoreException.class);
    }
    assertThat(BindingStore.peek(copy)).isEqualTo(new AppliedIndex(1, 5));
    try (BindingStore store = BindingStore.open(copy, SMALL)) {
      assertThat(store.applied()).isEqualTo(new AppliedIndex(1, 5));
    }
  }

  @Test
  void install_newerCheckpoint_replacesTheRowsWhileOldViewsGoOn() throws IOException {
    Path copy = temp.resolve("copy");
    try (BindingStore ahead = open("ahead")) {
      ahead.apply(3, 50, barrier(50_000));
      ahead.checkpoint(copy);
    }
    try (BindingStore store = open("behind")) {
      store.apply(1, 5, barrier(5_000));
      StoreView old = store.view();
      store.install(copy);
      assertThat(store.applied()).isEqualTo(new AppliedIndex(3, 50));
      assertThat(store.flushed()).isEqualTo(new AppliedIndex(3, 50));
      assertThat(copy).doesNotExist();
      assertThat(old.revision()).isEqualTo(5);
      assertThat(old.sources()).isEmpty();
      assertThat(generations("behind")).isEqualTo(2);
      old.close();
      old.close();
      assertThat(generations("behind")).isEqualTo(1);
      assertThatIllegalStateException().isThrownBy(old::sources);
      try (StoreView view = store.view()) {
        assertThat(view.revision()).isEqualTo(50);
        assertThat(view.clusterTimeMillis()).isEqualTo(50_000);
      }
      store.apply(3, 51, barrier(51_000));
    }
    assertThat(BindingStore.peek(temp.resolve("behind"))).isEqualTo(new AppliedIndex(3, 51));
  }

  private long generations(String name) throws IOException {
    try (Stream<Path> entries = Files.list(temp.resolve(name))) {
      return entries.filter(entry -> entry.getFileName().toString().startsWith("rows-")).count();
    }
  }

  @Test
  void install_olderOrBrokenCheckpoint_keepsTheOldGeneration() throws IOException {
    Path copy = temp.resolve("copy");
    Path broken = temp.resolve("broken");
    try (BindingStore other = open("other")) {
      other.apply(1, 3, barrier(3_000));
      other.checkpoint(copy);
      other.apply(1, 100, barrier(100_000));
      other.checkpoint(broken);
    }
    truncateTables(broken);
    try (BindingStore store = open("a")) {
      store.apply(1, 5, barrier(5_000));
      assertThatThrownBy(() -> store.install(copy))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("before the applied 5");
      assertThatThrownBy(() -> store.install(broken)).isInstanceOf(StoreException.class);
      assertThatThrownBy(() -> store.install(temp.resolve("nowhere")))
          .isInstanceOf(StoreException.class);
      store.apply(1, 6, barrier(6_000));
      assertThat(store.applied().index()).isEqualTo(6);
    }
    assertThat(BindingStore.peek(copy)).isEqualTo(new AppliedIndex(1, 3));
  }

  private static void truncateTables(Path store) throws IOException {
    try (Stream<Path> files = Files.walk(store)) {
      for (Path table : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
        // The checkpoint's tables are hard links: replaced, not written into.
        Files.delete(table);
        Files.write(table, new byte[100]);
      }
    }
  }

  // A crash between the move of the new generation and the change of the pointer.
  @Test
  void open_withALeftOverGeneration_deletesItAndKeepsTheCurrentOne() throws IOException {
    try (BindingStore store = open("a")) {
      store.apply(1, 5, barrier(5_000));
    }
    Path leftOver = temp.resolve("a").resolve("rows-0000000002");
    Files.createDirectory(leftOver);
    Files.writeString(leftOver.resolve("CURRENT"), "MANIFEST-000001\n");
    try (BindingStore store = open("a")) {
      assertThat(store.applied().index()).isEqualTo(5);
      assertThat(leftOver).doesNotExist();
    }
  }

  @Test
  void peek_ofACopyThatWasBrokenOff_saysSo() throws IOException {
    Files.createDirectories(temp.resolve("copy").resolve("rows-0000000001"));
    assertThatThrownBy(() -> BindingStore.peek(temp.resolve("copy")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("broken off");
  }

  @Test
  void close_withAnOpenView_letsItReadOnUntilItCloses() {
    BindingStore store = open("a");
    store.apply(1, 5, barrier(5_000));
    StoreView view = store.view();
    BindingCursor cursor = view.scan(new Selector.ByClient(Samples.CLIENT, List.of()), false, 0);
    Thread closing = new Thread(store::close);
    closing.start();
    await().untilAsserted(() -> assertThatIllegalStateException().isThrownBy(store::view));
    assertThat(view.sources()).isEmpty();
    view.close();
    assertThat(cursor.next()).isFalse();
    cursor.close();
    await().until(() -> !closing.isAlive());
    store.close();
    assertThatIllegalStateException().isThrownBy(() -> store.apply(1, 6, barrier(1)));
    assertThatIllegalStateException().isThrownBy(store::flush);
  }

  // The engine cannot write: every further write fails, until the node has started again.
  @Test
  void flush_filesGone_failsForGood() {
    BindingStore store = open("a");
    store.apply(1, 5, barrier(5_000));
    StoreFolder.delete(temp.resolve("a").resolve("rows-0000000001"));
    assertThatThrownBy(store::flush)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot flush");
    assertThat(store.flushed()).isEqualTo(AppliedIndex.NONE);
    assertThatThrownBy(() -> store.apply(1, 6, barrier(6_000)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("has failed before");
    assertThat(store.applied().index()).isEqualTo(5);
    store.close();
  }

  @Test
  void open_levelAboveTheSupported_namesIt() {
    open("a").close();
    try (RowsFixture rows = new RowsFixture(temp.resolve("a").resolve("rows-0000000001"))) {
      rows.write(batch -> batch.put(Family.META, MetaKey.LEVEL.octets(), MetaRow.number(99)));
      rows.flush();
    }
    assertThatThrownBy(() -> open("a"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("level 99");
  }

  @Test
  void sizeBytes_afterAFlush_isThatOfTheFiles() {
    try (BindingStore store = open("a")) {
      store.apply(1, 5, barrier(5_000));
      assertThat(store.flush()).isEqualTo(new AppliedIndex(1, 5));
      assertThat(store.flushed()).isEqualTo(new AppliedIndex(1, 5));
      assertThat(store.sizeBytes()).isPositive();
    }
  }

  @Test
  void folder_isReadableByItsOwnerAlone() throws IOException {
    try (BindingStore store = open("a")) {
      store.checkpoint(temp.resolve("copy"));
    }
    for (String name : new String[] {"a", "copy"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve(name))))
          .isEqualTo("rwx------");
    }
  }
}
