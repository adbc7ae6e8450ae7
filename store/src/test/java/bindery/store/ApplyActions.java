package bindery.store;

import bindery.log.v1.AcceptSweep;
import bindery.log.v1.Alive;
import bindery.log.v1.Apply;
import bindery.log.v1.Barrier;
import bindery.log.v1.BeginSync;
import bindery.log.v1.Command;
import bindery.log.v1.DeleteLink;
import bindery.log.v1.EndSync;
import bindery.log.v1.Group;
import bindery.log.v1.Item;
import bindery.log.v1.Lease.EndReason;
import bindery.log.v1.Link;
import bindery.log.v1.OpenSession;
import bindery.log.v1.PutLink;
import bindery.log.v1.RemoveSource;
import bindery.log.v1.Step;
import bindery.model.Duid;
import bindery.model.LeaseKey;
import bindery.model.RemoteId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Arbitrary entries over so few clients, leases, links and instants that they often meet. */
final class ApplyActions {
  record Name(String source, String feeder) {}

  static final List<Name> FEEDERS =
      List.of(new Name("kea", "a"), new Name("kea", "b"), new Name("isc", "a"));
  static final List<Duid> CLIENTS =
      List.of(Samples.client(1), Samples.client(2), Samples.client(3));
  static final List<Duid> RELAYS =
      List.of(Duid.parse("00:02:00:00:ab:cd:01"), Duid.parse("00:02:00:00:ab:cd:02"));
  static final List<RemoteId> REMOTES =
      List.of(RemoteId.parse("32473:01"), RemoteId.parse("32474:01"), RemoteId.parse("32473:0101"));
  static final List<LeaseKey> LEASES =
      List.of(
          Samples.address("2001:db8:1::1"),
          Samples.address("2001:db8:1::2"),
          Samples.address("2001:db8:2::1"),
          Samples.address("2001:db8:ffff::1"),
          Samples.prefix("2001:db8:f000::/56"),
          Samples.prefix("2001:db8:f000::/48"),
          Samples.prefix("3fff:1::/48"));
  static final List<String> LINKS = List.of("edge-1", "edge-2", "edge-3");

  private static final Alive ALIVE = Alive.getDefaultInstance();
  private static final BeginSync BEGIN = BeginSync.getDefaultInstance();
  private static final EndSync END = EndSync.getDefaultInstance();

  /** How an action becomes an entry hangs on what came before. */
  interface Action {
    Command.Builder entry(ApplyModelMachine before);
  }

  /** Which sequence a group begins with, seen from the last. */
  enum Place {
    NEXT,
    RESENT,
    GAP,
    OLD_SESSION
  }

  record Part(Name feeder, Place place, List<ItemAt> items) {}

  /** An item whose instants are counted from cluster time. */
  interface ItemAt {
    Item at(long seconds);
  }

  private ApplyActions() {}

  static Arbitrary<Action> actions() {
    return Arbitraries.frequencyOf(
        Tuple.of(30, parts().list().ofMinSize(1).ofMaxSize(3).map(ApplyActions::send)),
        Tuple.of(6, opens()),
        Tuple.of(3, linkPuts()),
        Tuple.of(2, Arbitraries.of(LINKS).map(ApplyActions::linkDelete)),
        Tuple.of(12, Arbitraries.integers().between(0, 3).map(StepDue::new)),
        Tuple.of(1, Arbitraries.just(named(() -> step(Step.newBuilder().setJob(1)), "Step[late]"))),
        Tuple.of(3, Arbitraries.just(named(() -> step(Step.newBuilder()), "Purge"))),
        Tuple.of(1, Arbitraries.of("kea", "isc").map(ApplyActions::acceptSweep)),
        Tuple.of(1, Arbitraries.of("kea", "isc").map(ApplyActions::removeSource)),
        Tuple.of(1, Arbitraries.just(named(() -> barrier(), "Barrier"))));
  }

  // A failed run prints its actions.
  private static Action named(Supplier<Command.Builder> entry, String text) {
    return new Action() {
      @Override
      public Command.Builder entry(ApplyModelMachine before) {
        return entry.get();
      }

      @Override
      public String toString() {
        return text;
      }
    };
  }

  static Command.Builder step(Step.Builder step) {
    return Command.newBuilder().setStep(step);
  }

  /** The next step of one of the jobs. */
  record StepDue(int number) implements Action {
    @Override
    public Command.Builder entry(ApplyModelMachine before) {
      return Command.newBuilder().setStep(before.jobs().due(number));
    }
  }

