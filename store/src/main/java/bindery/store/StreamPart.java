package bindery.store;

import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.OptionCode;

/**
 * The ready-made part of a binding's row that answers are copied from: CLIENT_DATA options in wire
 * form whose lifetime slots hold absolute ends, then relay data and returnable options apart.
 *
 * <pre>
 * stream-part = format(1)=01 flags(1)            ; 01: wide ends follow the leases
 *               clt(8) last-change(8)            ; signed
 *               earliest-end(8)                  ; 7fffffffffffffff if no lease ends
 *               client-size(1) leases(2) leases-size(4) relay-data-size(2) options-size(2)
 *               head *lease *wide-end relay-data options
 * head        = CLIENTID option, CLT_TIME option with a slot of 0
 * lease       = IAADDR or IAPREFIX option, by ascending kind, address and length; its two lifetime
 *               slots hold the instants of the ends, ffffffff for an end that never comes; both are
 *               0 if there are wide ends
 * wide-end    = preferred-end(8) valid-end(8)    ; signed, 7fffffffffffffff never; one a lease
 * </pre>
 *
 * <p>Wide ends are there if some finite end lies outside 0..fffffffe. The preferred end is never
 * above the valid end. The same octets are the row of the {@code relay} family and the beginning of
 * that of {@code binding}. One address 2001:db8::1 of client 00:03:00:01:0a:0b:0c:0d:0e:0f, CLT
 * 256, last change 257, preferred until 512, valid until 768:
 *
 * <pre>
 * 01 00 0000000000000100 0000000000000101 0000000000000300 0a 0001 0000001c 0000 0000
 * 0001 000a 000300010a0b0c0d0e0f  002e 0004 00000000
 * 0005 0018 20010db8000000000000000000000001 00000200 00000300
 * </pre>
 *
 * <p>A view over octets that its cursor reuses: valid until the cursor moves, one thread only.
 * Allocates nothing while it copies. Instants are seconds since 2000 ({@link
 * bindery.model.DhcpTime}). A row that is not what it must be is a {@link StoreException}.
 */
public final class StreamPart {
  /** The flag of wide ends. */
  static final int WIDE = 0x01;

  /** Octets before the head. */
  static final int HEADER_SIZE = 37;

  private static final int FORMAT_FIRST = 1;
  private static final int CLTT = 2;
  private static final int LAST_CHANGE = 10;
  private static final int EARLIEST_END = 18;
  private static final int CLIENT_SIZE = 26;
  private static final int LEASES = 27;
  private static final int LEASES_SIZE = 29;
  private static final int RELAY_DATA_SIZE = 33;
  private static final int OPTIONS_SIZE = 35;

  private static final int OPTION_HEADER = 4;
  private static final int CLT_TIME_OPTION = 8;
  private static final int WIDE_SIZE = 16;

  // From an option's first octet to its preferred lifetime; the valid one follows.
  private static final int ADDRESS_LIFETIMES = 20;
  private static final int PREFIX_LIFETIMES = 4;
  private static final int PREFIX_AT = 13;
  private static final int ADDRESS_OPTION_MIN = 28;
  private static final int PREFIX_OPTION_MIN = 29;

  private byte[] octets = new byte[0];
  private int offset;
  private int size;
  private int headSize;
  private int leasesFrom;
  private int leasesEnd;
  private boolean wide;

  // The first lease that copyLeases has not dealt with.
  private int at;
  private int index;

  StreamPart() {}

  /**
   * Takes the stream part at the beginning of {@code available} octets.
   *
   * @throws StoreException if it is none, or longer than that
   */
  void wrap(byte[] row, int from, int available) {
    octets = row;
    offset = from;
    if (available > 0 && row[from] > Schema.ROW_FORMAT_NEWEST) {
      throw new StoreException(
          "stream part of format "
              + row[from]
              + " (this program knows up to "
              + Schema.ROW_FORMAT_NEWEST
              + "); run the newer program that wrote it");
    }
    if (available < HEADER_SIZE || row[from] < FORMAT_FIRST) {
      throw corrupt(available, "a row of format " + FORMAT_FIRST + " or above");
    }
    int clientSize = row[from + CLIENT_SIZE] & 0xff;
    long leasesSize = Octets.getUnsignedInt(row, from + LEASES_SIZE);
    wide = (row[from + 1] & WIDE) != 0;
    headSize = OPTION_HEADER + clientSize + CLT_TIME_OPTION;
    long total =
        HEADER_SIZE
            + headSize
            + leasesSize
            + (wide ? (long) WIDE_SIZE * leaseCount() : 0)
            + relayDataSize()
            + optionsSize();
    if (total > available || !Duid.isValidSize(clientSize)) {
      throw corrupt(available, total + " octets with a client of " + clientSize);
    }
    size = (int) total;
    leasesFrom = from + HEADER_SIZE + headSize;
    leasesEnd = leasesFrom + (int) leasesSize;
    rewind();
  }

