package bindery.raft;

import bindery.peer.v1.Checkpoint;
import bindery.peer.v1.CheckpointFile;
import bindery.peer.v1.Chunk;
import bindery.peer.v1.FetchChunk;
import bindery.peer.v1.OpenCheckpoint;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of this node's store, lent to members that fetch them. A copy is made of hard links for
 * each transfer, and deleted when it is released, when nobody fetched from it for a minute, after
 * six hours, or at the next start. At most two are lent at a time. Any thread; making one blocks
 * for a flush and for reading all of it once.
 */
final class CheckpointSource {
  /** The most octets of one chunk. */
  static final int CHUNK_BYTES_MAX = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointSource.class);
  private static final int LENT_MAX = 2;
  private static final Duration IDLE_MAX = Duration.ofMinutes(1);
  private static final Duration AGE_MAX = Duration.ofHours(6);
  // Between the release of a copy and its first entry from the log.
  private static final Duration INSTALL_TIME = Duration.ofSeconds(30);

  private final BindingStore store;
  private final Path tmp;
  private final SecureRandom random = new SecureRandom();
  private final Map<Long, Lent> lent = new HashMap<>();
  private boolean hasLent;
  private long releasedNanos;
  private boolean closed;

  /** Copies are made below {@code tmp}, on the store's file system. */
  CheckpointSource(BindingStore store, Path tmp) {
    this.store = store;
    this.tmp = tmp;
  }

  /** Why no copy is to be had. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private static final class Lent {
    private final Path folder;
    private final Set<String> files;
    private final long madeNanos = System.nanoTime();
    private long usedNanos = madeNanos;

    Lent(Path folder, Set<String> files) {
      this.folder = folder;
      this.files = files;
    }

    boolean isOver(long nowNanos) {
      return nowNanos - usedNanos > IDLE_MAX.toNanos() || nowNanos - madeNanos > AGE_MAX.toNanos();
    }
  }

  /**
   * Makes a copy.
   *
   * @throws RefusedException if this store is too far behind, or too many are lent
   * @throws IOException if it cannot be read
   */
  Checkpoint open(OpenCheckpoint request) throws RefusedException, IOException {
    if (store.applied().index() < request.getIndexMin()) {
      throw new RefusedException(
          "applied up to entry "
              + store.applied().index()
              + " here (asked for "
              + request.getIndexMin()
              + ")");
    }
    long id;
    Path folder;
    synchronized (this) {
      if (closed || lent.size() >= LENT_MAX) {
        throw new RefusedException(
            closed ? "stopping" : lent.size() + " copies are lent (at most " + LENT_MAX + ")");
      }
      id = random.nextLong() >>> 1;
      folder = tmp.resolve("lent-" + Long.toHexString(id));
      lent.put(id, new Lent(folder, Set.of()));
    }
    try {
      AppliedIndex at = store.checkpoint(folder);
      List<CheckpointFile> files = files(folder);
      Set<String> paths = files.stream().map(CheckpointFile::getPath).collect(Collectors.toSet());
      synchronized (this) {
        lent.put(id, new Lent(folder, paths));
      }
      LOG.info("event=checkpoint-lent entry {} in {} files", at.index(), files.size());
      return Checkpoint.newBuilder()
          .setId(id)
          .setTerm(at.term())
          .setIndex(at.index())
          .addAllFiles(files)
          .build();
    } catch (IOException | RuntimeException e) {
      release(id);
      throw e;
    }
  }

  private static List<CheckpointFile> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<CheckpointFile> files = new java.util.ArrayList<>();
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        files.add(
            CheckpointFile.newBuilder()
                .setPath(folder.relativize(file).toString())
                .setSize(Files.size(file))
                .setSha256(hash(file))
                .build());
      }
      return files;
    }
  }

  private static ByteString hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[64 << 10];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read; (read = in.read(buffer)) >= 0; ) {
        digest.update(buffer, 0, read);
      }
    }
    return UnsafeByteOperations.unsafeWrap(digest.digest());
  }

  /** The hash by which copies are compared. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java platform without SHA-256", e);
    }
  }

  /**
   * Reads on in a file of a copy.
   *
   * @return empty at the file's end
   * @throws RefusedException if there is no such copy (any more) or no such file in it
   * @throws IOException if it cannot be read
   */
  Chunk fetch(FetchChunk request) throws RefusedException, IOException {
    Path file;
    synchronized (this) {
      Lent copy = lent.get(request.getId());
      if (copy == null || !copy.files.contains(request.getPath())) {
        throw new RefusedException(
            "no copy " + request.getId() + " with a file " + request.getPath());
      }
      copy.usedNanos = System.nanoTime();
      file = copy.folder.resolve(request.getPath());
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long left = channel.size() - request.getOffset();
      if (request.getOffset() < 0 || left < 0) {
        throw new RefusedException(
            "offset " + request.getOffset() + " in a file of " + channel.size() + " octets");
      }
      ByteBuffer octets = ByteBuffer.allocate((int) Math.min(left, CHUNK_BYTES_MAX));
      for (int read = 0; octets.hasRemaining() && read >= 0; ) {
        read = channel.read(octets, request.getOffset() + octets.position());
      }
      return Chunk.newBuilder().setOctets(UnsafeByteOperations.unsafeWrap(octets.flip())).build();
    }
  }

  /** Deletes a copy; nothing happens if there is none of that id. */
  void release(long id) {
    Lent copy;
    synchronized (this) {
      copy = lent.remove(id);
      releasedNanos = System.nanoTime();
      hasLent = true;
    }
    if (copy != null) {
      try {
        DurableFiles.delete(copy.folder);
      } catch (IOException e) {
        LOG.warn("event=checkpoint-left {} is deleted at the next start", copy.folder, e);
      }
    }
  }

  /** Whether somebody has a copy, or had one within the last half minute. */
  synchronized boolean isNeeded() {
    return !lent.isEmpty()
        || (hasLent && System.nanoTime() - releasedNanos < INSTALL_TIME.toNanos());
  }

  /** Deletes the copies that nobody fetches from any more. */
  void sweep() {
    List<Long> idle;
    long now = System.nanoTime();
    synchronized (this) {
      idle =
          lent.entrySet().stream()
              .filter(entry -> !entry.getValue().files.isEmpty())
              .filter(entry -> entry.getValue().isOver(now))
              .map(Map.Entry::getKey)
              .toList();
    }
    idle.forEach(this::release);
  }

  /** Deletes all copies and lends no more. */
  void close() {
    List<Long> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(lent.keySet());
    }
    all.forEach(this::release);
  }
}