  private static Action acceptSweep(String source) {
    return named(
        () -> Command.newBuilder().setAcceptSweep(AcceptSweep.newBuilder().setSource(source)),
        "Accept[" + source + "]");
  }

  private static Action removeSource(String source) {
    return named(
        () -> Command.newBuilder().setRemoveSource(RemoveSource.newBuilder().setSource(source)),
        "Remove[" + source + "]");
  }

  static Command.Builder barrier() {
    return Command.newBuilder().setBarrier(Barrier.getDefaultInstance());
  }

  private static Action linkDelete(String name) {
    return named(
        () -> Command.newBuilder().setDeleteLink(DeleteLink.newBuilder().setName(name)),
        "Delete[" + name + "]");
  }

  record Open(Name feeder, int raise) implements Action {
    @Override
    public Command.Builder entry(ApplyModelMachine before) {
      long epoch = before.feeder(feeder.source(), feeder.feeder()).epoch() + raise;
      return Command.newBuilder()
          .setOpenSession(
              OpenSession.newBuilder()
                  .setSource(feeder.source())
                  .setFeeder(feeder.feeder())
                  .setEpoch(Math.max(1, epoch)));
    }
  }

  private static Arbitrary<Action> opens() {
    return Combinators.combine(Arbitraries.of(FEEDERS), Arbitraries.of(-1, 0, 0, 1)).as(Open::new);
  }

  private static Arbitrary<Action> linkPuts() {
    return Combinators.combine(
            Arbitraries.integers().between(1, LINKS.size()),
            Arbitraries.integers().between(0, 5),
            Arbitraries.of(-1L, -1L, -1L, 0L, 1L))
        .as(
            (number, shape, version) -> {
              PutLink.Builder put = PutLink.newBuilder().setLink(link(number, shape));
              if (version >= 0) {
                put.setExpectedVersion(version);
              }
              return named(
                  () -> Command.newBuilder().setPutLink(put),
                  "Put[edge-" + number + " shape " + shape + " version " + version + "]");
            });
  }

  private static Link link(int number, int shape) {
    Link.Builder link = ApplyFixture.link("edge-" + number);
    // Stands on every link, so it decides nothing as soon as there are two.
    link.addPools(ApplyFixture.prefix("3fff::/20"));
    switch (shape) {
      case 1 -> link.addPools(ApplyFixture.prefix("2001:db8:f000::/40"));
      case 2 -> link.addPrefixes(ApplyFixture.prefix("2001:db8::/32"));
      case 3 -> link.addSubnets(ApplyFixture.subnet("kea", 17));
      case 4 -> link.addAliases(ApplyFixture.octets("fe80::1"));
      default -> {}
    }
    if (shape < 5) {
      link.addPrefixes(ApplyFixture.prefix("2001:db8:" + number + "::/64"));
    }
    return link.build();
  }

  private static Action send(List<Part> parts) {
    return new Action() {
      @Override
      public Command.Builder entry(ApplyModelMachine before) {
        return entryOf(parts, before);
      }

      @Override
      public String toString() {
        return parts.toString();
      }
    };
  }

  private static Command.Builder entryOf(List<Part> parts, ApplyModelMachine before) {
    Apply.Builder apply = Apply.newBuilder();
    Map<Name, Long> last = new HashMap<>();
    long now = before.now() - ApplyFixture.instant(0);
    for (Part part : parts) {
      ApplyModelMachine.Feeder held = before.feeder(part.feeder().source(), part.feeder().feeder());
      long reached = last.getOrDefault(part.feeder(), held.last());
      long first =
          switch (part.place()) {
            case NEXT, OLD_SESSION -> reached + 1;
            case RESENT -> Math.max(1, reached - 1);
            case GAP -> reached + 3;
          };
      boolean isOld = part.place() == Place.OLD_SESSION;
      Group.Builder group =
          Group.newBuilder()
              .setSource(part.feeder().source())
              .setFeeder(part.feeder().feeder())
              .setSession(isOld ? held.session() + 1_000_000 : held.session())
              .setFirstSequence(first);
      part.items().forEach(item -> group.addItems(item.at(now)));
      apply.addGroups(group);
      if (!isOld && first <= reached + 1) {
        last.put(part.feeder(), Math.max(reached, first + part.items().size() - 1));
      }
    }
    return Command.newBuilder().setApply(apply);
  }

