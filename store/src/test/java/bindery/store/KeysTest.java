package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class KeysTest {
  @Provide
  Arbitrary<BindingKey> bindingKeys() {
    return Combinators.combine(Bindings.links(), Bindings.duids()).as(BindingKey::new);
  }

  @Provide
  Arbitrary<Duid> duids() {
    return Arbitraries.oneOf(
        Bindings.duids(),
        Arbitraries.of("000001", "00000100", "0000ff", "ffffff").map(Duid::parse));
  }

  @Provide
  Arbitrary<RemoteId> remoteIds() {
    return Bindings.remoteIds();
  }

  @Provide
  Arbitrary<LeaseKey> leaseKeys() {
    return Bindings.leaseKeys();
  }

  @Property
  void bindingKey_onDisk_keepsItsOrderAndValue(
      @ForAll("bindingKeys") BindingKey a, @ForAll("bindingKeys") BindingKey b) {
    assertThat(BindingKey.of(a.octets(), 0)).isEqualTo(a);
    assertThat(Integer.signum(Arrays.compareUnsigned(a.octets(), b.octets())))
        .isEqualTo(Integer.signum(a.compareTo(b)));
  }

  @Property
  void keys_parsed_areTheirParts(
      @ForAll("bindingKeys") BindingKey binding,
      @ForAll("duids") Duid relay,
      @ForAll("remoteIds") RemoteId remote,
      @ForAll("leaseKeys") LeaseKey lease,
      @ForAll @IntRange(max = 0xffff) int space,
      @ForAll @LongRange(min = 0) long instant) {
    assertThat(Keys.parseRelay(Keys.relay(space, relay, binding)))
        .isEqualTo(new Keys.RelayKey(space, relay, binding));
    assertThat(Keys.parseRemote(Keys.remote(space, remote, binding)))
        .isEqualTo(new Keys.RemoteKey(space, remote, binding));
    assertThat(Keys.parseClient(Keys.client(space, binding)))
        .isEqualTo(new Keys.ClientKey(space, binding));
    assertThat(Keys.parseLease(Keys.lease(space, lease))).isEqualTo(lease);
    assertThat(Keys.space(Keys.lease(space, lease))).isEqualTo(space);
    assertThat(Keys.parseExpiry(Keys.expiry(instant, binding)))
        .isEqualTo(new Keys.ExpiryKey(instant, binding, 0, null));
    assertThat(Keys.parseExpiry(Keys.expiry(instant, space, lease)))
        .isEqualTo(new Keys.ExpiryKey(instant, null, space, lease));
  }

  // A range of one relay-ID, remote-ID or client never runs into that of another.
  @Property
  void ranges_ofTwoIds_areApart(
      @ForAll("duids") Duid a,
      @ForAll("duids") Duid b,
      @ForAll("remoteIds") RemoteId r,
      @ForAll("remoteIds") RemoteId s,
      @ForAll("bindingKeys") BindingKey binding) {
    assertThat(isWithin(Keys.relay(0, b, binding), Keys.relayPrefix(0, a))).isEqualTo(a.equals(b));
    assertThat(isWithin(Keys.remote(0, s, binding), Keys.remotePrefix(0, r)))
        .isEqualTo(r.equals(s));
    assertThat(isWithin(Keys.client(0, binding), Keys.clientPrefix(0, a)))
        .isEqualTo(a.equals(binding.client()));
    assertThat(isWithin(Keys.relay(1, a, binding), Keys.relayPrefix(0, a))).isFalse();
    assertThat(isWithin(Keys.relay(0, a, binding), Keys.withLink(Keys.relayPrefix(0, a), 7)))
        .isEqualTo(binding.link() == 7);
    assertThat(isWithin(binding.octets(), Keys.linkPrefix(7))).isEqualTo(binding.link() == 7);
  }

  private static boolean isWithin(byte[] key, byte[] prefix) {
    byte[] behind = Keys.behind(prefix);
    return Arrays.compareUnsigned(key, prefix) >= 0
        && (behind == null || Arrays.compareUnsigned(key, behind) < 0);
  }

  @Property
  void expiryKeys_lieInTheOrderOfInstants(
      @ForAll @LongRange(min = 0) long a,
      @ForAll @LongRange(min = 0) long b,
      @ForAll("bindingKeys") BindingKey binding,
      @ForAll("leaseKeys") LeaseKey lease) {
    int order = Arrays.compareUnsigned(Keys.expiry(a, binding), Keys.expiry(b, 0, lease));
    assertThat(order < 0).isEqualTo(a <= b);
    assertThat(Arrays.compareUnsigned(Keys.expiryFrom(a), Keys.expiry(b, binding)) <= 0)
        .isEqualTo(a <= b);
  }

  // Whatever octets stand there: the parts, or a StoreException.
  @Property
  void parse_ofAnyOctets_neverFailsOtherwise(@ForAll byte[] key) {
    Runnable[] parses = {
      () -> Keys.parseRelay(key),
      () -> Keys.parseRemote(key),
      () -> Keys.parseClient(key),
      () -> Keys.parseLease(key),
      () -> Keys.parseExpiry(key),
      () -> BindingKey.of(key, 0)
    };
    int told = 0;
    for (Runnable parse : parses) {
      try {
        parse.run();
      } catch (StoreException e) {
        told++;
      }
    }
    assertThat(told).isGreaterThanOrEqualTo(key.length < 7 ? parses.length : 0);
  }

  @Example
  void behind_ofOctetsThatAreAllFull_isNone() {
    assertThat(Keys.behind(new byte[] {-1, -1})).isNull();
    assertThat(Keys.behind(new byte[0])).isNull();
    assertThat(Keys.behind(new byte[] {1, -1})).isEqualTo(new byte[] {2});
  }

  @Example
  void expiry_beforeTheEpoch_isRefused() {
    BindingKey binding = new BindingKey(7, Samples.CLIENT);
    assertThatIllegalArgumentException().isThrownBy(() -> Keys.expiry(-1, binding));
    assertThatThrownBy(() -> Keys.parseExpiry(new byte[30])).isInstanceOf(StoreException.class);
  }

  @Example
  void keys_workedExamples_areTheDocumentedHex() {
    BindingKey binding = new BindingKey(7, Samples.CLIENT);
    assertHex(binding.octets(), "00000007 000300010a0b0c0d0e0f");
    assertHex(
        Keys.relay(0, Samples.RELAY, binding),
        "0000 07 00020000abcd01 00000007 000300010a0b0c0d0e0f");
    assertHex(
        Keys.remote(0, Samples.REMOTE, binding),
        "0000 0006 00007ed9 7031 00000007 000300010a0b0c0d0e0f");
    assertHex(Keys.client(0, binding), "0000 0a 000300010a0b0c0d0e0f 00000007");
    assertHex(
        Keys.lease(0, Samples.address("2001:db8::1")),
        "0000 01 80 20010db8000000000000000000000001");
    assertHex(
        Keys.lease(0, Samples.prefix("2001:db8:ff00::/56")),
        "0000 02 38 20010db8ff0000000000000000000000");
    assertHex(Keys.expiry(0x300, binding), "0000000000000300 01 00000007 000300010a0b0c0d0e0f");
    assertHex(Keys.link(7), "00000007");
    assertHex(MetaKey.APPLIED.octets(), "6170706c696564");
  }

  static void assertHex(byte[] actual, String expected) {
    assertThat(Bytes.of(actual).hex()).isEqualTo(expected.replace(" ", ""));
  }
}
