package bindery.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in network order at an offset of an array. */
final class Octets {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Octets() {}

  /** The unsigned number in two octets. */
  static int getUnsignedShort(byte[] octets, int offset) {
    return (short) SHORT.get(octets, offset) & 0xffff;
  }

  /** The signed number in four octets. */
  static int getInt(byte[] octets, int offset) {
    return (int) INT.get(octets, offset);
  }

  /** The unsigned number in four octets. */
  static long getUnsignedInt(byte[] octets, int offset) {
    return getInt(octets, offset) & 0xffff_ffffL;
  }

  /** The signed number in eight octets. */
  static long getLong(byte[] octets, int offset) {
    return (long) LONG.get(octets, offset);
  }

  /** Writes the low two octets. */
  static void putShort(byte[] octets, int offset, int value) {
    SHORT.set(octets, offset, (short) value);
  }

  /** Writes four octets. */
  static void putInt(byte[] octets, int offset, int value) {
    INT.set(octets, offset, value);
  }

  /** Writes eight octets. */
  static void putLong(byte[] octets, int offset, long value) {
    LONG.set(octets, offset, value);
  }
}
