package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.feeder.ApiException;
import bindery.v1.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cluster does to a follower, and what of it stands in the position. */
final class FollowerAndClusterTest extends FollowerCase {
  FollowerAndClusterTest(@TempDir Path folder) throws IOException {
    super(folder);
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
}
