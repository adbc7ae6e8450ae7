package bindery.admin;

import bindery.feed.GrpcErrors;
import bindery.raft.Replica;
import bindery.v1.SaveSnapshotRequest;
import bindery.v1.SnapshotChunk;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends snapshots of this node's rows, one at a time, on a thread of its own. A copy by hard links
 * is made for each and deleted when it is sent.
 */
final class SnapshotSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);

  private final Replica replica;
  private final AtomicBoolean isBusy = new AtomicBoolean();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(new DefaultThreadFactory("snapshot", true));

  SnapshotSender(Replica replica) {
    this.replica = replica;
  }

  /** Sends one, or says why not. */
  void save(SaveSnapshotRequest request, ServerCallStreamObserver<SnapshotChunk> response) {
    if (!isBusy.compareAndSet(false, true)) {
      response.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription("a snapshot is being saved here already; ask again when it is done")
              .asRuntimeException());
      return;
    }
    ChunkStream chunks = new ChunkStream(response);
    if (request.getLocal()) {
      send(chunks, response);
      return;
    }
    // The response is the only one to be told.
    var unused =
        replica
            .barrier()
            .whenComplete(
                (point, failure) -> {
                  if (failure == null) {
                    send(chunks, response);
                  } else {
                    isBusy.set(false);
                    response.onError(GrpcErrors.of(failure).asRuntimeException());
                  }
                });
  }

  private void send(ChunkStream chunks, ServerCallStreamObserver<SnapshotChunk> response) {
    try {
      worker.execute(
          () -> {
            try {
              sendCopy(chunks);
              response.onCompleted();
            } catch (StatusRuntimeException e) {
              response.onError(e);
            } catch (IOException | RuntimeException e) {
              LOG.error("event=snapshot_unsaved", e);
              response.onError(
                  Status.INTERNAL
                      .withDescription("the snapshot failed: " + e.getMessage())
                      .asRuntimeException());
            } finally {
              isBusy.set(false);
            }
          });
    } catch (RejectedExecutionException e) {
      response.onError(
          Status.UNAVAILABLE.withDescription("this node is stopping").asRuntimeException());
    }
  }

  private void sendCopy(ChunkStream chunks) throws IOException {
    // Not closed, but flushed at its end: what was broken off must not look whole.
    BufferedOutputStream out = new BufferedOutputStream(chunks, ChunkStream.CHUNK_BYTES_MAX);
    replica.writeSnapshot(at -> chunks.holds(at.index()), out);
    out.flush();
    LOG.info("event=snapshot_saved revision={} octets={}", chunks.revision(), chunks.sent());
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
