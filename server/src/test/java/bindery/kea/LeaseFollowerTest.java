package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.v1.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaseFollowerTest {
  private static final long CLTT = 1_788_000_000L;

  private final Path folder;
  private final KeaFiles kea;
  private final Path position;
  private final FakeCluster cluster = new FakeCluster();
  private final List<Run> runs = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();

  LeaseFollowerTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    kea = KeaFiles.create(folder);
    position = folder.resolve("position");
  }

  @AfterEach
  void stop() {
    cluster.release();
    runs.forEach(Run::stop);
    cluster.close();
  }

  private FollowOptions options() {
    return new FollowOptions(
        "kea1",
        "kea-csv",
        kea.base,
        true,
        Duration.ofMillis(20),
        Optional.of(position),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(10));
  }

  private FollowOptions options(Optional<Path> socket, Optional<Path> configuration) {
    FollowOptions usual = options();
    return new FollowOptions(
        usual.source(),
        usual.feeder(),
        usual.file(),
        true,
        usual.interval(),
        usual.position(),
        socket,
        configuration,
        usual.callTimeout());
  }

  /** A follower in a thread of its own. */
  private final class Run {
    private final ServerList servers = new ServerList(List.of(cluster.address()));
    private final ServerList asides = new ServerList(List.of(cluster.address()));
    private final LeaseFollower follower;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Run(FollowOptions options) {
      follower = new LeaseFollower(options, servers, asides, told::add);
      Thread thread =
          new Thread(
              () -> {
                try {
                  follower.run();
                  end.complete(null);
                } catch (Exception e) {
                  end.completeExceptionally(e);
                } finally {
                  servers.close();
                  asides.close();
                }
              },
              "follower");
      thread.setDaemon(true);
      thread.start();
      runs.add(this);
    }

    private Run awaitFollowing() {
      await().atMost(Duration.ofSeconds(20)).until(() -> follower.isFollowing() || end.isDone());
      assertThat(end).isNotDone();
      return this;
    }

    private void stop() {
      follower.stop();
      await().atMost(Duration.ofSeconds(20)).until(end::isDone);
    }

    private Throwable failure() {
      assertThatThrownBy(() -> end.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
      return end.handle((nothing, failure) -> failure).join();
    }
  }

  private Run start() {
    return new Run(options());
  }

  private void awaitHeld(Integer... numbers) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(cluster.held()).containsExactlyInAnyOrder(numbers));
  }

  private SavedPosition saved() throws Exception {
    return new PositionFile(position, options().owner()).load().orElseThrow();
  }

  private void awaitSavedLine(long line) {
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(saved().position().line()).isEqualTo(line));
  }

  @Test
  void run_fileThatGrowsAndIsCleanedUp_isFedThroughout() {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    start().awaitFollowing();
    awaitHeld(1, 2);

    kea.append(KeaFiles.end(1, CLTT), KeaFiles.put(3, CLTT));
    awaitHeld(2, 3);
    kea.rotate();
    kea.append(KeaFiles.put(4, CLTT));
    awaitHeld(2, 3, 4);
    kea.merge();
    kea.append(KeaFiles.end(2, CLTT));
    awaitHeld(3, 4);
    assertThat(cluster.syncs()).isEqualTo(1);
    assertThat(cluster.sourceClockMillis()).isGreaterThan(CLTT);
    assertThat(cluster.items().get(0).hasBeginSync()).isTrue();
  }

  @Test
  void run_againWithItsPosition_goesOnWithoutAResync() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing().stop();
    assertThat(saved().position().line()).isEqualTo(2);
    kea.append(KeaFiles.put(2, CLTT));
    kea.rotate();
    kea.append(KeaFiles.put(3, CLTT));
    start().awaitFollowing();

    awaitHeld(1, 2, 3);
    assertThat(cluster.syncs()).isEqualTo(1);
    assertThat(cluster.exchanges()).isEqualTo(3);
    assertThat(cluster.opens().get(1).getEpoch()).isEqualTo(cluster.opens().get(0).getEpoch());
  }

  @Test
  void run_againAfterTwoCleanUps_resyncsAndLetsGo() {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    start().awaitFollowing().stop();
    kea.cleanUp();
    kea.append(KeaFiles.end(1, CLTT + 5));
    kea.cleanUp(); // nothing tells of 1 any more
    kea.append(KeaFiles.put(3, CLTT));
    start().awaitFollowing();

    awaitHeld(2, 3);
    assertThat(cluster.syncs()).isEqualTo(2);
  }

  @Test
  void run_positionDamaged_resyncs() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing().stop();
    Files.writeString(position, "bindery-position 1\nsou");
    start().awaitFollowing();

    assertThat(cluster.syncs()).isEqualTo(2);
    assertThat(folder.resolve("position.aside")).exists();
    awaitSavedLine(2);
  }

  @Test
  void run_replacedAndTruncatedFile_resyncs() {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    start().awaitFollowing();
    awaitHeld(1, 2);
    Rows.write(kea.base, KeaFiles.put(2, CLTT)); // the same inode, cut
    awaitHeld(2);
    Rows.write(kea.beside(".restored"), KeaFiles.put(2, CLTT), KeaFiles.put(5, CLTT));
    KeaFiles.move(kea.beside(".restored"), kea.base);

    awaitHeld(2, 5);
    assertThat(cluster.syncs()).isEqualTo(3);
  }

  @Test
  void run_fileGone_waitsForAnother() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing();
    Files.delete(kea.base);
    kea.createBase();
    kea.append(KeaFiles.put(2, CLTT));

    awaitHeld(2);
  }

  @Test
  void run_noFileYet_waitsForIt() throws Exception {
    Files.delete(kea.base);
    start();
    kea.createBase();
    kea.append(KeaFiles.put(1, CLTT));

    awaitHeld(1);
  }

  @Test
  void run_nothingAcknowledged_savesNothingAndReadsABoundedPart() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing();
    awaitSavedLine(2);
    cluster.hold();
    kea.append(
        IntStream.rangeClosed(10_001, 30_000)
            .mapToObj(i -> KeaFiles.put(i, CLTT))
            .toArray(String[]::new));
    kea.cleanUp();
    kea.append(KeaFiles.put(40_000, CLTT));
    await().atMost(Duration.ofSeconds(20)).until(() -> cluster.exchanges() > 1);
    kea.append(KeaFiles.put(40_001, CLTT));
    assertThat(saved().position().line()).isEqualTo(2);
    assertThat(cluster.exchanges()).isLessThan(RowTally.ITEMS_MAX + 2L);
    cluster.release();

    await().atMost(Duration.ofSeconds(30)).until(() -> cluster.held().size() == 20_003);
    awaitSavedLine(3);
    assertThat(cluster.syncs()).isEqualTo(1);
  }

  @Test
  void run_killedWithRowsNotAcknowledged_feedsThemAgain() throws Exception {
    kea.append(KeaFiles.put(1, CLTT));
    Run first = start().awaitFollowing();
    awaitSavedLine(2);
    cluster.hold();
    kea.append(KeaFiles.put(2, CLTT));
    await().atMost(Duration.ofSeconds(20)).until(() -> cluster.exchanges() == 2);
    first.stop(); // gives it a few seconds, then ends without the acknowledgement
    assertThat(saved().position().line()).isEqualTo(2);
    cluster.release();
    start().awaitFollowing();

    await().atMost(Duration.ofSeconds(20)).until(() -> cluster.exchanges() == 3);
    assertThat(cluster.syncs()).isEqualTo(1);
  }

  @Test
  void run_malformedAndRejectedRows_keepTheSyncFromLettingGo() {
    kea.append(KeaFiles.put(1, CLTT), KeaFiles.put(2, CLTT));
    start().awaitFollowing().stop();
    Rows.write(kea.base, KeaFiles.put(2, CLTT), "broken", KeaFiles.put(0xbad, CLTT));
    Run run = start().awaitFollowing();

    assertThat(cluster.held()).containsExactlyInAnyOrder(1, 2);
    List<Item> items = cluster.items();
    assertThat(items.get(items.size() - 1).getEndSync().getIncomplete()).isTrue();
    kea.append(KeaFiles.end(0xbad, CLTT + 1));
    kea.cleanUp(); // takes the broken row away
    kea.append(KeaFiles.put(3, CLTT));
    awaitHeld(2, 3);
    run.stop();
    assertThat(told.get(told.size() - 1)).contains("malformed 1");
  }

  @Test
  void run_clusterRestored_resyncsUnderANewEpoch() {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing();
    awaitHeld(1);
    cluster.restore();

    awaitHeld(1);
    assertThat(cluster.syncs()).isEqualTo(2);
    assertThat(cluster.opens().get(cluster.opens().size() - 1).getEpoch())
        .isGreaterThan(cluster.opens().get(0).getEpoch());
  }

  @Test
  void run_clusterRestoredWhileNobodyFollowed_resyncs() {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing().stop();
    cluster.restore();
    start().awaitFollowing();

    awaitHeld(1);
    assertThat(cluster.syncs()).isEqualTo(2);
  }

  @Test
  void run_fenced_ends() {
    kea.append(KeaFiles.put(1, CLTT));
    Run run = start().awaitFollowing();
    cluster.fence();

    assertThat(run.failure())
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ApiException.Kind.FENCED));
  }

  @Test
  void run_anotherFedMeanwhile_resyncsUnderANewEpoch() {
    kea.append(KeaFiles.put(1, CLTT));
    start().awaitFollowing().stop();
    cluster.pass(cluster.opens().get(0).getEpoch() + 1);
    start().awaitFollowing();

    assertThat(cluster.syncs()).isEqualTo(2);
  }

  @Test
  void run_controlSocket_tellsSignsOfLifeWhileKeaAnswers() throws Exception {
    Path socket = folder.resolve("kea.sock");
    try (FakeKea control = new FakeKea(socket, "{ \"result\": 0 }")) {
      new Run(options(Optional.of(socket), Optional.empty())).awaitFollowing();
      await().atMost(Duration.ofSeconds(20)).until(() -> cluster.alives() > 2);
      control.answer("{ \"result\": 1 }");
      int asked = control.commands.size();
      await().atMost(Duration.ofSeconds(20)).until(() -> control.commands.size() > asked + 1);
      long alives = cluster.alives();
      await().atMost(Duration.ofSeconds(20)).until(() -> control.commands.size() > asked + 4);
      assertThat(cluster.alives()).isEqualTo(alives);
    }
  }

  @Test
  void run_configuration_isImportedBeforeTheFirstRowAndWhenItChanges() throws Exception {
    Path configuration = folder.resolve("kea-dhcp6.conf");
    Files.writeString(
        configuration,
        "{ \"Dhcp6\": { \"subnet6\": [ { \"id\": 1, \"subnet\": \"2001:db8:1::/64\" } ] } }");
    kea.append(KeaFiles.put(1, CLTT));
    new Run(options(Optional.empty(), Optional.of(configuration))).awaitFollowing();
    assertThat(cluster.links()).containsExactly("kea1/1");

    Files.writeString(configuration, "{ broken");
    kea.append(KeaFiles.put(2, CLTT));
    awaitHeld(1, 2);
    Files.writeString(
        configuration,
        "{ \"Dhcp6\": { \"subnet6\": [ { \"id\": 2, \"subnet\": \"2001:db8:2::/64\" } ] } }");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(cluster.links()).containsExactlyInAnyOrder("kea1/1", "kea1/2"));
  }

  @Test
  void run_whatIsNoLeaseFile_endsAtTheStart() {
    Rows.writeText(kea.base, "what,ever\n");
    assertThat(start().failure())
        .isInstanceOf(KeaFormatException.class)
        .hasMessageContaining("no column address");
    assertThat(cluster.opens()).isEmpty();
  }

  @Test
  void run_noFolder_endsAtTheStart() {
    FollowOptions usual = options();
    FollowOptions elsewhere =
        new FollowOptions(
            usual.source(),
            usual.feeder(),
            folder.resolve("none").resolve("leases.csv"),
            true,
            usual.interval(),
            usual.position(),
            Optional.empty(),
            Optional.empty(),
            usual.callTimeout());

    assertThat(new Run(elsewhere).failure())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no folder " + folder.resolve("none"));
  }
}
