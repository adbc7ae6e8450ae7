package bindery.store;

import bindery.model.Duid;
import org.jspecify.annotations.Nullable;

/**
 * A value of the {@code lease} family: who owns an address or prefix, or the tombstone of its last
 * lease.
 *
 * <pre>
 * row       = owned / ended / absent
 * owned     = format(1)=01 kind(1)=01 binding-key             ; link id (4), client DUID
 * ended     = format(1)=01 kind(1)=02 size(1) client          ; size 0: nobody known
 *             clt(varint, zigzag) feeder(varint) sequence(varint) end(varint, zigzag)
 * absent    = format(1)=01 kind(1)=03, further as ended, then source(varint) generation(varint)
 * </pre>
 *
 * <p>{@code 01 01 00000007 000300010a0b0c0d0e0f} is owned by client 00:03:00:01:0a:0b:0c:0d:0e:0f
 * on link 7. {@code 01 02 00 14 03 05 28} is a tombstone without client: CLT 10, fifth item of
 * feeder 3, ended at 20.
 *
 * @param owner the binding that holds the lease; null for a tombstone
 * @param tombstone null if the lease is owned
 */
record LeaseRow(@Nullable BindingKey owner, @Nullable Tombstone tombstone) {
  private static final int FORMAT = 1;
  private static final int OWNED = 1;
  private static final int ENDED = 2;
  private static final int ABSENT = 3;

  /** Offset of the binding key in an owned row. */
  static final int OWNER_OFFSET = 2;

  LeaseRow {
    if ((owner == null) == (tombstone == null)) {
      throw new IllegalArgumentException(
          "a lease row must have an owner or a tombstone, and not both");
    }
  }

  /** The row of a lease that the binding holds. */
  static LeaseRow ownedBy(BindingKey owner) {
    return new LeaseRow(owner, null);
  }

  /** The row of a lease that is over. */
  static LeaseRow ended(Tombstone tombstone) {
    return new LeaseRow(null, tombstone);
  }

  /** Whether that row has an owner, without decoding the rest. */
  static boolean isOwned(byte[] row) {
    return row.length > OWNER_OFFSET && row[0] == FORMAT && row[1] == OWNED;
  }

  /**
   * Reads a row.
   *
   * @throws StoreException if it is corrupt or of a newer format
   */
  static LeaseRow decode(byte[] row) {
    OctetReader in = new OctetReader("lease row", row);
    in.format(FORMAT);
    int kind = in.u8();
    if (kind == OWNED) {
      return ownedBy(BindingKey.of(row, OWNER_OFFSET));
    }
    if (kind != ENDED && kind != ABSENT) {
      throw in.corrupt("kind " + kind, "1..3");
    }
    int size = in.u8();
    if (size != 0 && !Duid.isValidSize(size)) {
      throw in.corrupt("a client of " + size + " octets", "0 or 3..130");
    }
    Duid client = size == 0 ? null : new Duid(in.bytes(size));
    long cltt = in.zigzag();
    int feeder = (int) in.varint();
    long sequence = in.varint();
    long end = in.zigzag();
    Holder absentFrom = kind == ABSENT ? new Holder((int) in.varint(), in.varint()) : null;
    in.end();
    return ended(new Tombstone(client, cltt, feeder, sequence, end, absentFrom));
  }

  /** The octets of the row, in a new array. */
  byte[] encode() {
    OctetWriter out = new OctetWriter(160).u8(FORMAT);
    if (owner != null) {
      byte[] key = owner.octets();
      return out.u8(OWNED).bytes(key).toArray();
    }
    if (tombstone == null) {
      throw new IllegalStateException("a lease row without owner and tombstone");
    }
    Holder absentFrom = tombstone.absentFrom();
    out.u8(absentFrom == null ? ENDED : ABSENT);
    Duid client = tombstone.client();
    if (client == null) {
      out.u8(0);
    } else {
      out.u8(client.octets().size()).bytes(client.octets());
    }
    out.zigzag(tombstone.cltt())
        .varint(Integer.toUnsignedLong(tombstone.feeder()))
        .varint(tombstone.sequence())
        .zigzag(tombstone.end());
    if (absentFrom != null) {
      out.varint(Integer.toUnsignedLong(absentFrom.source())).varint(absentFrom.generation());
    }
    return out.toArray();
  }
}
