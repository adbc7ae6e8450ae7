package bindery.raft;

import bindery.peer.v1.Checkpoint;
import bindery.peer.v1.CheckpointFile;
import bindery.peer.v1.Chunk;
import bindery.peer.v1.FetchChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;

/**
 * Fetches the files of a copy, one chunk at a time, going on where it was after a failure, each
 * file checked by its hash and forced to disk. Blocks the thread that runs it.
 */
final class CheckpointDownload {
  private static final int FAILURES_MAX = 20;
  private static final long PAUSE_MILLIS_MAX = 2_000;

  private final Source source;
  private final Checkpoint checkpoint;
  private final BooleanSupplier cancelled;

  /** Where the octets come from. */
  interface Source {
    /**
     * Octets of a file of the copy from an offset on.
     *
     * @throws StatusRuntimeException if they cannot be had now, or, as not found, ever
     */
    Chunk fetch(FetchChunk request);
  }

  /** Of an open copy at another member. */
  CheckpointDownload(Source source, Checkpoint checkpoint, BooleanSupplier cancelled) {
    this.source = source;
    this.checkpoint = checkpoint;
    this.cancelled = cancelled;
  }

  /**
   * Fetches everything into {@code folder}, which must be there and empty.
   *
   * @throws IOException if the source gave up, a file is not what its hash says, or the disk has
   *     not 1.2 times the copy's size free
   */
  void into(Path folder) throws IOException {
    long size = checkpoint.getFilesList().stream().mapToLong(CheckpointFile::getSize).sum();
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free / 12 < size / 10) {
      throw new IOException(
          "a copy of "
              + size
              + " octets, but "
              + free
              + " free at "
              + folder
              + " (expected 1.2 times)");
    }
    for (CheckpointFile file : checkpoint.getFilesList()) {
      fetch(file, place(folder, file.getPath()));
    }
    DurableFiles.syncFolders(folder);
  }

  private static Path place(Path folder, String path) throws IOException {
    Path place = folder.resolve(path).normalize();
    if (path.isEmpty() || !place.startsWith(folder) || place.equals(folder)) {
      throw new IOException("a copy with a file outside its folder: \"" + path + "\"");
    }
    DurableFiles.makeFolder(Objects.requireNonNull(place.getParent()));
    return place;
  }

  private void fetch(CheckpointFile file, Path place) throws IOException {
    MessageDigest digest = CheckpointSource.sha256();
    try (FileChannel channel =
        FileChannel.open(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long offset = 0;
      while (offset < file.getSize()) {
        Chunk chunk = chunk(file, offset);
        ByteBuffer octets = chunk.getOctets().asReadOnlyByteBuffer();
        if (!octets.hasRemaining() || octets.remaining() > file.getSize() - offset) {
          throw new IOException(
              file.getPath()
                  + " is not of the announced "
                  + file.getSize()
                  + " octets: "
                  + octets.remaining()
                  + " came at "
                  + offset);
        }
        digest.update(octets.duplicate());
        offset += octets.remaining();
        while (octets.hasRemaining()) {
          channel.write(octets);
        }
      }
      channel.force(true);
    }
    if (!Arrays.equals(digest.digest(), file.getSha256().toByteArray())) {
      throw new IOException(file.getPath() + " came with another SHA-256 than announced");
    }
  }

  private Chunk chunk(CheckpointFile file, long offset) throws IOException {
    FetchChunk request =
        FetchChunk.newBuilder()
            .setId(checkpoint.getId())
            .setPath(file.getPath())
            .setOffset(offset)
            .build();
    for (int failures = 1; ; failures++) {
      if (cancelled.getAsBoolean()) {
        throw new IOException("the node is stopping");
      }
      try {
        return source.fetch(request);
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() == Status.Code.NOT_FOUND || failures >= FAILURES_MAX) {
          throw new IOException(
              "cannot fetch " + file.getPath() + " at " + offset + ": " + e.getMessage(), e);
        }
        LockSupport.parkNanos(
            TimeUnit.MILLISECONDS.toNanos(Math.min(PAUSE_MILLIS_MAX, 50L * failures)));
      }
    }
  }
}
