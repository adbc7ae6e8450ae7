package bindery.raft;

import java.io.IOException;

/**
 * What a disk is tried by. Called on one thread, which may be blocked for as long as the disk
 * stalls.
 */
interface DiskProbe {
  /**
   * Writes a little, and forces it to disk as the log does.
   *
   * @throws IOException if the disk takes nothing
   */
  void force() throws IOException;

  /**
   * Octets that this process may still write.
   *
   * @throws IOException if that cannot be found out
   */
  long usableBytes() throws IOException;
}
