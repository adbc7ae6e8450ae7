package bindery.raft;

import bindery.model.DaemonThreads;
import bindery.peer.v1.Checkpoint;
import bindery.peer.v1.OpenCheckpoint;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import bindery.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a whole copy of another member's store when this node's rows and log do not reach each
 * other any more: before the start when the rows are missing or too old, and while running when the
 * leader's log begins behind this node's.
 *
 * <p>A copy that is complete, checked and forced to disk becomes the folder {@code candidate}. Its
 * rows are committed ones, so it may take the rows' place whenever it holds more than they do; a
 * crash in between is made good at the next start.
 */
final class CatchUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(500);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
  private static final int ROUNDS_MAX = 40;
  // The engine installs a copy at the next word of a leader whose log begins behind this node's.
  // Leadership may have gone to one that has no such word to say: that is standing still, then.
  private static final Duration INSTALL_PATIENCE = Duration.ofMinutes(1);

  private final DataFolder folder;
  private final Peers peers;
  private final Admission admission;
  private final ExecutorService worker;
  private final LongSupplier nanos;
  private volatile boolean isFetching;
  private volatile @Nullable Long fetchedNanos; // since when a copy waits to be installed
  private volatile boolean closed;
  // The worker's thread alone.
  private Duration pause = PAUSE_MIN;

  CatchUp(DataFolder folder, Peers peers, Admission admission, LongSupplier nanos) {
    this.nanos = nanos;
    this.folder = folder;
    this.peers = peers;
    this.admission = admission;
    this.worker =
        Executors.newSingleThreadExecutor(
            new DaemonThreads("raft-catch-up-" + folder.marker().node()));
  }

  /**
   * Whether a copy is being fetched, or has waited to be installed for no more than a minute. Any
   * thread.
   */
  boolean isUnderWay() {
    Long fetched = fetchedNanos;
    return isFetching
        || (fetched != null && nanos.getAsLong() - fetched <= INSTALL_PATIENCE.toNanos());
  }

  /** A complete copy, if there is one. */
  Optional<Path> candidate() {
    return Optional.of(folder.candidate()).filter(Files::isDirectory);
  }

  /**
   * Fetches a copy before the node starts. Blocks for as many rounds as are stated.
   *
   * @param indexMin what it must hold
   * @throws IOException if no member had one
   */
  AppliedIndex fetchForStart(long indexMin) throws IOException {
    if (peers.others().isEmpty()) {
      throw new IOException(
          "rows are missing from "
              + folder.store()
              + ", and there is no other member to fetch them from: restore the whole data folder");
    }
    Duration wait = PAUSE_MIN;
    for (int round = 1; ; round++) {
      try {
        return fetch(peers.others(), indexMin);
      } catch (IOException e) {
        if (round >= ROUNDS_MAX || closed) {
          throw e;
        }
        LOG.warn(
            "event=checkpoint-missing round {} of {}: {}; again in {} ms",
            round,
            ROUNDS_MAX,
            e.getMessage(),
            wait.toMillis());
        LockSupport.parkNanos(wait.toNanos());
        wait = longer(wait);
      }
    }
  }

  private static Duration longer(Duration wait) {
    Duration doubled = wait.multipliedBy(2);
    return doubled.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : doubled;
  }

  /**
   * Fetches a copy beside the running node, from the leader or else from any member.
   *
   * @return fails, after a pause that grows with each failure, if no member had one: the engine
   *     asks again at once
   */
  CompletableFuture<AppliedIndex> fetchFrom(String leader, long indexMin) {
    CompletableFuture<AppliedIndex> done = new CompletableFuture<>();
    isFetching = true;
    List<String> sources = new ArrayList<>(peers.others());
    if (sources.remove(leader)) {
      sources.add(0, leader);
    }
    try {
      worker.execute(() -> fetchOrPause(sources, indexMin, done));
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(new IOException("the node is stopping", e));
    }
    return done;
  }

  private void fetchOrPause(
      List<String> sources, long indexMin, CompletableFuture<AppliedIndex> done) {
    try {
      AppliedIndex at = fetch(sources, indexMin);
      pause = PAUSE_MIN;
      fetchedNanos = nanos.getAsLong();
      isFetching = false;
      done.complete(at);
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("event=checkpoint-missing {}; again in {} ms", e.getMessage(), pause.toMillis());
      if (!closed) {
        LockSupport.parkNanos(pause.toNanos());
      }
      pause = longer(pause);
      isFetching = false;
      done.completeExceptionally(e);
    }
  }

  private AppliedIndex fetch(List<String> sources, long indexMin) throws IOException {
    IOException failure = new IOException("no other member to fetch a copy of the store from");
    for (String source : sources) {
      Optional<PeerClient> client = peers.client(source);
      if (client.isEmpty()) {
        continue;
      }
      try {
        return fetch(source, client.get(), indexMin);
      } catch (StatusRuntimeException | StoreException e) {
        failure = new IOException("no copy of the store from " + source + ": " + e.getMessage(), e);
      } catch (IOException e) {
        failure = new IOException("no copy of the store from " + source + ": " + e.getMessage(), e);
      }
    }
    throw failure;
  }

  private AppliedIndex fetch(String source, PeerClient client, long indexMin) throws IOException {
    long startNanos = System.nanoTime();
    Checkpoint checkpoint =
        client.openCheckpoint(
            OpenCheckpoint.newBuilder()
                .setIdentity(admission.identity())
                .setIndexMin(indexMin)
                .build());
    Path fresh = folder.tmp().resolve("fetch-" + Long.toHexString(checkpoint.getId()));
    try {
      DurableFiles.makeFolder(fresh);
      new CheckpointDownload(client::fetch, checkpoint, () -> closed).into(fresh);
      AppliedIndex at = BindingStore.peek(fresh);
      if (at.index() != checkpoint.getIndex() || at.index() < indexMin) {
        throw new IOException(
            "it holds entry "
                + at.index()
                + " (announced "
                + checkpoint.getIndex()
                + ", expected at least "
                + indexMin
                + ")");
      }
      DurableFiles.delete(folder.candidate());
      // Written down first: rows that reach further than the log must always be explained by it.
      folder.mark(marker -> marker.withCheckpoint(at.index()));
      DurableFiles.move(fresh, folder.candidate());
      LOG.info(
          "event=checkpoint-fetched entry {} from {} in {} ms",
          at.index(),
          source,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
      return at;
    } finally {
      client.release(checkpoint.getId());
      DurableFiles.delete(fresh);
    }
  }

  /**
   * Puts the candidate, if there is one that holds more, in the place of a store's rows. Nothing
   * may be applied meanwhile.
   *
   * @throws IOException if it cannot be moved
   * @throws StoreException if it cannot be opened
   */
  void install(BindingStore store) throws IOException {
    Optional<Path> candidate = candidate();
    if (candidate.isPresent()) {
      if (BindingStore.peek(candidate.get()).index() > store.applied().index()) {
        store.install(candidate.get());
        LOG.info("event=checkpoint-installed entry {}", store.applied().index());
      } else {
        DurableFiles.delete(candidate.get());
      }
    }
    isFetching = false;
    fetchedNanos = null;
  }

  @Override
  public void close() {
    closed = true;
    worker.shutdownNow();
  }
}
