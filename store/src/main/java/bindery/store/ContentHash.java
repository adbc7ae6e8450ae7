package bindery.store;

import bindery.log.v1.Link;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.RemoteId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 over what rows say, not over how they say it: rows of two formats with the same content
 * hash alike. Bindings in key order, then links by id, then sources by name. When a binding is
 * armed for the purge is no content.
 */
final class ContentHash {
  private static final int BINDING = 'B';
  private static final int LINK = 'L';
  private static final int SOURCE = 'S';

  private final MessageDigest digest;
  private final OctetWriter out = new OctetWriter(1 << 10);

  /** Of nothing so far. */
  ContentHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java runtime without SHA-256", e);
    }
  }

  /** Takes the next binding in. */
  void add(BindingRecord binding) {
    out.u8(BINDING).u32(binding.link()).counted(binding.client().octets()).u16(binding.space());
    out.u64(binding.cltt()).u64(binding.lastChange());
    out.counted(binding.relayData()).counted(binding.options());
    out.counted(binding.hardwareAddress());
    out.varint(binding.relayIds().size());
    for (Duid relay : binding.relayIds()) {
      out.counted(relay.octets());
    }
    out.varint(binding.remoteIds().size());
    for (RemoteId remote : binding.remoteIds()) {
      out.counted(remote.octets());
    }
    out.varint(binding.leases().size());
    for (LeaseRecord lease : binding.leases().values()) {
      add(lease);
    }
    take();
  }

  private void add(LeaseRecord lease) {
    out.u8(lease.key().kind().code()).u8(lease.key().prefix().length());
    add(lease.key().prefix().address());
    out.u32(lease.iaid()).u64(lease.granted());
    out.u64(lease.preferredEnd()).u64(lease.validEnd()).u64(lease.cltt());
    out.counted(lease.hint().name().getBytes(StandardCharsets.UTF_8));
    out.u32(lease.hint().source()).u64(lease.hint().subnet());
    Ipv6Address linkAddress = lease.hint().linkAddress();
    out.u8(linkAddress == null ? 0 : 1);
    add(linkAddress == null ? Ipv6Address.UNSPECIFIED : linkAddress);
    out.u32(lease.feeder()).u64(lease.sequence());
    out.varint(lease.holders().size());
    for (Holder holder : lease.holders()) {
      out.u32(holder.source()).u64(holder.generation());
    }
    out.counted(lease.options()).u64(lease.poolId());
    out.counted(lease.hostname().getBytes(StandardCharsets.UTF_8));
  }

  private void add(Ipv6Address address) {
    out.u64(address.high()).u64(address.low());
  }

  /** Takes the next link in. */
  void add(Link link) {
    out.u8(LINK).counted(link.toByteArray());
    take();
  }

  /** Takes the next source in. */
  void add(Source source) {
    out.u8(SOURCE).counted(source.toByteArray());
    take();
  }

  private void take() {
    digest.update(out.array(), 0, out.size());
    out.clear();
  }

  /** The 32 octets; nothing may be added after. */
  Bytes finish() {
    return Bytes.wrap(digest.digest());
  }
}
