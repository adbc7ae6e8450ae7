package bindery.store;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Puts and deletes that reach the disk together or not at all. One thread; reused after {@link
 * #clear}.
 *
 * <p>Collects the octets that RocksDB itself keeps for a batch, so that one native call hands all
 * of it over:
 *
 * <pre>
 * batch  = sequence(8)=0 count(4, least octet first) change*
 * change = 05 family(varint) key value      ; put
 *        / 04 family(varint) key            ; delete
 * key    = size(varint) octets ; value likewise
 * </pre>
 *
 * <p>{@code 0000000000000000 01000000 04 07 04 00000007} deletes link 7 from the seventh family.
 */
final class RowBatch {
  private static final int DELETE = 0x04;
  private static final int PUT = 0x05;
  private static final int HEAD = 12;

  private final Map<Family, Integer> familyIds;
  private final OctetWriter out = new OctetWriter(64 << 10);
  private final Set<Family> touched = EnumSet.noneOf(Family.class);
  private int count;

  /**
   * Empty.
   *
   * @param familyIds the number that RocksDB gave each family
   */
  RowBatch(Map<Family, Integer> familyIds) {
    this.familyIds = new EnumMap<>(familyIds);
    clear();
  }

  /** Forgets all changes. */
  void clear() {
    out.clear();
    out.u64(0).u32(0);
    count = 0;
    touched.clear();
  }

  /** Puts a row in place of any before it. */
  @CanIgnoreReturnValue
  RowBatch put(Family family, byte[] key, byte[] value) {
    begin(PUT, family).counted(key).counted(value);
    return this;
  }

  /** Puts a row whose value is the first {@code valueSize} octets of what {@code value} holds. */
  @CanIgnoreReturnValue
  RowBatch put(Family family, byte[] key, OctetWriter value, int valueSize) {
    begin(PUT, family).counted(key).varint(valueSize).bytes(value.array(), valueSize);
    return this;
  }

  /** Puts a row that is a key alone. */
  @CanIgnoreReturnValue
  RowBatch put(Family family, byte[] key) {
    begin(PUT, family).counted(key).varint(0);
    return this;
  }

  /** Deletes a row; nothing happens if it is not there. */
  @CanIgnoreReturnValue
  RowBatch delete(Family family, byte[] key) {
    begin(DELETE, family).counted(key);
    return this;
  }

  private OctetWriter begin(int change, Family family) {
    Integer id = familyIds.get(family);
    if (id == null) {
      throw new IllegalArgumentException("no number for the family " + family.label());
    }
    count++;
    touched.add(family);
    return out.u8(change).varint(id);
  }

  /** Whether some change is one of that family. */
  boolean touches(Family family) {
    return touched.contains(family);
  }

  /** How many changes there are. */
  int count() {
    return count;
  }

  /** Octets of the changes, keys and values and what is between. */
  int sizeBytes() {
    return out.size() - HEAD;
  }

  /** What RocksDB is handed. */
  byte[] serialized() {
    byte[] batch = Arrays.copyOf(out.array(), out.size());
    for (int i = 0; i < 4; i++) {
      batch[8 + i] = (byte) (count >>> (8 * i));
    }
    return batch;
  }
}
