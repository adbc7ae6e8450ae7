package bindery.store;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** One log makes one state, whatever happens to the store while it is applied. */
class ApplyReplayTest {
  /** What befalls the store before an entry. */
  enum Event {
    NOTHING,
    FLUSH,
    /** Closed and opened, as by a restart of the node. */
    REOPEN,
    /** A copy of it is put in its place, as at a follower that fell behind. */
    INSTALL,
    /** A copy is kept to fall back to. */
    CHECKPOINT,
    /** Lost but for the last copy: what came after that is applied again. */
    FALL_BACK
  }

  @Provide
  Arbitrary<List<ApplyActions.Action>> histories() {
    return ApplyActions.actions().list().ofMinSize(20).ofMaxSize(150);
  }

  @Provide
  Arbitrary<List<Event>> events() {
    return Arbitraries.frequency(
            Tuple.of(40, Event.NOTHING),
            Tuple.of(2, Event.FLUSH),
            Tuple.of(1, Event.REOPEN),
            Tuple.of(1, Event.INSTALL),
            Tuple.of(1, Event.CHECKPOINT),
            Tuple.of(1, Event.FALL_BACK))
        .list()
        .ofSize(150);
  }

  private static List<Command> log(List<ApplyActions.Action> history) {
    ApplyModelMachine machine = new ApplyModelMachine(ApplyModelTest.LIMITS);
    List<ApplyActions.Action> all = new ArrayList<>();
    all.add(before -> ApplyActions.barrier()); // so that no session is that of entry 0
    all.add(before -> ApplyModelMachine.settings());
    ApplyActions.FEEDERS.forEach(feeder -> all.add(new ApplyActions.Open(feeder, 1)));
    all.addAll(history);
    List<Command> log = new ArrayList<>();
    for (ApplyActions.Action action : all) {
      long seconds = ApplyFixture.START + ApplyFixture.NOW + log.size() / 2;
      Command command =
          action.entry(machine).setLevel(1).setProposedAtMillis(seconds * 1_000).build();
      machine.apply(log.size(), command);
      log.add(command);
    }
    return log;
  }

  @Property(tries = 12, edgeCases = EdgeCasesMode.NONE)
  void apply_sameLogInTwoStores_givesTheSameAnswersAndContent(
      @ForAll("histories") List<ApplyActions.Action> history, @ForAll("events") List<Event> events)
      throws IOException {
    List<Command> log = log(history);
    Path folder = Files.createTempDirectory("bindery-replay");
    try (BindingStore calm =
        BindingStore.open(folder.resolve("calm"), ApplyFixture.SMALL, ApplyModelTest.LIMITS)) {
      List<Result> expected = new ArrayList<>();
      for (int index = 0; index < log.size(); index++) {
        expected.add(calm.apply(1, index, log.get(index)));
      }
      try (Shaken shaken = new Shaken(folder);
          StoreView one = calm.view();
          StoreView other = shaken.apply(log, events, expected)) {
        StoreVerifier.Report report = StoreVerifier.verify(other);
        assertThat(report.faults()).isEmpty();
        assertThat(report).isEqualTo(StoreVerifier.verify(one));
        assertThat(other.clusterTimeMillis()).isEqualTo(one.clusterTimeMillis());
      }
    } finally {
      delete(folder);
    }
  }

  /** The store that things happen to. */
  private static final class Shaken implements AutoCloseable {
    private final Path folder;
    private BindingStore store;
    private Path home;
    private Path copy;

    Shaken(Path folder) {
      this.folder = folder;
      home = folder.resolve("shaken");
      copy = folder.resolve("nothing-yet");
      store = BindingStore.open(home, ApplyFixture.SMALL, ApplyModelTest.LIMITS);
    }

    StoreView apply(List<Command> log, List<Event> events, List<Result> expected) {
      for (int index = 0; index < log.size(); index++) {
        befall(events.get(index % events.size()), index);
        for (int at = (int) store.applied().index() + 1; at <= index; at++) {
          assertThat(store.apply(1, at, log.get(at)).toByteString())
              .as("the answer to entry %d", at)
              .isEqualTo(expected.get(at).toByteString());
        }
      }
      return store.view();
    }

    private void befall(Event event, int index) {
      switch (event) {
        case NOTHING -> {}
        case FLUSH -> store.flush();
        case REOPEN -> reopen(home);
        case INSTALL -> {
          Path checkpoint = folder.resolve("installed-" + index);
          store.checkpoint(checkpoint);
          store.install(checkpoint);
        }
        case CHECKPOINT -> {
          copy = folder.resolve("copy-" + index);
          store.checkpoint(copy);
        }
        case FALL_BACK -> {
          reopen(copy);
          copy = folder.resolve("nothing-since-" + index);
        }
      }
    }

    private void reopen(Path from) {
      store.close();
      home = from;
      store = BindingStore.open(home, ApplyFixture.SMALL, ApplyModelTest.LIMITS);
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
