package bindery.store;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.List;

/** Rows to begin with, for {@link RowCodecFuzz}. */
public final class RowSeeds {
  private static final Duid CLIENT = Duid.parse("0003000102005e20000b");

  private RowSeeds() {}

  /** Inputs of the target. */
  public static List<byte[]> all() {
    BindingRecord binding = new BindingRecord(new BindingKey(7, CLIENT));
    binding.setCltt(1_000);
    binding.setLastChange(1_001);
    binding.setRelayData(Bytes.parseHex("20010db8000000000000000000000001"));
    binding.setOptions(Bytes.parseHex("0027000200aa"));
    binding.relayIds().add(Duid.parse("0003000102005e1000aa"));
    binding.remoteIds().add(RemoteId.parse("32473:01"));
    binding.put(lease(LeaseKey.Kind.ADDRESS, "2001:db8::1/128", 5_000));
    binding.put(lease(LeaseKey.Kind.PREFIX, "3fff::/48", Long.MAX_VALUE));
    byte[] row = BindingCodec.encode(binding, Schema.ROW_FORMAT_NEWEST);
    Tombstone told = new Tombstone(CLIENT, 10, 3, 5, 20);
    Tombstone concluded = new Tombstone(CLIENT, 10, 3, 5, 20, new Holder(2, 4));
    return List.of(
        seed(0, row),
        seed(2, row),
        seed(1, LeaseRow.ownedBy(binding.key()).encode()),
        seed(1, LeaseRow.ended(told).encode()),
        seed(1, LeaseRow.ended(concluded).encode()));
  }

  private static LeaseRecord lease(LeaseKey.Kind kind, String prefix, long end) {
    return new LeaseRecord(
        new LeaseKey(kind, Ipv6Prefix.parse(prefix)),
        1,
        1_000,
        Math.min(end, 4_000),
        end,
        1_000,
        new LinkHint("edge-1", 2, 17, null),
        3,
        5,
        List.of(new Holder(2, 1)),
        Bytes.EMPTY,
        0,
        "cpe");
  }

  private static byte[] seed(int kind, byte[] row) {
    byte[] input = new byte[row.length + 1];
    input[0] = (byte) kind;
    System.arraycopy(row, 0, input, 1, row.length);
    return input;
  }
}
