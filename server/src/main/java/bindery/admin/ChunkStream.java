package bindery.admin;

import bindery.v1.SnapshotChunk;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Octets on their way to a caller, in chunks, no faster than it takes them: whoever writes waits.
 * One thread writes.
 */
final class ChunkStream extends OutputStream {
  /** The most octets of one chunk. */
  static final int CHUNK_BYTES_MAX = 64 << 10;

  private static final Duration STALLED_MAX = Duration.ofSeconds(60);
  // It holds a copy of the rows, and keeps others from saving one.
  private static final Duration WHOLE_MAX = Duration.ofHours(6);

  private final ServerCallStreamObserver<SnapshotChunk> response;
  private final long begunNanos = System.nanoTime();
  private long revision;
  private long sent;

  /** To that caller; made on the thread that begins the call. */
  ChunkStream(ServerCallStreamObserver<SnapshotChunk> response) {
    this.response = response;
    response.setOnReadyHandler(this::wake);
    response.setOnCancelHandler(this::wake);
  }

  private synchronized void wake() {
    notifyAll();
  }

  /** Says in each chunk what the snapshot holds. */
  void holds(long index) {
    revision = index;
  }

  /** What the snapshot holds. */
  long revision() {
    return revision;
  }

  /** Octets sent. */
  long sent() {
    return sent;
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  /**
   * Sends them.
   *
   * @throws io.grpc.StatusRuntimeException if the caller is gone, took nothing for 60 s, or has not
   *     taken all within 6 h
   */
  @Override
  public void write(byte[] octets, int from, int count) {
    for (int at = from; at < from + count; at += CHUNK_BYTES_MAX) {
      int size = Math.min(CHUNK_BYTES_MAX, from + count - at);
      if (System.nanoTime() - begunNanos > WHOLE_MAX.toNanos()) {
        throw Status.ABORTED
            .withDescription("not taken within " + WHOLE_MAX.toHours() + " h")
            .asRuntimeException();
      }
      awaitRoom();
      response.onNext(
          SnapshotChunk.newBuilder()
              .setOctets(ByteString.copyFrom(octets, at, size))
              .setRevision(revision)
              .build());
      sent += size;
    }
  }

  private synchronized void awaitRoom() {
    long endNanos = System.nanoTime() + STALLED_MAX.toNanos();
    while (!response.isReady()) {
      long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
      if (response.isCancelled()) {
        throw Status.CANCELLED.withDescription("the caller is gone").asRuntimeException();
      }
      if (leftMillis <= 0) {
        throw Status.ABORTED
            .withDescription("nothing was taken for " + STALLED_MAX.toSeconds() + " s")
            .asRuntimeException();
      }
      try {
        wait(leftMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Status.UNAVAILABLE.withDescription("this node is stopping").asRuntimeException();
      }
    }
  }
}
