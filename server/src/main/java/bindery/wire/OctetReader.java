package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A bounds-checked cursor over a region of octets. It never reads beyond the region's end, whatever
 * the array holds behind it.
 *
 * <p>The array is not copied and must not change meanwhile. One thread only.
 */
public final class OctetReader {
  private final byte[] octets;
  private final int base;
  private final int end;
  private int position;

  private OctetReader(byte[] octets, int base, int position, int end) {
    this.octets = octets;
    this.base = base;
    this.position = position;
    this.end = end;
  }

  /**
   * A cursor over one message.
   *
   * @param offset where the message starts; offsets in errors count from there
   * @param length octets of the message
   * @throws IndexOutOfBoundsException if the array has no such region
   */
  public static OctetReader of(byte[] octets, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, octets.length);
    return new OctetReader(octets, offset, offset, offset + length);
  }

  /** Octets left. */
  public int remaining() {
    return end - position;
  }

  /** Octets from the start of the message. */
  public int offset() {
    return position - base;
  }

  /** Reads one octet, 0..255. */
  public int uint8(String name) throws MalformedMessageException {
    require(1, name);
    return octets[position++] & 0xff;
  }

  /** Reads 2 octets, 0..65535. */
  public int uint16(String name) throws MalformedMessageException {
    require(2, name);
    int value = (octets[position] & 0xff) << 8 | (octets[position + 1] & 0xff);
    position += 2;
    return value;
  }

  /** Reads 3 octets, 0..16777215. */
  public int uint24(String name) throws MalformedMessageException {
    require(3, name);
    int value =
        (octets[position] & 0xff) << 16
            | (octets[position + 1] & 0xff) << 8
            | (octets[position + 2] & 0xff);
    position += 3;
    return value;
  }

  /** Reads 4 octets, 0..4294967295. */
  public long uint32(String name) throws MalformedMessageException {
    require(4, name);
    long value =
        (octets[position] & 0xffL) << 24
            | (octets[position + 1] & 0xffL) << 16
            | (octets[position + 2] & 0xffL) << 8
            | (octets[position + 3] & 0xffL);
    position += 4;
    return value;
  }

  /** Reads 16 octets. */
  public Ipv6Address address(String name) throws MalformedMessageException {
    require(Ipv6Address.SIZE, name);
    Ipv6Address address = Ipv6Address.of(octets, position);
    position += Ipv6Address.SIZE;
    return address;
  }

  /** Reads all that is left as a DUID (RFC 8415 11.1). */
  public Duid duid(String name) throws MalformedMessageException {
    if (!Duid.isValidSize(remaining())) {
      throw new MalformedMessageException(
          offset(), "3..130 octets of " + name, remaining() + " octets");
    }
    return new Duid(rest());
  }

  /** Reads all that is left; may be nothing. */
  public Bytes rest() {
    Bytes rest = Bytes.of(octets, position, remaining());
    position = end;
    return rest;
  }

  /** Reads all that is left as UTF-8, with U+FFFD for what is not. */
  public String text() {
    String text = new String(octets, position, remaining(), StandardCharsets.UTF_8);
    position = end;
    return text;
  }

  /** A second cursor over what is left; moving one does not move the other. */
  OctetReader copy() {
    return new OctetReader(octets, base, position, end);
  }

  /** Splits off a cursor over the next {@code size} octets and steps over them. */
  OctetReader slice(int size, String name) throws MalformedMessageException {
    require(size, name);
    OctetReader slice = new OctetReader(octets, base, position, position + size);
    position += size;
    return slice;
  }

  /**
   * Checks that exactly {@code size} octets are left.
   *
   * @throws MalformedMessageException if there are more or fewer
   */
  void requireExactly(int size, String name) throws MalformedMessageException {
    if (remaining() != size) {
      throw new MalformedMessageException(
          offset(), size + " octets of " + name, remaining() + " octets");
    }
  }

  /**
   * Checks that an option that may stand only once does.
   *
   * @param isFirst whether none was read before
   */
  void requireFirst(boolean isFirst, String name) throws MalformedMessageException {
    if (!isFirst) {
      throw new MalformedMessageException(offset(), "at most one " + name, "a second one");
    }
  }

  private void require(int size, String name) throws MalformedMessageException {
    if (end - position < size) {
      throw new MalformedMessageException(
          offset(), size + " octets of " + name, remaining() + " left");
    }
  }
}
