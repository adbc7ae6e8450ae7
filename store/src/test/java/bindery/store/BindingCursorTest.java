package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BindingCursorTest {
  private static final int[] LINKS = {0, 1, 2, 255, 256, 0x7fff_ffff, 0xffff_ffff};
  private static final Duid[] RELAYS = {
    Duid.parse("000201"), Duid.parse("00020100"), Duid.parse("ffffff")
  };
  private static final RemoteId[] REMOTES = {
    RemoteId.parse("1:01"), RemoteId.parse("1:0100"), RemoteId.parse("4294967295:ff")
  };
  private static final long NOW = 1_000;

  private final Path temp;

  BindingCursorTest(@TempDir Path temp) {
    this.temp = temp;
  }

  // The oracle: bindings in a sorted map, and each question asked of all of them.
  private static final class Model {
    private final TreeMap<BindingKey, BindingRecord> bindings = new TreeMap<>();
    private final TreeMap<LeaseKey, Owned> owners = new TreeMap<>();

    private record Owned(BindingKey binding, LeaseRecord lease) {}

    List<BindingKey> keys(List<Integer> links, Predicate<BindingRecord> wanted) {
      return bindings.values().stream()
          .filter(b -> links.isEmpty() || links.contains(b.link()))
          .filter(wanted)
          .map(BindingRecord::key)
          .toList();
    }

    List<BindingKey> holder(Ipv6Address address, List<Integer> links) {
      Comparator<Owned> byPrecision =
          Comparator.<Owned, Boolean>comparing(o -> o.lease().key().kind() == LeaseKey.Kind.ADDRESS)
              .thenComparing(o -> o.lease().key().prefix().length());
      return owners.values().stream()
          .filter(owned -> owned.lease().key().prefix().contains(address))
          .filter(owned -> owned.lease().validEnd() > NOW)
          .max(byPrecision)
          .map(Owned::binding)
          .filter(key -> links.isEmpty() || links.contains(key.link()))
          .stream()
          .toList();
    }
  }

  private static Ipv6Address address(Random random) {
    // A few bits at each depth, so that prefixes nest and addresses fall inside.
    long high = 0x2001_0db8_0000_0000L | (long) random.nextInt(4) << 24 | random.nextInt(4) << 8;
    return new Ipv6Address(high, (long) random.nextInt(2) << 60 | random.nextInt(4));
  }

  private static LeaseKey leaseKey(Random random) {
    Ipv6Address address = address(random);
    int[] lengths = {32, 40, 48, 56, 60, 64, 68, 128};
    int length = lengths[random.nextInt(lengths.length)];
    return random.nextBoolean()
        ? LeaseKey.ofAddress(address)
        : LeaseKey.ofPrefix(new Ipv6Prefix(address.masked(length), length));
  }

  private static Model fill(RowsFixture rows, Random random, int count) {
    Model model = new Model();
    for (int i = 0; i < count; i++) {
      BindingKey key =
          new BindingKey(LINKS[random.nextInt(LINKS.length)], Samples.client(random.nextInt(90)));
      BindingRecord binding = model.bindings.computeIfAbsent(key, BindingRecord::new);
      for (int j = random.nextInt(3); j > 0; j--) {
        LeaseKey lease = leaseKey(random);
        LeaseRecord held = Samples.lease(lease, NOW, NOW + random.nextInt(7) - 3);
        if (model.owners.putIfAbsent(lease, new Model.Owned(key, held)) == null) {
          binding.put(held);
        }
      }
      if (random.nextInt(3) > 0) {
        binding.relayIds().add(RELAYS[random.nextInt(RELAYS.length)]);
      }
      if (random.nextInt(3) > 0) {
        binding.remoteIds().add(REMOTES[random.nextInt(REMOTES.length)]);
      }
    }
    rows.write(batch -> model.bindings.values().forEach(b -> Samples.put(batch, b)));
    return model;
  }

  private static List<BindingKey> walk(StoreView view, Selector selector, boolean bulk) {
    List<BindingKey> found = new ArrayList<>();
    try (BindingCursor cursor = view.scan(selector, bulk, NOW)) {
      while (cursor.next()) {
        found.add(new BindingKey(cursor.linkId(), cursor.row().client()));
      }
      assertThat(cursor.next()).isFalse();
    }
    return found;
  }

  private static List<Integer> someLinks(Random random) {
    List<Integer> links = new ArrayList<>();
    for (int link : LINKS) {
      if (random.nextInt(3) == 0) {
        links.add(link);
      }
    }
    links.add(77); // no link of that number
    return links;
  }

  // S-60, S-63, S-64, S-66, S-69, S-70, S-71: what each query type selects.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void scan_anySelector_findsWhatTheModelFinds(long seed) {
    Random random = new Random(seed);
    try (RowsFixture rows = new RowsFixture(temp)) {
      Model model = fill(rows, random, 60 * (int) seed);
      if (seed % 2 == 0) {
        rows.flush();
      }
      try (StoreView view = rows.view()) {
        rows.write(batch -> batch.delete(Family.BINDING, model.bindings.firstKey().octets()));
        for (boolean bulk : new boolean[] {false, true}) {
          for (List<Integer> links : List.of(List.<Integer>of(), someLinks(random))) {
            compareAll(view, model, random, links, bulk);
          }
        }
      }
    }
  }

  private static void compareAll(
      StoreView view, Model model, Random random, List<Integer> links, boolean bulk) {
    if (!links.isEmpty()) {
      assertThat(walk(view, new Selector.ByLink(links), bulk))
          .isEqualTo(model.keys(links, b -> true));
    }
    for (Duid relay : RELAYS) {
      assertThat(walk(view, new Selector.ByRelay(relay, links), bulk))
          .isEqualTo(model.keys(links, b -> b.relayIds().contains(relay)));
    }
    for (RemoteId remote : REMOTES) {
      assertThat(walk(view, new Selector.ByRemote(remote, links), bulk))
          .isEqualTo(model.keys(links, b -> b.remoteIds().contains(remote)));
    }
    for (int i = 0; i < 100; i++) {
      Duid client = Samples.client(i);
      assertThat(walk(view, new Selector.ByClient(client, links), bulk))
          .isEqualTo(model.keys(links, b -> b.client().equals(client)));
      Ipv6Address address = address(random);
      assertThat(walk(view, new Selector.ByAddress(address, links), bulk))
          .as("holder of %s on %s", address, links)
          .isEqualTo(model.holder(address, links));
    }
  }

  @Test
  void scan_rowsThatNothingSelects_isEmpty() {
    try (RowsFixture rows = new RowsFixture(temp);
        StoreView view = rows.view()) {
      List<Integer> any = List.of();
      assertThat(walk(view, new Selector.ByLink(List.of(7)), true)).isEmpty();
      assertThat(walk(view, new Selector.ByLink(any), true)).isEmpty();
      assertThat(walk(view, new Selector.ByRelay(Samples.RELAY, any), true)).isEmpty();
      assertThat(walk(view, new Selector.ByRemote(Samples.REMOTE, any), true)).isEmpty();
      assertThat(walk(view, new Selector.ByClient(Samples.CLIENT, any), true)).isEmpty();
      assertThat(walk(view, new Selector.ByAddress(Ipv6Address.UNSPECIFIED, any), true)).isEmpty();
    }
  }

  // Rows of every density: the binding iterator steps, seeks, and gets from one to the other.
  @Test
  void scan_byRemoteWithSparseAndDenseMatches_findsAll() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      List<BindingKey> expected = new ArrayList<>();
      rows.write(
          batch -> {
            for (int i = 0; i < 6_000; i++) {
              BindingRecord binding = Samples.binding(1, Samples.client(i));
              int every = i < 2_000 ? 100 : i < 4_000 ? 1 : 10;
              if (i % every == 0) {
                binding.remoteIds().add(Samples.REMOTE);
                expected.add(binding.key());
              }
              Samples.put(batch, binding);
            }
          });
      try (StoreView view = rows.view()) {
        assertThat(walk(view, new Selector.ByRemote(Samples.REMOTE, List.of()), true))
            .isEqualTo(expected);
      }
    }
  }

  // S-61, S-63: an ended or tombstoned lease holds nothing, the prefix around it does.
  @Test
  void scan_byAddressOfAnEndedLease_goesToThePrefixAroundIt() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      LeaseKey ended = Samples.address("2001:db8::1");
      LeaseKey buried = Samples.address("2001:db8::2");
      LeaseKey inner = Samples.prefix("2001:db8::/64");
      LeaseKey outer = Samples.prefix("2001:db8::/56");
      BindingRecord first = Samples.binding(1, Samples.client(1));
      first.put(Samples.lease(ended, NOW, NOW));
      first.put(Samples.lease(inner, 0, NOW - 1));
      first.put(Samples.lease(Samples.address("2001:db8::3"), NOW, NOW + 1));
      BindingRecord second = Samples.binding(2, Samples.client(2));
      second.put(Samples.lease(outer, NOW, NOW + 1));
      rows.write(
          batch -> {
            Samples.put(batch, first);
            Samples.put(batch, second);
            batch.put(
                Family.LEASE,
                Keys.lease(0, buried),
                LeaseRow.ended(new Tombstone(Samples.client(1), 1, 1, 1, 1)).encode());
          });
      try (StoreView view = rows.view()) {
        for (String text : List.of("2001:db8::1", "2001:db8::2", "2001:db8::4")) {
          assertThat(byAddress(view, text)).containsExactly(second.key());
        }
        assertThat(byAddress(view, "2001:db8::3")).containsExactly(first.key());
        assertThat(byAddress(view, "2001:db9::")).isEmpty();
      }
    }
  }

  private static List<BindingKey> byAddress(StoreView view, String address) {
    return walk(view, new Selector.ByAddress(Ipv6Address.parse(address), List.of()), false);
  }

  // V-28: rows of another VPN are found by no query.
  @Test
  void scan_rowsOfAnotherSpace_areNotFound() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      BindingRecord other =
          Samples.binding(
              9, Samples.CLIENT, Samples.lease(Samples.address("2001:db8::1"), NOW, NOW + 9));
      other.setSpace(1);
      other.relayIds().add(Samples.RELAY);
      other.remoteIds().add(Samples.REMOTE);
      rows.write(batch -> Samples.put(batch, other));
      try (StoreView view = rows.view()) {
        List<Integer> any = List.of();
        assertThat(byAddress(view, "2001:db8::1")).isEmpty();
        assertThat(walk(view, new Selector.ByRelay(Samples.RELAY, any), true)).isEmpty();
        assertThat(walk(view, new Selector.ByRemote(Samples.REMOTE, any), true)).isEmpty();
        assertThat(walk(view, new Selector.ByClient(Samples.CLIENT, any), true)).isEmpty();
      }
    }
  }

  @Test
  void scan_rowLargerThanTheBuffer_isReadWhole() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      BindingRecord large = Samples.binding(1, Samples.CLIENT);
      large.setRelayData(Bytes.wrap(new byte[60_000]));
      large.relayIds().add(Samples.RELAY);
      rows.write(batch -> Samples.put(batch, large));
      try (StoreView view = rows.view();
          BindingCursor cursor =
              view.scan(new Selector.ByRelay(Samples.RELAY, List.of()), true, NOW)) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.row().relayDataSize()).isEqualTo(60_000);
      }
    }
  }

  @Test
  void cursor_usedOutOfTurn_saysSo() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      StoreView view = rows.view();
      BindingCursor cursor = view.scan(new Selector.ByLink(List.of(1)), false, NOW);
      assertThatIllegalStateException().isThrownBy(cursor::row);
      assertThatIllegalStateException().isThrownBy(cursor::linkId);
      assertThat(cursor.next()).isFalse();
      assertThatIllegalStateException().isThrownBy(cursor::row);
      cursor.close();
      cursor.close();
      assertThatIllegalStateException().isThrownBy(cursor::next);
      view.close();
      assertThatIllegalStateException()
          .isThrownBy(() -> view.scan(new Selector.ByLink(List.of(1)), false, NOW));
    }
  }

  @Test
  void scan_indexRowWithoutBinding_isAStoreException() {
    try (RowsFixture rows = new RowsFixture(temp)) {
      BindingKey gone = new BindingKey(1, Samples.CLIENT);
      LeaseKey lease = Samples.address("2001:db8::1");
      rows.write(
          batch -> {
            batch.put(Family.REMOTE, Keys.remote(0, Samples.REMOTE, gone));
            batch.put(Family.LEASE, Keys.lease(0, lease), LeaseRow.ownedBy(gone).encode());
          });
      try (StoreView view = rows.view();
          BindingCursor cursor =
              view.scan(new Selector.ByRemote(Samples.REMOTE, List.of()), true, NOW)) {
        assertThatThrownBy(cursor::next)
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("no binding");
        assertThatThrownBy(() -> byAddress(view, "2001:db8::1")).isInstanceOf(StoreException.class);
      }
    }
  }
}
