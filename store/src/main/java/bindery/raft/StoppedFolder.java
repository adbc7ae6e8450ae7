package bindery.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The data folder of a node that does not run, to be read: no node starts on it while this is held,
 * and nothing in it is changed. Closed by whoever opened it.
 */
final class StoppedFolder implements AutoCloseable {
  private final Path data;
  private final FolderMarker marker;
  private final @Nullable FileChannel lockChannel;

  private StoppedFolder(Path data, FolderMarker marker, @Nullable FileChannel lockChannel) {
    this.data = data;
    this.marker = marker;
    this.lockChannel = lockChannel;
  }

  /**
   * Takes hold of the folder.
   *
   * @throws IOException if a node runs on it, or it is no node's data folder
   */
  static StoppedFolder open(Path data) throws IOException {
    if (!Files.isDirectory(data)) {
      throw new IOException(data + " is no folder (expected the data folder of a node)");
    }
    Path real = data.toRealPath();
    DataFolder.claim(real);
    FileChannel channel = null;
    try {
      channel = lock(real);
      FolderMarker marker =
          FolderMarker.read(real)
              .orElseThrow(
                  () ->
                      new IOException(
                          real
                              + " has no file \"member\" that says whose it is (expected the data"
                              + " folder of a node)"));
      return new StoppedFolder(real, marker, channel);
    } catch (IOException | RuntimeException e) {
      DataFolder.unclaim(real);
      if (channel != null) {
        channel.close();
      }
      throw e;
    }
  }

  // A shared lock keeps a node's exclusive one away, and asks for no right to write.
  private static @Nullable FileChannel lock(Path data) throws IOException {
    Path file = data.resolve("lock");
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return null; // no node has run on it since it was brought here
    }
    try {
      FileLock held = channel.tryLock(0, Long.MAX_VALUE, true);
      if (held == null) {
        throw DataFolder.inUse(data, Files.readString(file).strip());
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  FolderMarker marker() {
    return marker;
  }

  Path path() {
    return data;
  }

  Path store() {
    return data.resolve("store");
  }

  Path candidate() {
    return data.resolve("candidate");
  }

  /** Where the Raft log's segments are. */
  Path log() {
    return data.resolve("raft").resolve(marker.group().toString()).resolve("current");
  }

  @Override
  public void close() throws IOException {
    try {
      if (lockChannel != null) {
        lockChannel.close();
      }
    } finally {
      DataFolder.unclaim(data);
    }
  }
}
