package bindery.store;

import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.OptionCode;
import bindery.model.RemoteId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a binding into its row in the {@code binding} family and back: the {@link StreamPart}, then
 * the bookkeeping, which no answer needs.
 *
 * <pre>
 * row         = stream-part bookkeeping
 * bookkeeping = space(varint)
 *               armed(varint)                          ; instant + 1; 0 if not armed
 *               size(varint) hardware-address
 *               count(varint) *( size(varint) relay-ID )
 *               count(varint) *( size(varint) remote-ID )
 *               *lease                                 ; as many as in the stream part, in its order
 * lease       = flags(1)                               ; 01: the hint is that of the lease before
 *               iaid(4) granted(signed) clt(signed)    ; each what the binding's CLT is ahead of it
 *               [ hint ]
 *               feeder(varint) sequence(varint)
 *               count(varint) *( source(varint) generation(varint) )
 *               pool-id(varint) size(varint) hostname
 * hint        = parts(1)                               ; 01 name, 02 subnet, 04 link-address
 *               [ size(varint) name ] [ source(varint) subnet-id(varint) ] [ link-address(16) ]
 * signed      = varint, zigzag
 * </pre>
 *
 * <p>Address or prefix, ends and inner options of a lease stand in the stream part alone. The
 * bookkeeping {@code 00 65 00 00 00 01 00000001 00 00 03 05 01 02 01 00 00}: armed for 100, no
 * hardware address, relay-ID or remote-ID; one lease of IAID 1, granted at the CLT, without a hint,
 * last changed by item 5 of feeder 3, held by source 2 in its sync generation 1.
 */
final class BindingCodec {
  private static final int SAME_HINT = 0x01;
  private static final int HINT_NAME = 0x01;
  private static final int HINT_SUBNET = 0x02;
  private static final int HINT_LINK_ADDRESS = 0x04;
  private static final int IDS_MAX = 0xffff;
  private static final int TEXT_MAX = 0xffff;

  private BindingCodec() {}

  /**
   * Appends the whole row.
   *
   * @param format as {@link Schema#rowFormat} gives it
   * @return how many octets of it, from the left, are the stream part
   * @throws IllegalArgumentException if a count or size is above what a row can hold
   */
  static int write(BindingRecord binding, int format, OctetWriter out) {
    int start = out.size();
    StreamPartEncoder.write(binding, format, out);
    int streamSize = out.size() - start;
    out.varint(binding.space()).varint(binding.armed() + 1).counted(binding.hardwareAddress());
    out.varint(binding.relayIds().size());
    for (Duid relay : binding.relayIds()) {
      out.counted(relay.octets());
    }
    out.varint(binding.remoteIds().size());
    for (RemoteId remote : binding.remoteIds()) {
      out.counted(remote.octets());
    }
    LinkHint before = LinkHint.NONE;
    for (LeaseRecord lease : binding.leases().values()) {
      writeLease(binding.cltt(), lease, before, out);
      before = lease.hint();
    }
    return streamSize;
  }

  /** The whole row, in a new array. */
  static byte[] encode(BindingRecord binding, int format) {
    OctetWriter out = new OctetWriter(512);
    int streamSize = write(binding, format, out);
    assert streamSize <= out.size();
    return out.toArray();
  }

  /** The stream part alone, in a new array: the row in the {@code relay} family. */
  static byte[] encodeStreamPart(BindingRecord binding, int format) {
    OctetWriter out = new OctetWriter(512);
    StreamPartEncoder.write(binding, format, out);
    return out.toArray();
  }

  private static void writeLease(long cltt, LeaseRecord lease, LinkHint before, OctetWriter out) {
    boolean sameHint = lease.hint().equals(before);
    out.u8(sameHint ? SAME_HINT : 0)
        .u32(lease.iaid())
        .zigzag(cltt - lease.granted())
        .zigzag(cltt - lease.cltt());
    if (!sameHint) {
      writeHint(lease.hint(), out);
    }
    out.varint(Integer.toUnsignedLong(lease.feeder())).varint(lease.sequence());
    out.varint(lease.holders().size());
    for (Holder holder : lease.holders()) {
      out.varint(Integer.toUnsignedLong(holder.source())).varint(holder.generation());
    }
    out.varint(lease.poolId()).counted(lease.hostname().getBytes(StandardCharsets.UTF_8));
  }

  private static void writeHint(LinkHint hint, OctetWriter out) {
    Ipv6Address linkAddress = hint.linkAddress();
    boolean named = !hint.name().isEmpty();
    out.u8(
        (named ? HINT_NAME : 0)
            | (hint.hasSubnet() ? HINT_SUBNET : 0)
            | (linkAddress != null ? HINT_LINK_ADDRESS : 0));
    if (named) {
      out.counted(hint.name().getBytes(StandardCharsets.UTF_8));
    }
    if (hint.hasSubnet()) {
      out.varint(Integer.toUnsignedLong(hint.source())).varint(hint.subnet());
    }
    if (linkAddress != null) {
      out.u64(linkAddress.high()).u64(linkAddress.low());
    }
  }

