package bindery.store;

import bindery.model.Bytes;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;

/**
 * Octets that grow while they are written; numbers in network order. One thread. Reused: {@link
 * #clear} keeps the room.
 */
final class OctetWriter {
  private byte[] octets;
  private int size;

  /** With room for {@code capacity} octets at first. */
  OctetWriter(int capacity) {
    octets = new byte[capacity];
  }

  /** Forgets what was written. */
  void clear() {
    size = 0;
  }

  /** Octets written so far. */
  int size() {
    return size;
  }

  /** A copy of what was written. */
  byte[] toArray() {
    return Arrays.copyOf(octets, size);
  }

  /** What was written, in place: valid until the next write. */
  byte[] array() {
    return octets;
  }

  // Makes room and returns where it begins. May change the array: call it before naming that.
  private int grow(int count) {
    int at = size;
    if (octets.length - size < count) {
      octets = Arrays.copyOf(octets, Math.max(Math.addExact(size, count), octets.length * 2));
    }
    size += count;
    return at;
  }

  /** Writes one octet. */
  @CanIgnoreReturnValue
  OctetWriter u8(int value) {
    int at = grow(1);
    octets[at] = (byte) value;
    return this;
  }

  /** Writes two octets. */
  @CanIgnoreReturnValue
  OctetWriter u16(int value) {
    int at = grow(2);
    octets[at] = (byte) (value >>> 8);
    octets[at + 1] = (byte) value;
    return this;
  }

  /** Writes the low four octets. */
  @CanIgnoreReturnValue
  OctetWriter u32(long value) {
    int at = grow(4);
    Octets.putInt(octets, at, (int) value);
    return this;
  }

  /** Writes eight octets. */
  @CanIgnoreReturnValue
  OctetWriter u64(long value) {
    int at = grow(8);
    Octets.putLong(octets, at, value);
    return this;
  }

  /** Writes an unsigned number in groups of 7 bits, least first, 1..10 octets. */
  @CanIgnoreReturnValue
  OctetWriter varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      u8(((int) rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return u8((int) rest);
  }

  /** Writes a signed number as a {@link #varint} that is short near 0 on both sides. */
  @CanIgnoreReturnValue
  OctetWriter zigzag(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  /** Writes all octets as they are. */
  @CanIgnoreReturnValue
  OctetWriter bytes(byte[] value) {
    return bytes(value, value.length);
  }

  /** Writes the first {@code count} octets as they are. */
  @CanIgnoreReturnValue
  OctetWriter bytes(byte[] value, int count) {
    int at = grow(count);
    System.arraycopy(value, 0, octets, at, count);
    return this;
  }

  /** Writes all octets as they are. */
  @CanIgnoreReturnValue
  OctetWriter bytes(Bytes value) {
    int at = grow(value.size());
    value.copyTo(octets, at);
    return this;
  }

  /** Writes the count of octets as a {@link #varint}, then the octets. */
  @CanIgnoreReturnValue
  OctetWriter counted(byte[] value) {
    return varint(value.length).bytes(value);
  }

  /** Writes the count of octets as a {@link #varint}, then the octets. */
  @CanIgnoreReturnValue
  OctetWriter counted(Bytes value) {
    return varint(value.size()).bytes(value);
  }
}
