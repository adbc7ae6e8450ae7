package bindery.store;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.List;

/** Values that several tests take. */
final class Samples {
  static final Duid CLIENT = Duid.parse("00:03:00:01:0a:0b:0c:0d:0e:0f");
  static final Duid RELAY = Duid.parse("00:02:00:00:ab:cd:01");
  static final RemoteId REMOTE = RemoteId.parse("32473:7031");

  private Samples() {}

  /** The row of a binding, as this program writes it last. */
  static byte[] row(BindingRecord binding) {
    return BindingCodec.encode(binding, Schema.ROW_FORMAT_NEWEST);
  }

  /** The stream part of a binding, as this program writes it last. */
  static byte[] streamPart(BindingRecord binding) {
    return BindingCodec.encodeStreamPart(binding, Schema.ROW_FORMAT_NEWEST);
  }

  static Duid client(int number) {
    return Duid.parse(String.format("00030001%08x", number));
  }

  static LeaseKey address(String text) {
    return LeaseKey.ofAddress(Ipv6Address.parse(text));
  }

  static LeaseKey prefix(String text) {
    return LeaseKey.ofPrefix(Ipv6Prefix.parse(text));
  }

  static LeaseRecord lease(LeaseKey key, long preferredEnd, long validEnd) {
    return new LeaseRecord(
        key,
        1,
        0,
        preferredEnd,
        validEnd,
        0,
        LinkHint.NONE,
        1,
        1,
        List.of(new Holder(1, 0)),
        Bytes.EMPTY,
        0,
        "");
  }

  static BindingRecord binding(int link, Duid client, LeaseRecord... leases) {
    BindingRecord binding = new BindingRecord(new BindingKey(link, client));
    for (LeaseRecord lease : leases) {
      binding.put(lease);
    }
    return binding;
  }

  /** Puts a binding with all its index rows. */
  static void put(RowBatch batch, BindingRecord binding) {
    batch.put(Family.BINDING, binding.key().octets(), row(binding));
    batch.put(Family.CLIENT, Keys.client(binding.space(), binding.key()));
    for (Duid relay : binding.relayIds()) {
      batch.put(
          Family.RELAY, Keys.relay(binding.space(), relay, binding.key()), streamPart(binding));
    }
    for (RemoteId remote : binding.remoteIds()) {
      batch.put(Family.REMOTE, Keys.remote(binding.space(), remote, binding.key()));
    }
    for (LeaseKey lease : binding.leases().keySet()) {
      batch.put(
          Family.LEASE,
          Keys.lease(binding.space(), lease),
          LeaseRow.ownedBy(binding.key()).encode());
    }
    if (binding.armed() != BindingRecord.NOT_ARMED) {
      batch.put(Family.EXPIRY, Keys.expiry(binding.armed(), binding.key()));
    }
  }
}
