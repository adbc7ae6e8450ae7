package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.model.LeaseKey;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class StreamPartTest {
  @Provide
  Arbitrary<BindingRecord> bindings() {
    return Bindings.bindings();
  }

  @Provide
  Arbitrary<Long> nows() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(-5, 2_005),
        Arbitraries.of(0xffff_fffeL, 0xffff_ffffL, 0x1_0000_0000L, -1L << 40, 1L << 40));
  }

  private static StreamPart part(BindingRecord binding) {
    byte[] row = Samples.row(binding);
    byte[] padded = new byte[row.length + 3];
    System.arraycopy(row, 0, padded, 3, row.length);
    StreamPart part = new StreamPart();
    part.wrap(padded, 3, row.length);
    return part;
  }

  // What RFC 8415 21.6 and 21.22 say, written down plainly.
  private static byte[] option(LeaseRecord lease, long now) {
    boolean address = lease.key().kind() == LeaseKey.Kind.ADDRESS;
    int content = (address ? 24 : 25) + lease.options().size();
    ByteBuffer out = ByteBuffer.allocate(4 + content);
    out.putShort((short) (address ? 5 : 26)).putShort((short) content);
    if (address) {
      out.put(lease.key().prefix().address().toArray());
    }
    out.putInt(remaining(lease.preferredEnd(), now)).putInt(remaining(lease.validEnd(), now));
    if (!address) {
      out.put((byte) lease.key().prefix().length());
      out.put(lease.key().prefix().address().toArray());
    }
    return out.put(lease.options().toArray()).array();
  }

  private static int remaining(long end, long now) {
    if (end == Long.MAX_VALUE) {
      return -1;
    }
    BigInteger left = BigInteger.valueOf(end).subtract(BigInteger.valueOf(now));
    return left.max(BigInteger.ZERO).min(BigInteger.valueOf(0xffff_fffeL)).intValue();
  }

  private static List<byte[]> live(BindingRecord binding, long now) {
    List<byte[]> options = new ArrayList<>();
    for (LeaseRecord lease : binding.leases().values()) {
      if (lease.validEnd() > now) {
        options.add(option(lease, now));
      }
    }
    return options;
  }

  // S-58, T-17: remaining lifetimes of the live leases alone, in pages of any size.
  @Property(tries = 500)
  void copyLeases_inPagesOfAnySize_isWhatThePlainRuleGives(
      @ForAll("bindings") BindingRecord binding,
      @ForAll("nows") long now,
      @ForAll @IntRange(min = 284, max = 2_000) int room) {
    StreamPart part = part(binding);
    List<byte[]> expected = live(binding, now);
    assertThat(part.isLive(now)).isEqualTo(!expected.isEmpty());
    assertThat(part.hasMoreLeases(now)).isEqualTo(!expected.isEmpty());
    int next = 0;
    byte[] page = new byte[room + 10];
    while (part.hasMoreLeases(now)) {
      Arrays.fill(page, (byte) 0x5a);
      int end = part.copyLeases(page, 4, room, now);
      int at = 4;
      while (at < end) {
        byte[] option = expected.get(next++);
        assertThat(Arrays.copyOfRange(page, at, at + option.length)).isEqualTo(option);
        at += option.length;
      }
      assertThat(at).isEqualTo(end).isGreaterThan(4).isLessThanOrEqualTo(4 + room);
      assertThat(page[end]).isEqualTo((byte) 0x5a);
      if (next < expected.size()) {
        assertThat(end + expected.get(next).length).isGreaterThan(4 + room);
      }
    }
    assertThat(next).isEqualTo(expected.size());
    assertThat(part.copyLeases(page, 4, room, now)).isEqualTo(4);
    part.rewind();
    assertThat(part.hasMoreLeases(now)).isEqualTo(!expected.isEmpty());
  }

  @Property(tries = 100)
  void copyLeases_whole_neverExceedsItsSize(
      @ForAll("bindings") BindingRecord binding, @ForAll("nows") long now) {
    StreamPart part = part(binding);
    byte[] target = new byte[part.leasesSize()];
    int end = part.copyLeases(target, 0, target.length, now);
    assertThat(end).isEqualTo(live(binding, now).stream().mapToInt(o -> o.length).sum());
    assertThat(part.hasMoreLeases(now)).isFalse();
  }

  // S-57: the age of the last exchange, 0 if that lies ahead, never more than 32 bits.
  @Property(tries = 100)
  void copyHead_isClientAndAge(
      @ForAll("bindings") BindingRecord binding, @ForAll @IntRange(min = 0, max = 9) int offset) {
    StreamPart part = part(binding);
    for (long age : new long[] {0, 1, 0xffff_ffffL, 0x1_0000_0000L, -1, -100_000}) {
      long now = binding.cltt() + age;
      if (age > 0 == now > binding.cltt()) {
        byte[] target = new byte[offset + part.headSize()];
        assertThat(part.copyHead(target, offset, now)).isEqualTo(target.length);
        ByteBuffer expected = ByteBuffer.allocate(part.headSize());
        expected.putShort((short) 1).putShort((short) binding.client().octets().size());
        expected.put(binding.client().octets().toArray());
        expected.putShort((short) 46).putShort((short) 4);
        expected.putInt((int) Math.max(0, Math.min(age, 0xffff_ffffL)));
        assertThat(Arrays.copyOfRange(target, offset, target.length)).isEqualTo(expected.array());
      }
    }
  }

  @Property(tries = 100)
  void pieces_areThoseOfTheBinding(@ForAll("bindings") BindingRecord binding) {
    StreamPart part = part(binding);
    assertThat(part.cltt()).isEqualTo(binding.cltt());
    assertThat(part.lastChange()).isEqualTo(binding.lastChange());
    assertThat(part.client()).isEqualTo(binding.client());
    byte[] relayData = new byte[part.relayDataSize()];
    assertThat(part.copyRelayData(relayData, 0)).isEqualTo(relayData.length);
    assertThat(Bytes.wrap(relayData)).isEqualTo(binding.relayData());
    byte[] options = new byte[part.optionsSize()];
    assertThat(part.copyOptions(options, 0)).isEqualTo(options.length);
    assertThat(Bytes.wrap(options)).isEqualTo(binding.options());
  }

  @Property(tries = 100)
  void isLive_ofOneLease_isThatOfItsKey(
      @ForAll("bindings") BindingRecord binding, @ForAll("nows") long now) {
    StreamPart part = part(binding);
    for (LeaseRecord lease : binding.leases().values()) {
      assertThat(part.isLive(lease.key(), now)).isEqualTo(lease.isLive(now));
    }
    LeaseKey other = Samples.prefix("2001:db8:dead::/61");
    assertThat(part.isLive(other, now)).isFalse();
  }

  // T-17, RFC 8415 21.6: deprecated, infinite, and preferred never above valid.
  @Example
  void copyLeases_specialLifetimes_areThoseOfTheStandard() {
    LeaseKey deprecated = Samples.address("2001:db8::1");
    LeaseKey infinite = Samples.address("2001:db8::2");
    LeaseKey reversed = Samples.address("2001:db8::3");
    StreamPart part =
        part(
            Samples.binding(
                7,
                Samples.CLIENT,
                Samples.lease(deprecated, 100, 300),
                Samples.lease(infinite, Long.MAX_VALUE, Long.MAX_VALUE),
                Samples.lease(reversed, 900, 400)));
    byte[] out = new byte[part.leasesSize()];
    assertThat(part.copyLeases(out, 0, out.length, 200)).isEqualTo(3 * 28);
    ByteBuffer read = ByteBuffer.wrap(out);
    assertThat(read.getInt(20)).isZero();
    assertThat(read.getInt(24)).isEqualTo(100);
    assertThat(read.getInt(48)).isEqualTo(-1);
    assertThat(read.getInt(52)).isEqualTo(-1);
    assertThat(read.getInt(76)).isEqualTo(200);
    assertThat(read.getInt(80)).isEqualTo(200);
  }

  @Example
  void wrap_octetsThatAreNoRow_isAStoreException() {
    StreamPart part = new StreamPart();
    byte[] row = Samples.streamPart(Samples.binding(7, Samples.CLIENT));
    assertThatThrownBy(() -> part.wrap(new byte[0], 0, 0)).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> part.wrap(row, 0, row.length - 1)).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> part.wrap(new byte[64], 0, 64)).isInstanceOf(StoreException.class);
    part.wrap(row, 0, row.length);
    assertThat(part.isLive(0)).isFalse();
  }

  // A lease that claims more octets than there are.
  @Example
  void copyLeases_leaseBeyondItsEnd_isAStoreException() {
    BindingRecord binding =
        Samples.binding(7, Samples.CLIENT, Samples.lease(Samples.address("2001:db8::1"), 1, 2));
    byte[] row = Samples.streamPart(binding);
    row[row.length - 25] = 100;
    StreamPart part = new StreamPart();
    part.wrap(row, 0, row.length);
    byte[] target = new byte[500];
    for (long now : new long[] {0, 1}) {
      part.rewind();
      assertThatThrownBy(() -> part.copyLeases(target, 0, 500, now))
          .isInstanceOf(StoreException.class);
    }
  }

  private static StreamPart part(String row) {
    byte[] octets = Bytes.parseHex(row.replace(" ", "")).toArray();
    StreamPart part = new StreamPart();
    part.wrap(octets, 0, octets.length);
    return part;
  }

  // A lease that ends within its option header, or before its lifetimes.
  @Example
  void hasMoreLeases_leaseThatIsCutOff_isAStoreException() {
    for (String lease : List.of("0005", "0005 0018 20010db8", "001a 0019 00000000 00000000 38")) {
      int size = lease.replace(" ", "").length() / 2;
      StreamPart part =
          part(
              "01 00 0000000000000100 0000000000000101 0000000000000000 0a 0001"
                  + HexFormat.of().toHexDigits(size)
                  + "0000 0000 0001 000a 000300010a0b0c0d0e0f 002e 0004 00000000"
                  + lease);
      assertThatThrownBy(() -> part.hasMoreLeases(1))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("leases that fill " + size + " octets");
    }
  }

  // Wide ends for fewer leases than there are.
  @Example
  void copyLeases_moreLeasesThanWideEnds_isAStoreException() {
    StreamPart part =
        part(
            "01 01 0000000000000100 0000000000000101 0000000000000000 0a 0000 0000001c 0000 0000"
                + "0001 000a 000300010a0b0c0d0e0f 002e 0004 00000000"
                + "0005 0018 20010db8000000000000000000000001 00000200 00000300");
    assertThatThrownBy(() -> part.hasMoreLeases(1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("0 leases");
    assertThatThrownBy(() -> part.copyLeases(new byte[100], 0, 100, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("0 leases");
  }
}
