package bindery.store;

import bindery.log.v1.Job;
import bindery.log.v1.Link;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * SHA-256 over what rows say, not over how they say it: rows of two formats with the same content
 * hash alike. Bindings in key order, then tombstones in key order, links by id, sources by name,
 * and what the whole cluster goes by. When a binding is armed for the purge is no content, nor is
 * the instant that the log has reached.
 */
final class ContentHash {
  private static final int BINDING = 'B';
  private static final int LINK = 'L';
  private static final int SOURCE = 'S';
  private static final int TOMBSTONE = 'T';
  private static final int CLUSTER = 'C';

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

  /** Takes the next tombstone in. */
  void add(int space, LeaseKey lease, Tombstone tombstone) {
    out.u8(TOMBSTONE).u16(space).u8(lease.kind().code()).u8(lease.prefix().length());
    add(lease.prefix().address());
    Duid client = tombstone.client();
    out.counted(client == null ? Bytes.EMPTY : client.octets());
    out.u64(tombstone.cltt()).u32(tombstone.feeder()).u64(tombstone.sequence());
    out.u64(tombstone.end());
    take();
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

  /** Takes in what the whole cluster goes by: its level, its settings and the jobs not done. */
  void addCluster(RowReader rows) {
    out.u8(CLUSTER).u64(MetaRow.readNumber(rows, MetaKey.LEVEL));
    out.counted(StoreSettings.read(rows).toByteArray());
    List<Job> jobs = new JobRows(rows).all();
    out.varint(jobs.size());
    for (Job job : jobs) {
      out.counted(job.toByteArray());
    }
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
