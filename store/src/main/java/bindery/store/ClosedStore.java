package bindery.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store that nobody has open, copied without a change to it: to open one is to write to it.
 *
 * <p>Octet by octet, not by hard links, so that the copy may lie on another disk and shares nothing
 * with what it was made of. Blocks for reading all of it.
 */
public final class ClosedStore {
  private ClosedStore() {}

  /**
   * Octets of the files that {@link #copy} would copy; 0 if there is no store.
   *
   * @throws StoreException if it cannot be measured, or no generation is said to be current
   */
  public static long sizeBytes(Path store) {
    return StoreFolder.current(store).map(StoreFolder::sizeBytes).orElse(0L);
  }

  /**
   * Copies the current generation of a store, on disk for good when it returns.
   *
   * @param target must not exist; what is there of it is of no use if this fails
   * @throws IOException if there is no store, somebody has it open, or the disk fails
   * @throws StoreException if no generation is said to be current
   */
  public static void copy(Path store, Path target) throws IOException {
    Path rows =
        StoreFolder.current(store)
            .orElseThrow(() -> new IOException("no rows in " + store + " (expected a store)"));
    try (FileChannel channel = lockFile(store)) {
      FileLock lock = channel == null ? null : tryLock(channel);
      if (channel != null && lock == null) {
        throw new IOException(
            "the store in " + store + " is open: stop the process that has it first");
      }
      StoreFolder.makeNew(target);
      Path copy = StoreFolder.first(target);
      StoreFolder.makeNew(copy);
      for (Path file : files(rows)) {
        Path to = copy.resolve(file.getFileName().toString());
        Files.copy(file, to);
        sync(to);
      }
      sync(copy);
      StoreFolder.point(target, copy);
    }
  }

  // A copy of a store has none: nobody has ever opened it.
  private static @Nullable FileChannel lockFile(Path store) throws IOException {
    try {
      return FileChannel.open(store.resolve("lock"), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  // Shared, since that asks for no right to write.
  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, true);
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it open
    }
  }

  private static List<Path> files(Path rows) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(rows)) {
      all.filter(Files::isRegularFile).sorted().forEach(found::add);
    }
    return found;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