  private StoreException corrupt(int available, String expected) {
    int format = available > 0 ? octets[offset] & 0xff : 0;
    return new StoreException(
        "corrupt stream part: "
            + available
            + " octets that begin with format "
            + format
            + " (expected "
            + expected
            + "); "
            + StoreException.REMEDY);
  }

  /** Octets of the stream part. */
  int size() {
    return size;
  }

  /** How many leases there are, ended ones included. */
  int leaseCount() {
    return Octets.getUnsignedShort(octets, offset + LEASES);
  }

  /** Whether ends stand behind the leases. */
  boolean isWide() {
    return wide;
  }

  /** Reads the lease options. */
  OctetReader leaseReader(byte[] row) {
    return new OctetReader("leases of a stream part", row, leasesFrom, leasesEnd);
  }

  /** Reads the wide ends. */
  OctetReader wideReader(byte[] row) {
    return new OctetReader("wide ends of a stream part", row, leasesEnd, pieces());
  }

  /** A copy of the relay data. */
  Bytes relayData() {
    return Bytes.of(octets, pieces(), relayDataSize());
  }

  /** A copy of the returnable options. */
  Bytes options() {
    return Bytes.of(octets, pieces() + relayDataSize(), optionsSize());
  }

  // Where relay data begins.
  private int pieces() {
    return leasesEnd + (wide ? WIDE_SIZE * leaseCount() : 0);
  }

  /** The instant of the last exchange with the client on this link. */
  public long cltt() {
    return Octets.getLong(octets, offset + CLTT);
  }

  /** The cluster time of the last change of the binding, for time windows (S-74). */
  public long lastChange() {
    return Octets.getLong(octets, offset + LAST_CHANGE);
  }

  private long earliestEnd() {
    return Octets.getLong(octets, offset + EARLIEST_END);
  }

  /** Whether some lease has not ended at {@code now}. */
  public boolean isLive(long now) {
    return isLiveFrom(leasesFrom, 0, now);
  }

  private boolean isLiveFrom(int from, int number, long now) {
    if (now < earliestEnd()) {
      return from < leasesEnd;
    }
    int lease = from;
    for (int i = number; lease < leasesEnd; i++) {
      int next = behind(lease);
      if (validEnd(lease, i) > now) {
        return true;
      }
      lease = next;
    }
    return false;
  }

  /** Whether a lease of that key is here and has not ended at {@code now}. */
  boolean isLive(LeaseKey key, long now) {
    Ipv6Prefix prefix = key.prefix();
    boolean address = key.kind() == LeaseKey.Kind.ADDRESS;
    int lease = leasesFrom;
    for (int i = 0; lease < leasesEnd; i++) {
      int next = behind(lease);
      int at128 = lease + (address ? OPTION_HEADER : PREFIX_AT);
      if (isAddress(lease) == address
          && Octets.getLong(octets, at128) == prefix.address().high()
          && Octets.getLong(octets, at128 + 8) == prefix.address().low()
          && (address || (octets[at128 - 1] & 0xff) == prefix.length())) {
        return validEnd(lease, i) > now;
      }
      lease = next;
    }
    return false;
  }

  /** The client's DUID, for tools; the hot path copies it as part of the head. */
  public Duid client() {
    int clientSize = octets[offset + CLIENT_SIZE] & 0xff;
    return new Duid(Bytes.of(octets, offset + HEADER_SIZE + OPTION_HEADER, clientSize));
  }

  /** Octets that {@link #copyHead} writes: the CLIENTID and CLT_TIME options. */
  public int headSize() {
    return headSize;
  }

  /**
   * Writes the CLIENTID and CLT_TIME options, the latter as the age at {@code now}: 0 for a CLT in
   * the future, at most 2^32-1 (S-57).
   *
   * @return the offset behind them
   */
  public int copyHead(byte[] target, int targetOffset, long now) {
    System.arraycopy(octets, offset + HEADER_SIZE, target, targetOffset, headSize);
    int end = targetOffset + headSize;
    long age = Math.max(0, Math.min(now - cltt(), 0xffff_ffffL));
    Octets.putInt(target, end - 4, (int) age);
    return end;
  }

  /** Octets that all lease options take at most. */
  public int leasesSize() {
    return leasesEnd - leasesFrom;
  }

  /** Starts over with the first lease for {@link #copyLeases}. */
  public void rewind() {
    at = leasesFrom;
    index = 0;
  }

