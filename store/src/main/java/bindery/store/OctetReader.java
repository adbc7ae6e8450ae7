package bindery.store;

import bindery.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link OctetWriter} wrote, never beyond its end. Every fault is a {@link
 * StoreException} that names the row, the offset, and what was found and expected.
 */
final class OctetReader {
  private final String what;
  private final byte[] octets;
  private final int end;
  private int at;

  /**
   * Over {@code octets} from {@code from} up to {@code end}.
   *
   * @param what names the row in messages
   */
  OctetReader(String what, byte[] octets, int from, int end) {
    this.what = what;
    this.octets = octets;
    this.at = from;
    this.end = end;
  }

  /** Over all octets. */
  OctetReader(String what, byte[] octets) {
    this(what, octets, 0, octets.length);
  }

  /** The fault of this row: {@code found} at the current offset where {@code expected} must be. */
  StoreException corrupt(String found, String expected) {
    return new StoreException(
        "corrupt "
            + what
            + " at octet "
            + at
            + " of "
            + end
            + ": "
            + found
            + " (expected "
            + expected
            + "); "
            + StoreException.REMEDY);
  }

  private int take(long count) {
    if (count < 0 || count > end - at) {
      throw corrupt(end - at + " octets left", count + " more");
    }
    int from = at;
    at += (int) count;
    return from;
  }

  /** The octet offset of the next read. */
  int at() {
    return at;
  }

  /** How many octets are left. */
  int remaining() {
    return end - at;
  }

  /**
   * Reads the format octet.
   *
   * @throws StoreException if it is another than {@code known}: too new, or no row of ours
   */
  void format(int known) {
    int format = u8();
    if (format > known) {
      throw new StoreException(
          what
              + " of format "
              + format
              + " (this program knows up to "
              + known
              + "); run the newer program that wrote it");
    }
    if (format != known) {
      throw corrupt("format " + format, String.valueOf(known));
    }
  }

  /** Reads one octet, 0..255. */
  int u8() {
    return octets[take(1)] & 0xff;
  }

  /** Reads two octets, 0..65535. */
  int u16() {
    return Octets.getUnsignedShort(octets, take(2));
  }

  /** Reads four octets, signed. */
  int i32() {
    return Octets.getInt(octets, take(4));
  }

  /** Reads eight octets, signed. */
  long i64() {
    return Octets.getLong(octets, take(8));
  }

  /** Reads an unsigned number of 1..10 octets. */
  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int octet = u8();
      value |= (long) (octet & 0x7f) << shift;
      if (octet < 0x80) {
        return value;
      }
    }
    throw corrupt("a number of more than 10 octets", "at most 10");
  }

  /**
   * Reads a count.
   *
   * @throws StoreException if it is above {@code most}
   */
  int count(int most) {
    long value = varint();
    if (value < 0 || value > most) {
      throw corrupt("a count of " + Long.toUnsignedString(value), "at most " + most);
    }
    return (int) value;
  }

  /** Reads a signed number of 1..10 octets. */
  long zigzag() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** Reads {@code count} octets. */
  Bytes bytes(int count) {
    return Bytes.of(octets, take(count), count);
  }

  /** Reads a count of at most {@code most}, then as many octets. */
  Bytes counted(int most) {
    return bytes(count(most));
  }

  /** Reads a count of at most {@code most}, then as many octets as UTF-8. */
  String text(int most) {
    int count = count(most);
    return new String(octets, take(count), count, StandardCharsets.UTF_8);
  }

  /** All octets that are left. */
  byte[] rest() {
    int count = remaining();
    int from = take(count);
    return Arrays.copyOfRange(octets, from, from + count);
  }

  /**
   * Checks that nothing is left.
   *
   * @throws StoreException if something is
   */
  void end() {
    if (at != end) {
      throw corrupt(end - at + " octets more", "the end");
    }
  }
}
