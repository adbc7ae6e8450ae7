package bindery.store;

import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Arbitrary bindings: everything a row may hold, with its limits often met. */
final class Bindings {
  private Bindings() {}

  static Arbitrary<Bytes> bytes(int least, int most) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(least).ofMaxSize(most).map(Bytes::of);
  }

  static Arbitrary<Duid> duids() {
    return Arbitraries.oneOf(bytes(3, 6), bytes(3, 130)).map(Duid::new);
  }

  static Arbitrary<RemoteId> remoteIds() {
    return Arbitraries.oneOf(bytes(5, 8), bytes(5, 1_024)).map(RemoteId::new);
  }

  static Arbitrary<Integer> links() {
    return Arbitraries.of(0, 1, 7, 8, 255, 256, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff);
  }

  static Arbitrary<Ipv6Address> addresses() {
    Arbitrary<Long> halves =
        Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.of(0L, 1L, -1L, Long.MIN_VALUE));
    return Combinators.combine(halves, halves).as(Ipv6Address::new);
  }

  static Arbitrary<LeaseKey> leaseKeys() {
    Arbitrary<LeaseKey> prefixes =
        Combinators.combine(addresses(), Arbitraries.integers().between(1, 128))
            .as((a, length) -> LeaseKey.ofPrefix(new Ipv6Prefix(a.masked(length), length)));
    return Arbitraries.oneOf(addresses().map(LeaseKey::ofAddress), prefixes);
  }

  /** Instants as leases end: around the limits of a lifetime slot too. */
  static Arbitrary<Long> ends() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.longs().between(0, 2_000)),
        Tuple.of(2, Arbitraries.just(Long.MAX_VALUE)),
        Tuple.of(
            1,
            Arbitraries.of(
                0L,
                DhcpTime.INFINITY - 1,
                DhcpTime.INFINITY,
                DhcpTime.INFINITY + 1,
                -1L,
                Long.MAX_VALUE - 1,
                Long.MIN_VALUE)));
  }

  static Arbitrary<LinkHint> hints() {
    Arbitrary<Ipv6Address> linkAddresses = addresses().injectNull(0.5);
    Arbitrary<Long> subnets = Arbitraries.longs();
    return Combinators.combine(
            Arbitraries.of("", "edge-1", "süd/17"),
            Arbitraries.of(0, 1, -1),
            subnets,
            linkAddresses)
        .as((name, source, subnet, a) -> new LinkHint(name, source, source == 0 ? 0 : subnet, a));
  }

  private static Arbitrary<List<Holder>> holders() {
    return Combinators.combine(Arbitraries.integers(), Arbitraries.longs())
        .as(Holder::new)
        .list()
        .ofMaxSize(3);
  }

  static Arbitrary<LeaseRecord> leases() {
    Arbitrary<long[]> times = Arbitraries.longs().array(long[].class).ofSize(4);
    return Combinators.combine(
            leaseKeys(),
            ends(),
            ends(),
            Arbitraries.integers().array(int[].class).ofSize(2),
            times,
            hints(),
            holders(),
            Combinators.combine(bytes(0, 255), Arbitraries.strings().ofMaxLength(20))
                .as((options, name) -> new Object[] {options, name}))
        .as(
            (key, preferred, valid, ints, longs, hint, held, rest) ->
                new LeaseRecord(
                    key,
                    ints[0],
                    longs[0],
                    preferred,
                    valid,
                    longs[1],
                    hint,
                    ints[1],
                    longs[2],
                    held,
                    (Bytes) rest[0],
                    longs[3],
                    ((String) rest[1]).replaceAll("[\\ud800-\\udfff]", "x")));
  }

  static Arbitrary<BindingRecord> bindings() {
    return Combinators.combine(
            Combinators.combine(links(), duids()).as(BindingKey::new),
            Arbitraries.longs().array(long[].class).ofSize(2),
            Arbitraries.oneOf(
                Arbitraries.just(BindingRecord.NOT_ARMED),
                Arbitraries.longs().between(0, Long.MAX_VALUE - 1)),
            bytes(0, 300),
            bytes(0, 300),
            duids().set().ofMaxSize(3),
            remoteIds().set().ofMaxSize(3),
            leases().list().ofMaxSize(6))
        .as(Bindings::binding);
  }

  private static BindingRecord binding(
      BindingKey key,
      long[] times,
      long armed,
      Bytes relayData,
      Bytes options,
      Set<Duid> relays,
      Set<RemoteId> remotes,
      List<LeaseRecord> leases) {
    BindingRecord binding = new BindingRecord(key);
    binding.setSpace((int) (times[0] & 0xffff));
    binding.setCltt(times[0]);
    binding.setLastChange(times[1]);
    binding.setArmed(armed);
    binding.setRelayData(relayData);
    binding.setOptions(options);
    binding.setHardwareAddress(options.size() > 32 ? Bytes.EMPTY : options);
    binding.relayIds().addAll(relays);
    binding.remoteIds().addAll(remotes);
    leases.forEach(binding::put);
    return binding;
  }
}
