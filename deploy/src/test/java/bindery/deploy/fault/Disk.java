package bindery.deploy.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk that is a node's alone: a file with a file system on it, so small that it can be filled.
 * Gone, but for the file, when the process ends.
 */
final class Disk {
  private static final int MEBIBYTES = 512;
  private static final long BLOCK_BYTES = 4_096;

  private final Path mounted;

  /** Makes an empty one in a folder. */
  Disk(Path folder) throws IOException {
    Path image = folder.resolve("disk.img");
    mounted = Files.createDirectories(folder.resolve("disk"));
    Shell.run("truncate -s " + MEBIBYTES + "M " + image);
    Shell.run("mkfs.ext4 -q -F -m 0 " + image);
    Shell.run("mount -o loop " + image + " " + mounted);
  }

  /** Where it is mounted. */
  Path path() {
    return mounted;
  }

  private Path ballast() {
    return mounted.resolve("ballast");
  }

  /** Leaves no block free. */
  void fill() {
    try {
      // Whoever writes meanwhile takes some of it: what is left then is taken in further rounds.
      for (int round = 0; round < 8; round++) {
        long free = mounted.toFile().getUsableSpace() / BLOCK_BYTES * BLOCK_BYTES;
        if (free == 0) {
          return;
        }
        Files.createDirectories(ballast());
        Path file = ballast().resolve(String.valueOf(round));
        new ProcessBuilder("fallocate", "-l", String.valueOf(free), file.toString())
            .start()
            .waitFor();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Frees what {@link #fill} took. */
  void free() {
    Shell.run("rm -rf " + ballast());
  }
}
