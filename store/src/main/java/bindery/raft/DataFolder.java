package bindery.raft;

import bindery.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's data folder: what is where in it, whose it is, and that one process alone has it.
 *
 * <pre>
 * DATA/lock         held while the node runs; holds its process id
 * DATA/member       whose folder this is ({@link FolderMarker})
 * DATA/known        the members' folders as seen from here ({@link KnownMembers})
 * DATA/raft/GROUP/  the Raft log, term and vote
 * DATA/store/       the rows
 * DATA/candidate/   a whole copy of another member's store, on its way to be the rows
 * DATA/reserve      room for the end ({@link DiskReserve})
 * DATA/tmp/         emptied at each start
 * </pre>
 */
final class DataFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final int FOLDER_ID_BYTES = 16;

  // File locks belong to the process: a second lock of this one would be granted, and to close any
  // other handle of the file would drop the first. So the folders held here are also kept in mind.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path data;
  private final FileChannel lockChannel;
  private final FileLock lock;
  private volatile FolderMarker marker;

  private DataFolder(Path data, FileChannel lockChannel, FileLock lock, FolderMarker marker) {
    this.data = data;
    this.lockChannel = lockChannel;
    this.lock = lock;
    this.marker = marker;
  }

  /**
   * Locks the folder, making it if it is not there, and checks whose it is.
   *
   * @throws IOException if another process has it, it is of another cluster or node, or it holds
   *     data but no marker. The message says what to do
   */
  static DataFolder open(Path data, String cluster, String node) throws IOException {
    try {
      return openFolder(data, cluster, node);
    } catch (FileSystemException e) {
      String why = e instanceof AccessDeniedException ? "permission denied" : e.getReason();
      throw new IOException(
          "cannot use the data folder "
              + data
              + ": "
              + e.getFile()
              + ": "
              + (why == null ? e.getClass().getSimpleName() : why)
              + " (expected a folder that this user may write, or a place to make one)",
          e);
    }
  }

  private static DataFolder openFolder(Path data, String cluster, String node) throws IOException {
    DurableFiles.makeFolder(data);
    Path real = data.toRealPath();
    claim(real);
    FileChannel channel = null;
    try {
      tighten(real);
      Path lockFile = real.resolve("lock");
      channel =
          FileChannel.open(
              lockFile,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(real, Files.readString(lockFile).strip());
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      DurableFiles.delete(real.resolve("tmp"));
      DurableFiles.makeFolder(real.resolve("tmp"));
      DurableFiles.makeFolder(real.resolve("raft"));
      return new DataFolder(real, channel, lock, marker(real, cluster, node));
    } catch (IOException | RuntimeException e) {
      unclaim(real);
      if (channel != null) {
        channel.close();
      }
      throw e;
    }
  }

  /**
   * Notes that this process has the folder.
   *
   * @throws IOException if it has it already
   */
  static void claim(Path real) throws IOException {
    if (!HELD.add(real)) {
      throw inUse(real, ProcessHandle.current().pid() + ", this one");
    }
  }

  /** Notes that this process has it no longer. */
  static void unclaim(Path real) {
    HELD.remove(real);
  }

  /** What to say of a folder that a process has. */
  static IOException inUse(Path data, String pid) {
    return new IOException(
        "the data folder " + data + " is in use by process " + pid + ": stop that one first");
  }

  private static void tighten(Path data) {
    try {
      Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn(
          "event=data-folder-open cannot make {} readable by its owner alone: {}",
          data,
          e.toString());
    }
  }

  private static FolderMarker marker(Path data, String cluster, String node) throws IOException {
    Optional<FolderMarker> held = FolderMarker.read(data);
    if (held.isEmpty()) {
      if (!DurableFiles.isEmpty(data.resolve("raft"))
          || !DurableFiles.isEmpty(data.resolve("store"))) {
        throw new IOException(
            "the data folder "
                + data
                + " holds data but no file \"member\" that says whose: restore that file, or name the"
                + " folder that is this node's");
      }
      byte[] folder = new byte[FOLDER_ID_BYTES];
      new SecureRandom().nextBytes(folder);
      FolderMarker fresh = FolderMarker.fresh(cluster, node, Bytes.of(folder));
      fresh.write(data);
      return fresh;
    }
    FolderMarker marker = held.get();
    if (marker.state() == FolderMarker.State.REMOVED) {
      throw new IOException(removed(data, marker.node()));
    }
    if (!marker.cluster().equals(cluster)) {
      throw foreign(data, "cluster", marker.cluster(), cluster);
    }
    if (!marker.node().equals(node)) {
      throw foreign(data, "node", marker.node(), node);
    }
    if (!marker.group().equals(FolderMarker.groupOf(cluster))) {
      throw foreign(
          data, "Raft group", marker.group().toString(), FolderMarker.groupOf(cluster).toString());
    }
    return marker;
  }

  /** What to say of a folder whose member was removed. */
  static String removed(Path data, String node) {
    return node
        + " was removed from the cluster, and its data folder "
        + data
        + " is of no more use: to add this machine again, give it a new name and an empty data"
        + " folder, start it with join: true, and have it added (bindery member add)";
  }

  private static IOException foreign(Path data, String what, String held, String expected) {
    return new IOException(
        "the data folder "
            + data
            + " belongs to "
            + what
            + " "
            + held
            + " (expected "
            + expected
            + "): give each node its own folder");
  }

  /** The folder itself. */
  Path path() {
    return data;
  }

  Path raft() {
    return data.resolve("raft");
  }

  /** Where the Raft log's segments are. */
  Path log() {
    return raft().resolve(marker.group().toString()).resolve("current");
  }

  Path store() {
    return data.resolve("store");
  }

  Path candidate() {
    return data.resolve("candidate");
  }

  Path tmp() {
    return data.resolve("tmp");
  }

  FolderMarker marker() {
    return marker;
  }

  /** Replaces the marker, for good. */
  synchronized void mark(java.util.function.UnaryOperator<FolderMarker> change) throws IOException {
    FolderMarker next = change.apply(marker);
    if (!next.equals(marker)) {
      next.write(data);
      marker = next;
    }
  }

  /** Lets go of the folder. */
  @Override
  public void close() {
    try {
      lock.release();
      lockChannel.close();
    } catch (IOException e) {
      LOG.warn("event=data-folder-unlock cannot unlock {}: {}", data, e.toString());
    }
    unclaim(data);
  }
}
