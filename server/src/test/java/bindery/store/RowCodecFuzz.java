package bindery.store;

import java.util.Arrays;

/**
 * Fuzz target: any octets are a row, or a corrupt one by name ({@link StoreException}); and what is
 * read is the same after it was written and read again.
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
    try {
      switch (input[0] % 3) {
        case 0 -> binding(row);
        case 1 -> lease(row);
        default -> streamPart(row);
      }
    } catch (StoreException e) {
      check(!String.valueOf(e.getMessage()).isEmpty(), "corrupt without a word");
    }
  }

  private static void binding(byte[] row) {
    StreamPart part = new StreamPart();
    part.wrap(row, 0, row.length);
    BindingKey key = new BindingKey(7, part.client());
    BindingRecord binding = BindingCodec.decode(key, row);
    byte[] written = BindingCodec.encode(binding);
    byte[] again = BindingCodec.encode(BindingCodec.decode(key, written));
    check(Arrays.equals(again, written), "another binding when it is read again");
  }

  private static void lease(byte[] row) {
    LeaseRow lease = LeaseRow.decode(row);
    check(LeaseRow.decode(lease.encode()).equals(lease), "another lease when it is read again");
  }

  private static void streamPart(byte[] row) {
    StreamPart part = new StreamPart();
    part.wrap(row, 0, row.length);
    long now = part.cltt();
    byte[] page = new byte[80 << 10];
    check(part.isLive(now) || !part.hasMoreLeases(now), "leases of a part that is not live");
    int head = part.copyHead(page, 0, now);
    part.rewind();
    for (int turns = 0; part.hasMoreLeases(now) && turns < 100; turns++) {
      check(part.copyLeases(page, head, 4 << 10, now) >= head, "fewer octets than none");
    }
    check(part.copyOptions(page, 0) <= page.length, "too many options");
    check(part.copyRelayData(page, 0) <= page.length, "too much relay data");
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
