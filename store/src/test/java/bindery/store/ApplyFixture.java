package bindery.store;

import bindery.log.v1.Apply;
import bindery.log.v1.Command;
import bindery.log.v1.DeleteLink;
import bindery.log.v1.Exchange;
import bindery.log.v1.Group;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Item;
import bindery.log.v1.ItemResult;
import bindery.log.v1.Job;
import bindery.log.v1.Link;
import bindery.log.v1.OpenSession;
import bindery.log.v1.Prefix;
import bindery.log.v1.PutLink;
import bindery.log.v1.Result;
import bindery.log.v1.SetCluster;
import bindery.log.v1.Settings;
import bindery.log.v1.SourceSubnet;
import bindery.log.v1.Step;
import bindery.log.v1.StepResult;
import bindery.log.v1.Sweep;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A store that a test feeds with log entries, in order, at a cluster time of its own.
 *
 * <p>Instants in tests are seconds after {@link #START}.
 */
final class ApplyFixture implements AutoCloseable {
  /** Seconds since 1970 that all instants of a test count from. */
  static final long START = 1_750_000_000L;

  /** Cluster time when a test begins, as tests count it: whatever they feed lies before. */
  static final long NOW = 100_000;

  private static final int STEPS_MAX = 10_000;

  static final StoreOptions SMALL = new StoreOptions(8L << 20, 1L << 20);

  private final BindingStore store;
  private long index;
  private long now = NOW;

  ApplyFixture(Path folder) {
    this(folder, JobLimits.RULES);
  }

  /** With jobs in steps of that length. */
  ApplyFixture(Path folder, JobLimits limits) {
    store = BindingStore.open(folder, SMALL, limits);
  }

  /** Seconds since 2000, as rows count, of an instant of a test. */
  static long instant(long seconds) {
    return DhcpTime.ofUnixSeconds(START + seconds);
  }

  /** Sets cluster time of what follows. */
  void setNow(long seconds) {
    now = seconds;
  }

  Result apply(Command.Builder command) {
    command.setLevel(1).setProposedAtMillis((START + now) * 1_000);
    return store.apply(1, ++index, command.build());
  }

  /** The index of the last entry. */
  long index() {
    return index;
  }

  // Sessions.

  Result open(String source, String feeder, long epoch) {
    return apply(
        Command.newBuilder()
            .setOpenSession(
                OpenSession.newBuilder().setSource(source).setFeeder(feeder).setEpoch(epoch)));
  }

  GroupResult group(Group.Builder group) {
    return apply(Command.newBuilder().setApply(Apply.newBuilder().addGroups(group)))
        .getApply()
        .getGroups(0);
  }

  /** A feeder with an open session of epoch 1. */
  Feed feed(String source, String feeder) {
    return new Feed(source, feeder, open(source, feeder, 1).getOpen().getSession());
  }

  /** Feeds item by item, each in its own entry and with the next sequence. */
  final class Feed {
    private final String source;
    private final String feeder;
    private final long session;
    private long last;

    private Feed(String source, String feeder, long session) {
      this.source = source;
      this.feeder = feeder;
      this.session = session;
    }

    long session() {
      return session;
    }

    Group.Builder group(long first, Item... items) {
      return Group.newBuilder()
          .setSource(source)
          .setFeeder(feeder)
          .setSession(session)
          .setFirstSequence(first)
          .addAllItems(List.of(items));
    }

    /** What became of it; the default instance if it was accepted as it stood. */
    ItemResult send(Item item) {
      GroupResult result = ApplyFixture.this.group(group(last + 1, item));
      last = result.getLastSequence();
      return result.getItemsCount() == 0 ? ItemResult.getDefaultInstance() : result.getItems(0);
    }

    ItemResult send(ApplyExchange exchange) {
      return send(exchange.item());
    }
  }

  static Item item(Exchange.Builder exchange) {
    return Item.newBuilder().setExchange(exchange).build();
  }

  // Links.

  static Link.Builder link(String name, String... prefixes) {
    Link.Builder link = Link.newBuilder().setName(name);
    for (String prefix : prefixes) {
      link.addPrefixes(prefix(prefix));
    }
    return link;
  }

  static Prefix prefix(String text) {
    Ipv6Prefix prefix = Ipv6Prefix.parse(text);
    return Prefix.newBuilder()
        .setAddress(octets(prefix.address()))
        .setLength(prefix.length())
        .build();
  }

  static SourceSubnet subnet(String source, long id) {
    return SourceSubnet.newBuilder().setSource(source).setSubnetId(id).build();
  }

  static ByteString octets(Ipv6Address address) {
    return ByteString.copyFrom(address.toArray());
  }

  static ByteString octets(String address) {
    return octets(Ipv6Address.parse(address));
  }

  Result putLink(Link.Builder link) {
    return apply(Command.newBuilder().setPutLink(PutLink.newBuilder().setLink(link)));
  }

  Result deleteLink(String name) {
    return apply(Command.newBuilder().setDeleteLink(DeleteLink.newBuilder().setName(name)));
  }

  /** Puts a link with those on-link prefixes; its id. */
  int addLink(String name, String... prefixes) {
    return putLink(link(name, prefixes)).getLink().getLink().getId();
  }

  // Jobs.

  Result step(long job, ByteString cursor) {
    return apply(Command.newBuilder().setStep(Step.newBuilder().setJob(job).setCursor(cursor)));
  }

  List<Job> jobs() {
    try (StoreView view = store.view()) {
      return view.jobs();
    }
  }

  /** Takes the step that is due of the oldest job; what it did. */
  StepResult stepOnce() {
    Job job = jobs().get(0);
    return step(job.getId(), job.getCursor()).getStep();
  }

  /** Takes steps until no job goes on; how many that were. */
  int stepAll() {
    int steps = 0;
    while (true) {
      Optional<Job> next =
          jobs().stream().filter(job -> job.getSweep().getPhase() != Sweep.Phase.HELD).findFirst();
      if (next.isEmpty()) {
        return steps;
      }
      if (++steps > STEPS_MAX) {
        throw new AssertionError("a job without an end: " + next.get());
      }
      if (!step(next.get().getId(), next.get().getCursor()).getStep().getTaken()) {
        throw new AssertionError("not taken: " + next.get());
      }
    }
  }

  /** Takes a step of the purge. */
  StepResult purge() {
    return step(0, ByteString.EMPTY).getStep();
  }

  void settings(Settings.Builder settings) {
    apply(Command.newBuilder().setSetCluster(SetCluster.newBuilder().setSettings(settings)));
  }

  // Reading back.

  StoreView view() {
    return store.view();
  }

  /** The keys a selector finds at cluster time, in its order. */
  List<BindingKey> find(Selector selector) {
    try (StoreView view = store.view()) {
      return find(view, selector);
    }
  }

  static List<BindingKey> find(StoreView view, Selector selector) {
    List<BindingKey> found = new ArrayList<>();
    try (BindingCursor cursor =
        view.scan(selector, false, DhcpTime.ofUnixMillis(view.clusterTimeMillis()))) {
      while (cursor.next()) {
        found.add(new BindingKey(cursor.linkId(), cursor.row().client()));
      }
    }
    return found;
  }

  /** Who holds the address at cluster time. */
  Optional<Duid> holder(String address) {
    return find(new Selector.ByAddress(Ipv6Address.parse(address), List.of())).stream()
        .map(BindingKey::client)
        .findFirst();
  }

  /** All that is held about the client on the link. */
  Optional<BindingRecord> binding(int link, Duid client) {
    try (StoreView view = store.view()) {
      return binding(view, new BindingKey(link, client));
    }
  }

  static Optional<BindingRecord> binding(StoreView view, BindingKey key) {
    PinnedSnapshot pinned = view.pin();
    try {
      return Optional.ofNullable(pinned.reader().get(Family.BINDING, key.octets()))
          .map(row -> BindingCodec.decode(key, row));
    } finally {
      pinned.release();
    }
  }

  /** The lease that the client holds on the link. */
  LeaseRecord lease(int link, Duid client, LeaseKey key) {
    return binding(link, client).map(held -> held.leases().get(key)).orElseThrow();
  }

  /** The tombstone of the lease, if there is one. */
  Optional<Tombstone> tombstone(LeaseKey key) {
    try (StoreView view = store.view()) {
      return leaseRow(view, key).map(LeaseRow::tombstone);
    }
  }

  static Optional<LeaseRow> leaseRow(StoreView view, LeaseKey key) {
    PinnedSnapshot pinned = view.pin();
    try {
      return Optional.ofNullable(pinned.reader().get(Family.LEASE, Keys.lease(0, key)))
          .map(LeaseRow::decode);
    } finally {
      pinned.release();
    }
  }

  StoreVerifier.Report verify() {
    try (StoreView view = store.view()) {
      return StoreVerifier.verify(view);
    }
  }

  BindingStore store() {
    return store;
  }

  @Override
  public void close() {
    store.close();
  }
}
