package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import bindery.log.v1.Source;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import bindery.store.ApplyModelState.Held;
import bindery.store.ApplyModelState.Own;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Random entries: the store answers and holds what a plain model does, after each of them. */
class ApplyModelTest {
  private static final List<String> PROBES =
      List.of(
          "2001:db8:1::1",
          "2001:db8:1::2",
          "2001:db8:2::1",
          "2001:db8:ffff::1",
          "2001:db8:f000::77",
          "2001:db8:f000:100::1",
          "2001:db8:f001::1",
          "3fff:1::1");

  /** So small that jobs take many steps, between which anything may come. */
  static final JobLimits LIMITS = new JobLimits(2, 1_000, 1, 1);

  @Provide
  Arbitrary<List<ApplyActions.Action>> histories() {
    return ApplyActions.actions().list().ofMinSize(20).ofMaxSize(150);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void apply_anyHistory_isAsTheModelSays(@ForAll("histories") List<ApplyActions.Action> history)
      throws IOException {
    Path folder = Files.createTempDirectory("bindery-model");
    Names names = new Names(new TreeMap<>(), new TreeMap<>());
    try (BindingStore store = BindingStore.open(folder, ApplyFixture.SMALL, LIMITS)) {
      ApplyModelMachine machine = new ApplyModelMachine(LIMITS);
      long index = 0;
      index = step(store, machine, index + 1, before -> ApplyModelMachine.settings());
      for (ApplyActions.Name feeder : ApplyActions.FEEDERS) {
        index = step(store, machine, index + 1, new ApplyActions.Open(feeder, 1));
      }
      for (ApplyActions.Action action : history) {
        index = step(store, machine, index + 1, action);
        try (StoreView view = store.view()) {
          names.learn(view, machine);
          assertSame(view, machine, names);
        }
      }
      try (StoreView view = store.view()) {
        assertThat(StoreVerifier.verify(view).faults()).isEmpty();
      }
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Applies one action; the index of its last entry. */
  private static long step(
      BindingStore store, ApplyModelMachine machine, long index, ApplyActions.Action action) {
    long seconds = ApplyFixture.START + ApplyFixture.NOW + index / 2;
    Command command =
        action.entry(machine).setLevel(1).setProposedAtMillis(seconds * 1_000).build();
    boolean isPurge = command.hasStep() && command.getStep().getJob() == 0;
    Result result = store.apply(1, index, command);
    long last = index;
    for (Result step = result; isPurge && !step.getStep().getDone(); ) {
      step = store.apply(1, ++last, command); // the model purges at once
    }
    try (StoreView view = store.view()) {
      Result expected = machine.apply(index, command, key -> isHeld(view, key));
      assertThat(ApplyModelMachine.plain(result, isPurge))
          .as("the answer to %s", action)
          .isEqualTo(expected);
    }
    return last;
  }

  /** What the ids in rows stand for in the model, also of what has been removed since. */
  private record Names(Map<Integer, String> sources, Map<Integer, String> feeders) {
    void learn(StoreView view, ApplyModelMachine machine) {
      for (Source source : view.sources()) {
        String id = machine.source(source.getName());
        assertThat(sources.merge(source.getId(), id, (known, same) -> known)).isEqualTo(id);
        source
            .getFeedersList()
            .forEach(
                feeder ->
                    feeders.put(feeder.getId(), ApplyModelMachine.name(id, feeder.getName())));
      }
    }

    String source(int id) {
      return Objects.requireNonNull(sources.get(id), "source " + id);
    }

    String feeder(int id) {
      return Objects.requireNonNull(feeders.get(id), "feeder " + id);
    }
  }

  private static void assertSame(StoreView view, ApplyModelMachine machine, Names names) {
    ApplyModel model = machine.model();
    assertThat(view.topology().links()).containsExactlyElementsOf(model.links().all());
    model.bindings().forEach((key, own) -> assertBinding(view, model, key, own, names));
    for (LeaseKey key : ApplyActions.LEASES) {
      assertTombstone(view, model, key, names);
    }
    assertSelectors(view, machine);
  }

  private static void assertBinding(
      StoreView view, ApplyModel model, BindingKey key, Own own, Names names) {
    BindingRecord held =
        ApplyFixture.binding(view, key)
            .orElseThrow(
                () -> new AssertionError("no binding of " + key + " beside jobs " + view.jobs()));
    assertThat(
            new Own(
                held.cltt(),
                held.lastChange(),
                held.relayData(),
                held.options(),
                held.relayIds(),
                held.remoteIds()))
        .as("what is the own of %s", key)
        .isEqualTo(own);
    Map<LeaseKey, Held> leases = model.leasesOf(key);
    assertThat(held.leases().keySet()).isEqualTo(leases.keySet());
    for (LeaseRecord lease : held.leases().values()) {
      Held expected = leases.get(lease.key());
      assertThat(
              new Held(
                  key,
                  lease.cltt(),
                  names.feeder(lease.feeder()),
                  lease.sequence(),
                  lease.granted(),
                  lease.preferredEnd(),
                  lease.validEnd(),
                  hint(lease.hint(), names),
                  lease.holders().stream()
                      .collect(
                          Collectors.toMap(
                              holder -> names.source(holder.source()), Holder::generation))))
          .as("%s of %s", lease.key(), key)
          .isEqualTo(expected);
    }
  }

  private static ApplyModelLinks.Hint hint(LinkHint hint, Names names) {
    Ipv6Address linkAddress = hint.linkAddress();
    return new ApplyModelLinks.Hint(
        hint.name(),
        hint.hasSubnet() ? names.source(hint.source()) : "",
        hint.subnet(),
        linkAddress == null ? ByteString.EMPTY : ApplyFixture.octets(linkAddress));
  }

  private static boolean isHeld(StoreView view, LeaseKey key) {
    return ApplyFixture.leaseRow(view, key).filter(row -> row.tombstone() == null).isPresent();
  }

  private static void assertTombstone(StoreView view, ApplyModel model, LeaseKey key, Names names) {
    ApplyModelState.Ended held =
        ApplyFixture.leaseRow(view, key)
            .map(LeaseRow::tombstone)
            .map(
                left ->
                    new ApplyModelState.Ended(
                        left.client(),
                        left.cltt(),
                        names.feeder(left.feeder()),
                        left.sequence(),
                        left.end(),
                        left.absentFrom() == null ? "" : names.source(left.absentFrom().source()),
                        left.absentFrom() == null ? 0 : left.absentFrom().generation()))
            .orElse(null);
    assertThat(held).as("the tombstone of %s", key).isEqualTo(model.ended().get(key));
  }

  private static void assertSelectors(StoreView view, ApplyModelMachine machine) {
    ApplyModel model = machine.model();
    List<Integer> links =
        Stream.concat(
                Stream.of(0), model.bindings().keySet().stream().map(BindingKey::link).distinct())
            .distinct()
            .sorted()
            .toList();
    assertFound(view, model, new Selector.ByLink(links), key -> true);
    for (int link : links) {
      List<Integer> one = List.of(link);
      Predicate<BindingKey> here = key -> key.link() == link;
      assertFound(view, model, new Selector.ByLink(one), here);
      for (Duid client : ApplyActions.CLIENTS) {
        assertFound(
            view,
            model,
            new Selector.ByClient(client, one),
            here.and(key -> key.client().equals(client)));
      }
    }
    for (Duid client : ApplyActions.CLIENTS) {
      assertFound(
          view,
          model,
          new Selector.ByClient(client, List.of()),
          key -> key.client().equals(client));
    }
    for (Duid relay : ApplyActions.RELAYS) {
      Predicate<BindingKey> carried = key -> own(model, key).relayIds().contains(relay);
      assertFound(view, model, new Selector.ByRelay(relay, List.of()), carried);
      List<Integer> last = links.subList(links.size() - 1, links.size());
      assertFound(
          view,
          model,
          new Selector.ByRelay(relay, last),
          carried.and(key -> last.contains(key.link())));
    }
    for (RemoteId remote : ApplyActions.REMOTES) {
      assertFound(
          view,
          model,
          new Selector.ByRemote(remote, List.of()),
          key -> own(model, key).remoteIds().contains(remote));
    }
    for (String probe : PROBES) {
      Ipv6Address address = Ipv6Address.parse(probe);
      BindingKey holder = holder(model, address, machine.now());
      assertFound(
          view, model, new Selector.ByAddress(address, List.of()), key -> key.equals(holder));
    }
  }

  private static Own own(ApplyModel model, BindingKey key) {
    return model.bindings().getOrDefault(key, Own.NONE);
  }

  // Who holds the address, or the longest prefix around it, among what is live.
  private static @Nullable BindingKey holder(ApplyModel model, Ipv6Address address, long now) {
    return model.leases().entrySet().stream()
        .filter(lease -> lease.getValue().validEnd() > now)
        .filter(lease -> lease.getKey().prefix().contains(address))
        .max(Comparator.comparing(lease -> lease.getKey().prefix().length()))
        .map(lease -> lease.getValue().binding())
        .orElse(null);
  }

  private static void assertFound(
      StoreView view, ApplyModel model, Selector selector, Predicate<BindingKey> wanted) {
    List<String> found = new ArrayList<>();
    try (BindingCursor cursor =
        view.scan(selector, false, DhcpTime.ofUnixMillis(view.clusterTimeMillis()))) {
      while (cursor.next()) {
        StreamPart row = cursor.row();
        found.add(
            text(
                new BindingKey(cursor.linkId(), row.client()),
                row.cltt(),
                row.lastChange(),
                row.leaseCount()));
      }
    }
    List<String> expected =
        model.bindings().entrySet().stream()
            .filter(binding -> wanted.test(binding.getKey()))
            .map(
                binding ->
                    text(
                        binding.getKey(),
                        binding.getValue().clt(),
                        binding.getValue().lastChange(),
                        model.leasesOf(binding.getKey()).size()))
            .toList();
    assertThat(found).as("%s", selector).isEqualTo(expected);
  }

  private static String text(BindingKey key, long clt, long lastChange, int leases) {
    return key
        + " of "
        + (clt - ApplyFixture.instant(0))
        + " changed "
        + DhcpTime.toUnixSeconds(lastChange)
        + " with "
        + leases;
  }
}
