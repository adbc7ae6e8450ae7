package bindery.client.merge;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.wire.DhcpOption;
import bindery.wire.LeaseOption;
import bindery.wire.RelayData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A lease as a row of {@link SortedRows}.
 *
 * <pre>{@code
 * by lease:  key := kind(1) address(16) prefix-length(1) server(1) message(8)
 * by client: key := server(1) query(4) size(1) client(3..130) message(8) kind(1) address(16) prefix-length(1)
 * payload := server(1) message(8) query(4) told-at(8) Base Octets:client clt-age(8)
 *            kind(1) address(16) prefix-length(1) preferred(8) valid(8) Octets:lease-options
 *            Relay count(4) (code(2) Octets)*
 * Base    := 0 | 1 base-time(8)      Relay := 0 | 1 source(16) Octets      Octets := length(4) octet*
 * }</pre>
 */
final class LeaseRow {
  private LeaseRow() {}

  /** The row that sorts by lease, then server. */
  static byte[] byLease(ToldLease told) throws IOException {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(key);
    putKey(out, told.lease().key());
    out.writeByte(told.server());
    out.writeLong(told.message());
    return row(key.toByteArray(), told);
  }

  /** The row that sorts by server, client and message: what one binding was made of. */
  static byte[] byClient(ToldLease told) throws IOException {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(key);
    out.writeByte(told.server());
    out.writeInt(told.query());
    out.writeByte(told.client().octets().size());
    out.write(told.client().octets().toArray());
    out.writeLong(told.message());
    putKey(out, told.lease().key());
    return row(key.toByteArray(), told);
  }

  private static byte[] row(byte[] key, ToldLease told) throws IOException {
    ByteArrayOutputStream row = new ByteArrayOutputStream(256);
    DataOutputStream out = new DataOutputStream(row);
    out.writeShort(key.length);
    out.write(key);
    out.writeByte(told.server());
    out.writeLong(told.message());
    out.writeInt(told.query());
    out.writeLong(told.toldAt());
    out.writeBoolean(told.baseTime().isPresent());
    if (told.baseTime().isPresent()) {
      out.writeLong(told.baseTime().getAsLong());
    }
    putOctets(out, told.client().octets());
    out.writeLong(told.cltAge());
    putKey(out, told.lease().key());
    out.writeLong(told.lease().preferredLifetime());
    out.writeLong(told.lease().validLifetime());
    putOctets(out, told.lease().options());
    out.writeBoolean(told.relayData().isPresent());
    if (told.relayData().isPresent()) {
      out.write(told.relayData().get().source().toArray());
      putOctets(out, told.relayData().get().message());
    }
    out.writeInt(told.options().size());
    for (DhcpOption option : told.options()) {
      out.writeShort(option.code());
      putOctets(out, option.data());
    }
    return row.toByteArray();
  }

  private static void putKey(DataOutputStream out, LeaseKey key) throws IOException {
    out.writeByte(key.kind().code());
    out.write(key.prefix().address().toArray());
    out.writeByte(key.prefix().length());
  }

  private static void putOctets(DataOutputStream out, Bytes octets) throws IOException {
    out.writeInt(octets.size());
    out.write(octets.toArray());
  }

  /**
   * Reads either row.
   *
   * @throws IOException if it was cut short, as only a damaged file is
   */
  static ToldLease read(byte[] row) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(row));
    in.skipNBytes(in.readUnsignedShort());
    return new ToldLease(
        in.readUnsignedByte(),
        in.readLong(),
        in.readInt(),
        in.readLong(),
        in.readBoolean() ? OptionalLong.of(in.readLong()) : OptionalLong.empty(),
        new Duid(readOctets(in)),
        in.readLong(),
        readLease(in),
        in.readBoolean()
            ? Optional.of(new RelayData(readAddress(in), readOctets(in)))
            : Optional.empty(),
        readOptions(in));
  }

  private static LeaseOption readLease(DataInputStream in) throws IOException {
    LeaseKey.Kind kind = LeaseKey.Kind.of(in.readUnsignedByte());
    Ipv6Address address = readAddress(in);
    LeaseKey key = new LeaseKey(kind, new Ipv6Prefix(address, in.readUnsignedByte()));
    return new LeaseOption(key, in.readLong(), in.readLong(), readOctets(in));
  }

  private static List<DhcpOption> readOptions(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<DhcpOption> options = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      options.add(new DhcpOption(in.readUnsignedShort(), readOctets(in)));
    }
    return options;
  }

  private static Ipv6Address readAddress(DataInputStream in) throws IOException {
    return Ipv6Address.of(in.readNBytes(Ipv6Address.SIZE), 0);
  }

  private static Bytes readOctets(DataInputStream in) throws IOException {
    byte[] octets = new byte[in.readInt()];
    in.readFully(octets);
    return Bytes.wrap(octets);
  }
}