  private static Arbitrary<Part> parts() {
    Arbitrary<Place> places =
        Arbitraries.frequency(
            Tuple.of(20, Place.NEXT),
            Tuple.of(3, Place.RESENT),
            Tuple.of(1, Place.GAP),
            Tuple.of(1, Place.OLD_SESSION));
    return Combinators.combine(
            Arbitraries.of(FEEDERS), places, items().list().ofMinSize(1).ofMaxSize(3))
        .as(Part::new);
  }

  private static Arbitrary<ItemAt> items() {
    return Arbitraries.frequencyOf(
        Tuple.of(1, Arbitraries.just(told("Alive", Item.newBuilder().setAlive(ALIVE)))),
        Tuple.of(1, Arbitraries.just(told("BeginSync", Item.newBuilder().setBeginSync(BEGIN)))),
        Tuple.of(1, Arbitraries.just(told("EndSync", Item.newBuilder().setEndSync(END)))),
        Tuple.of(3, Arbitraries.integers().between(-4, 2).map(DeclineOfNobody::new)),
        Tuple.of(40, exchanges()));
  }

  private static ItemAt told(String text, Item.Builder item) {
    Item told = item.build();
    return new ItemAt() {
      @Override
      public Item at(long now) {
        return told;
      }

      @Override
      public String toString() {
        return text;
      }
    };
  }

  record DeclineOfNobody(int delta) implements ItemAt {
    @Override
    public Item at(long now) {
      LeaseKey lease = LEASES.get(Math.floorMod(delta, LEASES.size()));
      return ApplyExchange.ofNobody(now + delta).end(lease, EndReason.DECLINED).item();
    }
  }

  /** What is told of one lease. */
  record LeaseTold(LeaseKey key, int operation, int valid) {
    void addTo(ApplyExchange exchange, boolean putsOnly) {
      if (putsOnly || operation < 5) {
        exchange.put(key, valid == -1 ? -1 : valid / 2, valid);
      } else if (operation < 9) {
        exchange.end(key, EndReason.forNumber(operation - 5));
      } else {
        exchange.seen(key);
      }
    }
  }

  record Around(int hint, int relays, int remotes, boolean copy) {
    void addTo(ApplyExchange exchange) {
      switch (hint) {
        case 0, 1, 2 -> exchange.link(LINKS.get(hint));
        case 3 -> exchange.subnet(17);
        case 4 -> exchange.linkAddress("2001:db8:2::ff");
        case 5 -> exchange.linkAddress("fe80::1");
        default -> {}
      }
      if (relays >= 0) {
        exchange.relayed("by" + relays);
        for (int i = 0; i < RELAYS.size(); i++) {
          if ((relays & 1 << i) != 0) {
            exchange.relay(RELAYS.get(i));
          }
        }
        for (int i = 0; i < REMOTES.size(); i++) {
          if ((remotes & 1 << i) != 0) {
            exchange.remote(REMOTES.get(i));
          }
        }
      }
      exchange.options("o" + remotes);
      if (copy) {
        exchange.copy();
      }
    }
  }

  record ExchangeTold(Duid client, int delta, Around around, List<LeaseTold> leases)
      implements ItemAt {
    @Override
    public Item at(long now) {
      ApplyExchange exchange = ApplyExchange.of(client, now + delta);
      around.addTo(exchange);
      leases.forEach(lease -> lease.addTo(exchange, around.copy()));
      return exchange.item();
    }
  }

  private static Arbitrary<ItemAt> exchanges() {
    Arbitrary<LeaseTold> leases =
        Combinators.combine(
                Arbitraries.of(LEASES),
                Arbitraries.integers().between(0, 10),
                Arbitraries.of(-1, 4, 1_000_000, 1_000_000))
            .as(LeaseTold::new);
    Arbitrary<Around> around =
        Combinators.combine(
                Arbitraries.integers().between(0, 12),
                Arbitraries.integers().between(-2, 3),
                Arbitraries.integers().between(0, 7),
                Arbitraries.frequency(Tuple.of(5, false), Tuple.of(1, true)))
            .as(Around::new);
    return Combinators.combine(
            Arbitraries.of(CLIENTS),
            Arbitraries.integers().between(-4, 2),
            around,
            leases.list().ofMaxSize(3).uniqueElements(LeaseTold::key))
        .as(ExchangeTold::new);
  }
}
