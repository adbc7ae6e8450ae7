package bindery.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Tries the disk of a data folder by one file in it, which is written anew each time. */
final class FolderProbe implements DiskProbe {
  // A block of most file systems.
  private static final int OCTETS = 4_096;

  private final Path file;

  /** Of the disk on which a folder is. */
  FolderProbe(Path folder) {
    file = folder.resolve("probe");
  }

  @Override
  public void force() throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer octets = ByteBuffer.allocate(OCTETS);
      while (octets.hasRemaining()) {
        if (channel.write(octets) == 0) {
          throw new IOException("nothing was written to " + file);
        }
      }
      channel.force(false);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(file).getUsableSpace();
  }
}
