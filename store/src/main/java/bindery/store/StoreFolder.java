package bindery.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a store.
 *
 * <pre>
 * FOLDER/generation          the name of the current generation's folder, a newline behind it
 * FOLDER/rows-0000000001/    a generation: one RocksDB
 * FOLDER/lock                held by the process that has the store open
 * </pre>
 *
 * <p>{@code generation} is replaced by a rename, so a crash leaves the old generation or the new
 * one current, never neither. Any other {@code rows-*} is left over and deleted at the next start.
 * A checkpoint has the same shape; its {@code generation} is written last, so that a copy that was
 * broken off is no store.
 */
final class StoreFolder implements AutoCloseable {
  private static final String POINTER = "generation";
  private static final String NEW_POINTER = "generation.new";
  private static final String LOCK = "lock";
  private static final Pattern ROWS = Pattern.compile("rows-([0-9]{10})");

  // Bindings are personal data.
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path folder;
  private final FileChannel lockChannel;
  private final FileLock lock;

  private StoreFolder(Path folder, FileChannel lockChannel, FileLock lock) {
    this.folder = folder;
    this.lockChannel = lockChannel;
    this.lock = lock;
  }

  /**
   * Makes the folder if it is not there, and locks it.
   *
   * @throws StoreException if another process, or this one, has it open already
   */
  static StoreFolder open(Path folder) {
    try {
      Files.createDirectories(folder, OWNER_ONLY);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock held = tryLock(channel);
      if (held == null) {
        channel.close();
        throw new StoreException(
            "the store in " + folder + " is open already: stop the process that has it first");
      }
      return new StoreFolder(folder, channel, held);
    } catch (IOException e) {
      throw new StoreException("cannot open the folder of the store " + folder + ": " + e, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  /**
   * The folder of the current generation of the store in {@code folder}; empty if there is no store
   * yet. Takes no lock.
   *
   * @throws StoreException if rows are there, but none is said to be current
   */
  static Optional<Path> current(Path folder) {
    try {
      String name = Files.readString(folder.resolve(POINTER), StandardCharsets.US_ASCII).strip();
      if (!ROWS.matcher(name).matches()) {
        throw new StoreException(
            "corrupt "
                + folder.resolve(POINTER)
                + ": \""
                + name
                + "\" (expected rows-NNNNNNNNNN); "
                + StoreException.REMEDY);
      }
      return Optional.of(folder.resolve(name));
    } catch (NoSuchFileException e) {
      List<Path> rows = rows(folder);
      if (!rows.isEmpty()) {
        throw new StoreException(
            "no file "
                + POINTER
                + " in "
                + folder
                + " beside "
                + rows.get(0).getFileName()
                + ": a copy that was broken off; delete the folder and copy again");
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new StoreException("cannot read " + folder.resolve(POINTER) + ": " + e, e);
    }
  }

  /** The first generation's folder in {@code folder}. */
  static Path first(Path folder) {
    return folder.resolve(name(1));
  }

  private static String name(long number) {
    return String.format("rows-%010d", number);
  }

  /**
   * Makes a folder for its owner alone.
   *
   * @throws StoreException if it is there already, or cannot be made
   */
  static void makeNew(Path folder) {
    try {
      Files.createDirectory(folder, OWNER_ONLY);
    } catch (IOException e) {
      throw new StoreException("cannot make the folder " + folder + ": " + e, e);
    }
  }

  /** A folder that no generation has used yet. */
  Path next() {
    long highest = 0;
    for (Path rows : rows(folder)) {
      highest = Math.max(highest, Long.parseLong(rows.getFileName().toString().substring(5)));
    }
    return folder.resolve(name(highest + 1));
  }

  /** Makes a generation the current one of the store in {@code folder}, for good. */
  static void point(Path folder, Path rows) {
    try {
      Path fresh = folder.resolve(NEW_POINTER);
      Files.writeString(fresh, rows.getFileName() + "\n", StandardCharsets.US_ASCII);
      sync(fresh);
      Files.move(
          fresh,
          folder.resolve(POINTER),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      sync(folder);
    } catch (IOException e) {
      throw new StoreException("cannot write " + folder.resolve(POINTER) + ": " + e, e);
    }
  }

  /** Moves a folder within one file system, for good. */
  static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      sync(Objects.requireNonNull(to.toAbsolutePath().getParent()));
    } catch (IOException e) {
      throw new StoreException("cannot move " + from + " to " + to + ": " + e, e);
    }
  }

  /** Deletes every generation but {@code current}. */
  void sweep(Path current) {
    for (Path rows : rows(folder)) {
      if (!rows.getFileName().equals(current.getFileName())) {
        delete(rows);
      }
    }
  }

  private static List<Path> rows(Path folder) {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "rows-*")) {
      for (Path entry : entries) {
        if (ROWS.matcher(entry.getFileName().toString()).matches()) {
          found.add(entry);
        }
      }
    } catch (IOException e) {
      throw new StoreException("cannot list " + folder + ": " + e, e);
    }
    return found;
  }

  /** Deletes a file or a whole folder; nothing happens if it is not there. */
  static void delete(Path target) {
    if (!Files.exists(target)) {
      return;
    }
    try (Stream<Path> all = Files.walk(target)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new StoreException("cannot delete " + target + ": " + e, e);
    }
  }

  /** Octets of all files below {@code target}; those that vanish meanwhile count as 0. */
  static long sizeBytes(Path target) {
    long[] total = {0};
    try {
      Files.walkFileTree(
          target,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              total[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              return passOver(e);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                throws IOException {
              return e == null ? FileVisitResult.CONTINUE : passOver(e);
            }
          });
      return total[0];
    } catch (IOException e) {
      throw new StoreException("cannot measure " + target + ": " + e, e);
    }
  }

  private static FileVisitResult passOver(IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE; // compacted away meanwhile
    }
    throw e;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Lets go of the lock. */
  @Override
  public void close() {
    try {
      lock.release();
      lockChannel.close();
    } catch (IOException e) {
      throw new StoreException("cannot unlock " + folder + ": " + e, e);
    }
  }
}
