package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.model.LeaseKey;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class BindingCodecTest {
  @Provide
  Arbitrary<BindingRecord> bindings() {
    return Bindings.bindings();
  }

  @Property(tries = 500)
  void decode_ofEncoded_isTheSameBinding(@ForAll("bindings") BindingRecord binding) {
    BindingRecord read = BindingCodec.decode(binding.key(), Samples.row(binding));
    assertThat(read).usingRecursiveComparison().isEqualTo(binding);
  }

  @Property(tries = 200)
  void encode_beginsWithTheStreamPart(@ForAll("bindings") BindingRecord binding) {
    byte[] row = Samples.row(binding);
    byte[] stream = Samples.streamPart(binding);
    assertThat(Arrays.copyOf(row, stream.length)).isEqualTo(stream);
  }

  // Bad octets are told, whatever they are: no other exception, no endless loop.
  @Property(tries = 500)
  void decode_ofAlteredOctets_isABindingOrAStoreException(
      @ForAll("bindings") BindingRecord binding,
      @ForAll @IntRange(min = 0, max = 1 << 20) int at,
      @ForAll byte octet,
      @ForAll boolean cut) {
    byte[] row = Samples.row(binding);
    row[at % row.length] = octet;
    byte[] altered = cut ? Arrays.copyOf(row, at % row.length) : row;
    try {
      assertThat(BindingCodec.decode(binding.key(), altered).key()).isEqualTo(binding.key());
    } catch (StoreException e) {
      assertThat(e).hasMessageMatching("(?s).*(orrupt|newer program).*");
    }
  }

  @Example
  void encode_workedExample_isTheDocumentedHex() {
    LeaseKey key = Samples.address("2001:db8::1");
    LeaseRecord lease =
        new LeaseRecord(
            key,
            1,
            256,
            512,
            768,
            256,
            LinkHint.NONE,
            3,
            5,
            List.of(new Holder(2, 1)),
            Bytes.EMPTY,
            0,
            "");
    BindingRecord binding = Samples.binding(7, Samples.CLIENT, lease);
    binding.setCltt(256);
    binding.setLastChange(257);
    binding.setArmed(100);
    String stream =
        "01 00 0000000000000100 0000000000000101 0000000000000300 0a 0001 0000001c 0000 0000"
            + "0001 000a 000300010a0b0c0d0e0f  002e 0004 00000000"
            + "0005 0018 20010db8000000000000000000000001 00000200 00000300";
    String bookkeeping = "00 65 00 00 00 01 00000001 00 00 03 05 01 02 01 00 00";
    assertThat(Bytes.wrap(Samples.streamPart(binding)))
        .isEqualTo(Bytes.parseHex(stream.replace(" ", "")));
    assertThat(Bytes.wrap(Samples.row(binding)))
        .isEqualTo(Bytes.parseHex((stream + bookkeeping).replace(" ", "")));
  }

  @Example
  void decode_newerFormat_saysSo() {
    byte[] row = Samples.row(Samples.binding(7, Samples.CLIENT));
    row[0] = 2;
    assertThatThrownBy(() -> BindingCodec.decode(new BindingKey(7, Samples.CLIENT), row))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("newer program");
  }

  @Example
  void decode_rowOfAnotherClient_isCorrupt() {
    byte[] row = Samples.row(Samples.binding(7, Samples.CLIENT));
    assertThatThrownBy(() -> BindingCodec.decode(new BindingKey(7, Samples.client(1)), row))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(Samples.CLIENT.toString());
  }

  // It would be lost when the row is written again.
  @Example
  void decode_subnetIdOfNoSource_isCorrupt() {
    LeaseRecord lease = Samples.lease(Samples.address("2001:db8::1"), 512, 768);
    BindingRecord binding = Samples.binding(7, Samples.CLIENT, lease);
    byte[] stream = Samples.streamPart(binding);
    Bytes bookkeeping =
        Bytes.parseHex("0000000000" + "00000000010000" + "020011" + "03050102010000");
    byte[] row = Arrays.copyOf(stream, stream.length + bookkeeping.size());
    bookkeeping.copyTo(row, stream.length);
    BindingKey key = binding.key();
    assertThatThrownBy(() -> BindingCodec.decode(key, row))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("subnet id 17 of no source");
    row[row.length - 9] = 4;
    assertThat(BindingCodec.decode(key, row).leases().values())
        .singleElement()
        .extracting(LeaseRecord::hint)
        .isEqualTo(new LinkHint("", 4, 17, null));
  }

  // 4,096 leases fit, one more is refused by name.
  @Example
  void encode_atTheLimits_fitsAndBeyondIsRefused() {
    BindingRecord full = Samples.binding(7, Samples.CLIENT);
    for (int i = 0; i < BindingRecord.LEASES_MAX; i++) {
      full.put(Samples.lease(Samples.address("2001:db8::" + Integer.toHexString(i + 1)), 10, 20));
    }
    full.setRelayData(Bytes.wrap(new byte[0xffff]));
    full.setOptions(Bytes.wrap(new byte[0xffff]));
    byte[] row = Samples.row(full);
    assertThat(BindingCodec.decode(full.key(), row).leases()).isEqualTo(full.leases());
    full.put(Samples.lease(Samples.address("2001:db8::ffff:1"), 10, 20));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Samples.row(full))
        .withMessageContaining("4097 leases");
    BindingRecord wide = Samples.binding(7, Samples.CLIENT);
    wide.setRelayData(Bytes.wrap(new byte[0x1_0000]));
    assertThatIllegalArgumentException().isThrownBy(() -> Samples.row(wide));
  }
}