  /**
   * Reads a row.
   *
   * @throws StoreException if it is corrupt, of a newer format, or of another client than its key
   */
  static BindingRecord decode(BindingKey key, byte[] row) {
    StreamPart stream = new StreamPart();
    stream.wrap(row, 0, row.length);
    if (!stream.client().equals(key.client())) {
      throw new StoreException(
          "corrupt binding row: key of " + key + ", row of client " + stream.client());
    }
    BindingRecord binding = new BindingRecord(key);
    binding.setCltt(stream.cltt());
    binding.setLastChange(stream.lastChange());
    binding.setRelayData(stream.relayData());
    binding.setOptions(stream.options());
    OctetReader in = new OctetReader("binding row", row, stream.size(), row.length);
    binding.setSpace(in.count(0xffff));
    binding.setArmed(in.varint() - 1);
    binding.setHardwareAddress(in.counted(TEXT_MAX));
    try {
      for (int count = in.count(IDS_MAX); count > 0; count--) {
        binding.relayIds().add(new Duid(in.counted(Duid.SIZE_MAX)));
      }
      for (int count = in.count(IDS_MAX); count > 0; count--) {
        binding.remoteIds().add(new RemoteId(in.counted(RemoteId.SIZE_MAX)));
      }
      readLeases(stream, row, in, binding);
    } catch (IllegalArgumentException e) {
      throw new StoreException("corrupt binding row of " + key + ": " + e.getMessage(), e);
    }
    in.end();
    return binding;
  }

  private static void readLeases(
      StreamPart stream, byte[] row, OctetReader in, BindingRecord binding) {
    OctetReader option = stream.leaseReader(row);
    OctetReader wide = stream.wideReader(row);
    LinkHint hint = LinkHint.NONE;
    for (int count = stream.leaseCount(); count > 0; count--) {
      int code = option.u16();
      int size = option.u16();
      boolean isAddress = code == OptionCode.IA_ADDRESS;
      if (!isAddress && code != OptionCode.IA_PREFIX) {
        throw option.corrupt("option " + code, "IAADDR or IAPREFIX");
      }
      int length = 128;
      Ipv6Address address = Ipv6Address.UNSPECIFIED;
      if (isAddress) {
        address = new Ipv6Address(option.i64(), option.i64());
      }
      long preferredEnd = end(option.i32());
      long validEnd = end(option.i32());
      if (!isAddress) {
        length = option.u8();
        address = new Ipv6Address(option.i64(), option.i64());
      }
      Bytes inner = option.bytes(size - (isAddress ? 24 : 25));
      if (stream.isWide()) {
        preferredEnd = wide.i64();
        validEnd = wide.i64();
      }
      LeaseKey lease =
          new LeaseKey(
              isAddress ? LeaseKey.Kind.ADDRESS : LeaseKey.Kind.PREFIX,
              new Ipv6Prefix(address, length));
      int flags = in.u8();
      int iaid = in.i32();
      long granted = binding.cltt() - in.zigzag();
      long cltt = binding.cltt() - in.zigzag();
      if ((flags & SAME_HINT) == 0) {
        hint = readHint(in);
      }
      int feeder = (int) in.varint();
      long sequence = in.varint();
      List<Holder> holders = readHolders(in);
      binding.put(
          new LeaseRecord(
              lease,
              iaid,
              granted,
              preferredEnd,
              validEnd,
              cltt,
              hint,
              feeder,
              sequence,
              holders,
              inner,
              in.varint(),
              in.text(TEXT_MAX)));
    }
    option.end();
  }

  private static long end(int slot) {
    long end = Integer.toUnsignedLong(slot);
    return end == DhcpTime.INFINITY ? Long.MAX_VALUE : end;
  }

  private static LinkHint readHint(OctetReader in) {
    int parts = in.u8();
    String name = (parts & HINT_NAME) == 0 ? "" : in.text(TEXT_MAX);
    int source = 0;
    long subnet = 0;
    if ((parts & HINT_SUBNET) != 0) {
      source = (int) in.varint();
      subnet = in.varint();
      if (source == 0) {
        throw in.corrupt("subnet id " + subnet + " of no source", "a source");
      }
    }
    Ipv6Address linkAddress =
        (parts & HINT_LINK_ADDRESS) == 0 ? null : new Ipv6Address(in.i64(), in.i64());
    return new LinkHint(name, source, subnet, linkAddress);
  }

  private static List<Holder> readHolders(OctetReader in) {
    int count = in.count(TEXT_MAX);
    if (count == 1) {
      return List.of(new Holder((int) in.varint(), in.varint()));
    }
    List<Holder> holders = new ArrayList<>(Math.min(count, 16));
    for (; count > 0; count--) {
      holders.add(new Holder((int) in.varint(), in.varint()));
    }
    return holders;
  }
}
