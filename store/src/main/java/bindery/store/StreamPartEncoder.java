package bindery.store;

import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.LeaseKey;
import bindery.model.OptionCode;
import java.util.Collection;

/** Writes the stream part of a binding, as {@link StreamPart} gives its grammar. */
final class StreamPartEncoder {
  /** The most octets of relay data: what the option that carries it can hold. */
  static final int RELAY_DATA_MAX = 0xffff;

  /** The most octets of returnable options together. */
  static final int OPTIONS_MAX = 0xffff;

  private static final int IA_ADDRESS_SIZE = 24;
  private static final int IA_PREFIX_SIZE = 25;
  private static final int CLT_TIME_SIZE = 4;

  private StreamPartEncoder() {}

  /**
   * Appends the stream part.
   *
   * @param format its first octet
   * @throws IllegalArgumentException if there are more than 4,096 leases, or relay data or options
   *     above 65,535 octets
   */
  static void write(BindingRecord binding, int format, OctetWriter out) {
    Collection<LeaseRecord> leases = binding.leases().values();
    check("leases", leases.size(), BindingRecord.LEASES_MAX);
    check("octets of relay data", binding.relayData().size(), RELAY_DATA_MAX);
    check("octets of options", binding.options().size(), OPTIONS_MAX);
    boolean wide = false;
    int leaseOctets = 0;
    long earliest = Long.MAX_VALUE;
    for (LeaseRecord lease : leases) {
      wide |= !fits(lease.preferredEnd()) || !fits(lease.validEnd());
      leaseOctets += 4 + contentSize(lease);
      earliest = Math.min(earliest, lease.validEnd());
    }
    Bytes client = binding.client().octets();
    out.u8(format)
        .u8(wide ? StreamPart.WIDE : 0)
        .u64(binding.cltt())
        .u64(binding.lastChange())
        .u64(earliest)
        .u8(client.size())
        .u16(leases.size())
        .u32(leaseOctets)
        .u16(binding.relayData().size())
        .u16(binding.options().size());
    out.u16(OptionCode.CLIENT_ID).u16(client.size()).bytes(client);
    out.u16(OptionCode.CLT_TIME).u16(CLT_TIME_SIZE).u32(0);
    for (LeaseRecord lease : leases) {
      writeOption(lease, wide, out);
    }
    if (wide) {
      for (LeaseRecord lease : leases) {
        out.u64(lease.preferredEnd()).u64(lease.validEnd());
      }
    }
    out.bytes(binding.relayData()).bytes(binding.options());
  }

  private static void check(String what, int count, int most) {
    if (count > most) {
      throw new IllegalArgumentException(
          "a binding with " + count + " " + what + " (expected <= " + most + ")");
    }
  }

  // Whether a lifetime slot can hold the instant.
  private static boolean fits(long end) {
    return end == Long.MAX_VALUE || (end >= 0 && end < DhcpTime.INFINITY);
  }

  private static int contentSize(LeaseRecord lease) {
    int bare = lease.key().kind() == LeaseKey.Kind.ADDRESS ? IA_ADDRESS_SIZE : IA_PREFIX_SIZE;
    return bare + lease.options().size();
  }

  private static void writeOption(LeaseRecord lease, boolean wide, OctetWriter out) {
    long preferred = wide ? 0 : Math.min(lease.preferredEnd(), DhcpTime.INFINITY);
    long valid = wide ? 0 : Math.min(lease.validEnd(), DhcpTime.INFINITY);
    switch (lease.key().kind()) {
      case ADDRESS -> {
        out.u16(OptionCode.IA_ADDRESS).u16(contentSize(lease));
        writeAddress(lease, out);
        out.u32(preferred).u32(valid);
      }
      case PREFIX -> {
        out.u16(OptionCode.IA_PREFIX).u16(contentSize(lease));
        out.u32(preferred).u32(valid).u8(lease.key().prefix().length());
        writeAddress(lease, out);
      }
    }
    out.bytes(lease.options());
  }

  private static void writeAddress(LeaseRecord lease, OctetWriter out) {
    out.u64(lease.key().prefix().address().high()).u64(lease.key().prefix().address().low());
  }
}
