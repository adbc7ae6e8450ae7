package bindery.admin;

import bindery.feed.GrpcErrors;
import bindery.model.DaemonThreads;
import bindery.raft.KeptRevision;
import bindery.raft.Replica;
import bindery.store.StoreContent;
import bindery.store.StoreException;
import bindery.store.StoreView;
import bindery.v1.BeginHashResponse;
import bindery.v1.HashRequest;
import bindery.v1.HashResponse;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hash of what the store holds at one revision, so that nodes can be compared while the feed
 * goes on. A thread of its own reads the snapshots, one at a time; one more may wait.
 */
final class ContentHashes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContentHashes.class);
  private static final Duration APPLIED_PATIENCE = Duration.ofSeconds(10);
  private static final long STOP_SECONDS_MAX = 5;

  private final Replica replica;
  private final String node;
  private final ThreadPoolExecutor reader;
  private volatile boolean isOver;

  ContentHashes(Replica replica, String node) {
    this.replica = replica;
    this.node = node;
    reader =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(1),
            new DaemonThreads("content-hash"));
  }

  /** Has every node keep a snapshot of one revision. Does not block. */
  void begin(StreamObserver<BeginHashResponse> response) {
    var unused =
        replica
            .keep()
            .whenComplete(
                (kept, failure) -> {
                  if (failure != null) {
                    response.onError(GrpcErrors.of(failure).asRuntimeException());
                    return;
                  }
                  response.onNext(
                      BeginHashResponse.newBuilder()
                          .setToken(kept.token())
                          .setRevision(kept.revision())
                          .build());
                  response.onCompleted();
                });
  }

  /** Answers with the hash of what this node keeps. Does not block. */
  void hash(HashRequest request, StreamObserver<HashResponse> response) {
    try {
      reader.execute(() -> answer(request, response));
    } catch (RejectedExecutionException e) {
      response.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription(
                  "node " + node + " computes a hash and has another waiting; ask again later")
              .asRuntimeException());
    }
  }

  private void answer(HashRequest request, StreamObserver<HashResponse> response) {
    HashResponse told;
    try {
      told = read(new KeptRevision(request.getToken(), request.getRevision()));
    } catch (InterruptedException | CancellationException e) {
      response.onError(stopping().asRuntimeException());
      return;
    } catch (ExecutionException e) {
      response.onError(
          Status.UNAVAILABLE
              .withDescription(
                  "node "
                      + node
                      + " has applied entry "
                      + replica.status().applied().index()
                      + ", and not entry "
                      + request.getRevision()
                      + " within "
                      + APPLIED_PATIENCE.toSeconds()
                      + " s; ask again when it has caught up")
              .withCause(e)
              .asRuntimeException());
      return;
    } catch (IllegalStateException e) {
      response.onError(gone(request).withCause(e).asRuntimeException());
      return;
    } catch (RuntimeException e) {
      LOG.error("event=content_hash_failed revision={}", request.getRevision(), e);
      response.onError(
          Status.INTERNAL
              .withDescription("node " + node + " cannot read its rows: " + e.getMessage())
              .withCause(e)
              .asRuntimeException());
      if (e instanceof StoreException found) {
        replica.distrust(found);
      }
      return;
    }
    response.onNext(told);
    response.onCompleted();
  }

  private HashResponse read(KeptRevision asked) throws ExecutionException, InterruptedException {
    replica.awaitApplied(asked.revision(), APPLIED_PATIENCE).get();
    StoreView view =
        replica
            .kept(asked)
            .orElseThrow(() -> new IllegalStateException("no snapshot of " + asked + " is kept"));
    StoreContent content = StoreContent.read(view, () -> isOver);
    return HashResponse.newBuilder()
        .setNode(node)
        .setRevision(content.revision())
        .setBindings(content.bindings())
        .setLeases(content.leases())
        .setLinks(content.links())
        .setSources(content.sources())
        .setHash(ByteString.copyFrom(content.hash().toArray()))
        .build();
  }

  private Status gone(HashRequest request) {
    return Status.NOT_FOUND.withDescription(
        "node "
            + node
            + " keeps no snapshot of revision "
            + request.getRevision()
            + " (any more): two are kept, for 60 s each, and none over a restart or after rows were"
            + " fetched from another node; begin anew");
  }

  private Status stopping() {
    return Status.UNAVAILABLE.withDescription("node " + node + " is stopping");
  }

  /** Ends what is under way, within 5 s. */
  @Override
  public void close() {
    isOver = true;
    reader.shutdownNow();
    try {
      if (!reader.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("event=content_hash_left a hash did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
