package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.feeder.ServerList;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A follower of a lease file that a test writes, which feeds a cluster that a test disturbs. */
abstract class FollowerCase {
  static final long CLTT = 1_788_000_000L;

  final Path folder;
  final KeaFiles kea;
  final Path position;
  final FakeCluster cluster = new FakeCluster();
  private final List<Run> runs = new CopyOnWriteArrayList<>();
  final List<String> told = new CopyOnWriteArrayList<>();

  FollowerCase(Path folder) throws IOException {
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

  FollowOptions options() {
    return options(true);
  }

  FollowOptions options(boolean isWhole) {
    return new FollowOptions(
        "kea1",
        "kea-csv",
        kea.base,
        isWhole,
        Duration.ofMillis(20),
        Optional.of(position),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(10));
  }

  FollowOptions options(Optional<Path> socket, Optional<Path> configuration) {
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
  final class Run {
    private final ServerList servers = new ServerList(List.of(cluster.address()));
    private final ServerList asides = new ServerList(List.of(cluster.address()));
    private final LeaseFollower follower;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    Run(FollowOptions options) {
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

    Run awaitFollowing() {
      await().atMost(Duration.ofSeconds(20)).until(() -> follower.isFollowing() || end.isDone());
      assertThat(end).isNotDone();
      return this;
    }

    void stop() {
      follower.stop();
      await().atMost(Duration.ofSeconds(20)).until(end::isDone);
    }

    Throwable failure() {
      assertThatThrownBy(() -> end.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
      return end.handle((nothing, failure) -> failure).join();
    }
  }

  Run start() {
    return new Run(options());
  }

  void awaitHeld(Integer... numbers) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(cluster.held()).containsExactlyInAnyOrder(numbers));
  }

  SavedPosition saved() throws Exception {
    return new PositionFile(position, options().owner()).load().orElseThrow();
  }

  void awaitSavedLine(long line) {
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(saved().position().line()).isEqualTo(line));
  }
}