  /**
   * Writes whole IAADDR and IAPREFIX options of leases live at {@code now}, with lifetimes
   * remaining (S-58), from where the last call stopped until the next would not fit into {@code
   * room}.
   *
   * @return the offset behind the last one written; {@code targetOffset} if none was
   */
  public int copyLeases(byte[] target, int targetOffset, int room, long now) {
    int left = leasesEnd - at;
    if (left <= room && !wide && now >= 0 && now < earliestEnd()) {
      System.arraycopy(octets, at, target, targetOffset, left);
      patch(target, targetOffset, targetOffset + left, now);
      at = leasesEnd;
      return targetOffset + left;
    }
    int out = targetOffset;
    int limit = targetOffset + room;
    for (; at < leasesEnd; index++) {
      int next = behind(at);
      long validEnd = validEnd(at, index);
      if (validEnd > now) {
        if (next - at > limit - out) {
          return out;
        }
        System.arraycopy(octets, at, target, out, next - at);
        int slots = out + lifetimes(at);
        Octets.putInt(target, slots, DhcpTime.remaining(preferredEnd(at, index), now));
        Octets.putInt(target, slots + 4, DhcpTime.remaining(validEnd, now));
        out += next - at;
      }
      at = next;
    }
    return out;
  }

  // All leases from here to there are live, and their slots hold the ends.
  private void patch(byte[] target, int from, int end, long now) {
    int lease = from;
    while (end - lease >= ADDRESS_OPTION_MIN) {
      int code = Octets.getUnsignedShort(target, lease);
      int slots = lease + (code == OptionCode.IA_ADDRESS ? ADDRESS_LIFETIMES : PREFIX_LIFETIMES);
      long preferred = Octets.getUnsignedInt(target, slots);
      long valid = Octets.getUnsignedInt(target, slots + 4);
      if (preferred != DhcpTime.INFINITY) {
        Octets.putInt(target, slots, (int) Math.max(0, preferred - now));
      }
      if (valid != DhcpTime.INFINITY) {
        Octets.putInt(target, slots + 4, (int) (valid - now));
      }
      lease += OPTION_HEADER + Octets.getUnsignedShort(target, lease + 2);
    }
    if (lease != end) {
      throw corrupt(size, "leases that fill " + leasesSize() + " octets");
    }
  }

  private boolean isAddress(int lease) {
    return Octets.getUnsignedShort(octets, lease) == OptionCode.IA_ADDRESS;
  }

  private int lifetimes(int lease) {
    return isAddress(lease) ? ADDRESS_LIFETIMES : PREFIX_LIFETIMES;
  }

  private int behind(int lease) {
    // A header that is cut off reads as a lease that is too long.
    boolean isWhole = leasesEnd - lease >= ADDRESS_OPTION_MIN;
    int next =
        isWhole
            ? lease + OPTION_HEADER + Octets.getUnsignedShort(octets, lease + 2)
            : leasesEnd + 1;
    if (next > leasesEnd
        || next - lease < (isAddress(lease) ? ADDRESS_OPTION_MIN : PREFIX_OPTION_MIN)) {
      throw corrupt(size, "leases that fill " + leasesSize() + " octets");
    }
    return next;
  }

  private long validEnd(int lease, int number) {
    return wide ? Octets.getLong(octets, wideEnds(number) + 8) : end(lease + lifetimes(lease) + 4);
  }

  private long preferredEnd(int lease, int number) {
    return wide ? Octets.getLong(octets, wideEnds(number)) : end(lease + lifetimes(lease));
  }

  private int wideEnds(int number) {
    if (number >= leaseCount()) {
      throw corrupt(size, leaseCount() + " leases");
    }
    return leasesEnd + number * WIDE_SIZE;
  }

  private long end(int slot) {
    long end = Octets.getUnsignedInt(octets, slot);
    return end == DhcpTime.INFINITY ? Long.MAX_VALUE : end;
  }

  /** Whether live leases at {@code now} are left behind the last {@link #copyLeases}. */
  public boolean hasMoreLeases(long now) {
    return isLiveFrom(at, index, now);
  }

  /** Octets of the data of OPTION_LQ_RELAY_DATA; 0 if the last exchange was a direct one. */
  public int relayDataSize() {
    return Octets.getUnsignedShort(octets, offset + RELAY_DATA_SIZE);
  }

  /** Writes the data of OPTION_LQ_RELAY_DATA, without option header; returns the offset behind. */
  public int copyRelayData(byte[] target, int targetOffset) {
    System.arraycopy(octets, pieces(), target, targetOffset, relayDataSize());
    return targetOffset + relayDataSize();
  }

  /** Octets of the returnable options together. */
  public int optionsSize() {
    return Octets.getUnsignedShort(octets, offset + OPTIONS_SIZE);
  }

  /** Writes all returnable options, whole, back to back; returns the offset behind them. */
  public int copyOptions(byte[] target, int targetOffset) {
    System.arraycopy(octets, pieces() + relayDataSize(), target, targetOffset, optionsSize());
    return targetOffset + optionsSize();
  }

  @Override
  public String toString() {
    return "stream part of " + size + " octets at " + offset + " of " + octets.length;
  }
}
