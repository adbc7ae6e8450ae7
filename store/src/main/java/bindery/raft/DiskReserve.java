package bindery.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room that a node keeps in its data folder, the file {@code reserve}, and gives up when it ends.
 *
 * <p>On a disk without any, the engine replaces its term and vote by an empty file, and the member
 * is lost: it must not vote again, since it has forgotten for whom it did. So a node neither starts
 * nor goes on with less than {@link #FLOOR_BYTES} free, and whatever it ends of, the engine still
 * has the reserve for its last words.
 */
final class DiskReserve {
  /** The least that must be free. */
  static final long FLOOR_BYTES = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);
  private static final int RESERVE_BYTES = 1 << 20;

  private final Path data;
  private final Path file;

  /** In a data folder. */
  DiskReserve(Path data) {
    this.data = data;
    file = data.resolve("reserve");
  }

  /**
   * Takes it, unless it is there from before.
   *
   * @throws IOException if too little is free, or it cannot be written
   */
  void take() throws IOException {
    long free = Files.getFileStore(data).getUsableSpace();
    if (free < FLOOR_BYTES) {
      throw new IOException(tooLittle(data, free));
    }
    if (Files.exists(file) && Files.size(file) == RESERVE_BYTES) {
      return;
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer octets = ByteBuffer.allocate(RESERVE_BYTES);
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
      channel.force(true);
    }
  }

  /** What to say where that little is free. */
  static String tooLittle(Path data, long free) {
    return free
        + " octets are free where the data folder "
        + data
        + " is (expected at least "
        + FLOOR_BYTES
        + "): make room, then start this node again";
  }

  /** Gives it up, if it is there. Any thread. */
  void giveUp() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("event=reserve-kept {}", e.toString());
    }
  }
}
