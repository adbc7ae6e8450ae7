package bindery.store;

import bindery.model.DhcpTime;
import bindery.model.LeaseKey;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz target: any octets are a row, or a corrupt one by name ({@link StoreException}); what is
 * read is the same after it was written and read again; and an answer copied from the row tells
 * what the record says.
 *
 * <p>The first octet says which row: of a binding, of a lease, or the part that answers are copied
 * from.
 */
public final class RowCodecFuzz {
  private RowCodecFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] row = Arrays.copyOfRange(input, 1, input.length);
    switch ((input[0] & 0xff) % 3) {
      case 0 -> binding(row);
      case 1 -> lease(row);
      default -> streamPart(row);
    }
  }

  private static void binding(byte[] row) {
    BindingRecord binding;
    try {
      StreamPart part = new StreamPart();
      part.wrap(row, 0, row.length);
      binding = BindingCodec.decode(new BindingKey(7, part.client()), row);
    } catch (StoreException e) {
      named(e);
      return;
    }
    // From here on nothing may be refused: we wrote it.
    byte[] written = BindingCodec.encode(binding, row[0]);
    BindingRecord again = BindingCodec.decode(binding.key(), written);
    check(content(again).equals(content(binding)), "another binding when it is read again");
    check(
        Arrays.equals(BindingCodec.encode(again, row[0]), written),
        "other octets for the same binding");
    copied(binding, written);
  }

  private static List<Object> content(BindingRecord binding) {
    return List.of(
        binding.key(),
        binding.space(),
        binding.cltt(),
        binding.lastChange(),
        binding.relayData(),
        binding.options(),
        binding.hardwareAddress(),
        binding.armed(),
        List.copyOf(binding.relayIds()),
        List.copyOf(binding.remoteIds()),
        List.copyOf(binding.leases().values()));
  }

  // The live leases, each with what is left of it, and no octet more.
  private static void copied(BindingRecord binding, byte[] row) {
    StreamPart part = new StreamPart();
    part.wrap(row, 0, row.length);
    for (long now : new long[] {0, binding.cltt(), binding.earliestEnd()}) {
      part.rewind();
      byte[] page = new byte[part.leasesSize()];
      int end = part.copyLeases(page, 0, page.length, now);
      int at = 0;
      for (LeaseRecord lease : binding.leases().values()) {
        check(part.isLive(lease.key(), now) == lease.isLive(now), "live or not: " + lease);
        if (lease.isLive(now)) {
          boolean isAddress = lease.key().kind() == LeaseKey.Kind.ADDRESS;
          int slots = at + (isAddress ? 20 : 4);
          check(
              Octets.getInt(page, slots) == DhcpTime.remaining(lease.preferredEnd(), now)
                  && Octets.getInt(page, slots + 4) == DhcpTime.remaining(lease.validEnd(), now),
              "at " + now + " another lifetime of " + lease);
          at += (isAddress ? 28 : 29) + lease.options().size();
        }
      }
      check(at == end, end + " octets copied, " + at + " octets of live leases");
      check(!part.hasMoreLeases(now), "more leases than all");
    }
  }

  private static void lease(byte[] row) {
    LeaseRow lease;
    try {
      lease = LeaseRow.decode(row);
    } catch (StoreException e) {
      named(e);
      return;
    }
    check(LeaseRow.decode(lease.encode()).equals(lease), "another lease when it is read again");
    check(LeaseRow.isOwned(row) == (lease.owner() != null), "owned or not: " + lease);
  }

  private static void streamPart(byte[] row) {
    byte[] page = new byte[80 << 10];
    try {
      StreamPart part = new StreamPart();
      part.wrap(row, 0, row.length);
      for (long now : new long[] {0, part.cltt(), part.lastChange()}) {
        part.rewind();
        check(part.isLive(now) == part.hasMoreLeases(now), "live without leases, or the reverse");
        int head = part.copyHead(page, 0, now);
        for (int turns = 0; part.hasMoreLeases(now) && turns < 100; turns++) {
          int end = part.copyLeases(page, head, 4 << 10, now);
          check(end >= head && end <= head + (4 << 10), "copied up to " + end);
        }
      }
      check(part.copyOptions(page, 0) == part.optionsSize(), "another size of options");
      check(part.copyRelayData(page, 0) == part.relayDataSize(), "another size of relay data");
    } catch (StoreException e) {
      named(e);
    }
  }

  private static void named(StoreException e) {
    String message = String.valueOf(e.getMessage());
    check(
        message.contains("corrupt") || message.contains("newer program"),
        "a fault without a name: " + message);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
