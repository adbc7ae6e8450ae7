package bindery.raft;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of an open log segment that was being written when the power went.
 *
 * <pre>
 * segment := "RaftLog1" frame... zero...
 * frame   := length(varint) entry(length) crc32c(4)     over length and entry
 *
 * 05 0a03666f6f 5a4d4a60    an entry of 5 octets
 * </pre>
 *
 * <p>Segments are made of zeros beforehand and written over. What was on its way to the disk may
 * have come there in part, sector by sector, in any order. None of it was acknowledged, since an
 * acknowledgement waits until all of it is there: so it is cut off, where the engine would refuse
 * to start. Known by a sector of zeros within it, or by a last entry that the file is too short
 * for. Anything else that cannot be read is damage to what may have been acknowledged.
 */
final class TornTail {
  private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);
  private static final int HEADER_BYTES = 8;
  private static final int SECTOR_BYTES = 512;
  private static final int CHECKSUM_BYTES = 4;
  private static final int VARINT_BYTES_MAX = 5;
  private static final int UNREADABLE = -1;

  private final byte[] octets;
  private final int entryBytesMax;

  private TornTail(byte[] octets, int entryBytesMax) {
    this.octets = octets;
    this.entryBytesMax = entryBytesMax;
  }

  /**
   * Cuts off a torn end, on disk for good when it returns; nothing happens to a segment without
   * one. Holds the segment in memory, 32 MiB and an entry at most.
   *
   * @param entryBytesMax the most octets of an entry
   * @throws IOException if the segment is damaged otherwise, with its name and where, or cannot be
   *     read or written
   */
  static void cut(Path segment, int entryBytesMax) throws IOException {
    byte[] octets = Files.readAllBytes(segment);
    TornTail tail = new TornTail(octets, entryBytesMax);
    int written = tail.written();
    if (written <= HEADER_BYTES) {
      return; // of a header in part the engine makes an empty segment
    }
    int at = HEADER_BYTES;
    for (int next = at; next != UNREADABLE; next = tail.frameEnd(at)) {
      at = next;
    }
    if (written <= at) {
      return;
    }
    if (!tail.hasZeroSector(at, written) && !tail.isTooShort(at)) {
      throw new IOException(
          "the Raft log segment "
              + segment
              + " is damaged at octet "
              + at
              + " of "
              + written
              + ": what this node acknowledged may be in there");
    }
    LOG.warn(
        "event=log-tail-torn {} from octet {} of {} on: the power went while it was written, and"
            + " nothing of it was acknowledged",
        segment,
        at,
        written);
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      channel.truncate(at);
      channel.force(true);
    }
  }

  // Up to the last octet that is not zero.
  private int written() {
    int end = octets.length;
    while (end > 0 && octets[end - 1] == 0) {
      end--;
    }
    return end;
  }

  // Where the frame at that place ends, if it is one and its checksum says so.
  private int frameEnd(int at) {
    long body = bodyEnd(at);
    if (body == UNREADABLE || body + CHECKSUM_BYTES > octets.length) {
      return UNREADABLE;
    }
    CRC32C checksum = new CRC32C();
    checksum.update(octets, at, (int) body - at);
    int told = ByteBuffer.wrap(octets).getInt((int) body);
    return told == (int) checksum.getValue() ? (int) body + CHECKSUM_BYTES : UNREADABLE;
  }

  // Where the entry of the frame at that place ends, by its length alone.
  private long bodyEnd(int at) {
    if (at >= octets.length || octets[at] == 0) {
      return UNREADABLE;
    }
    CodedInputStream in =
        CodedInputStream.newInstance(octets, at, Math.min(VARINT_BYTES_MAX, octets.length - at));
    try {
      int length = in.readRawVarint32();
      return length < 0 || length > entryBytesMax
          ? UNREADABLE
          : (long) at + in.getTotalBytesRead() + length;
    } catch (IOException e) {
      return UNREADABLE;
    }
  }

  private boolean hasZeroSector(int from, int to) {
    for (int at = from; at < to; ) {
      int end = Math.min((at / SECTOR_BYTES + 1) * SECTOR_BYTES, octets.length);
      if (Arrays.equals(octets, at, end, new byte[end - at], 0, end - at)) {
        return true;
      }
      at = end;
    }
    return false;
  }

  // A changed length looks alike, but then whole frames follow somewhere.
  private boolean isTooShort(int at) {
    long body = bodyEnd(at);
    if (body == UNREADABLE || body + CHECKSUM_BYTES <= octets.length) {
      return false;
    }
    for (int next = at + 1; next < octets.length; next++) {
      if (frameEnd(next) != UNREADABLE) {
        return false;
      }
    }
    return true;
  }
}
