package bindery.query;

import bindery.log.v1.Alive;
import bindery.log.v1.Apply;
import bindery.log.v1.Barrier;
import bindery.log.v1.BeginSync;
import bindery.log.v1.Command;
import bindery.log.v1.EndSync;
import bindery.log.v1.Exchange;
import bindery.log.v1.Group;
import bindery.log.v1.Identity;
import bindery.log.v1.Item;
import bindery.log.v1.Job;
import bindery.log.v1.Lease;
import bindery.log.v1.Link;
import bindery.log.v1.OpenSession;
import bindery.log.v1.Prefix;
import bindery.log.v1.PutLink;
import bindery.log.v1.Result;
import bindery.log.v1.SetCluster;
import bindery.log.v1.Step;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.store.BindingStore;
import bindery.store.ReadPoint;
import bindery.store.StoreOptions;
import bindery.store.StoreView;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A real store in a folder, fed by log entries as a cluster would feed it. */
public final class FedStore implements AutoCloseable {
  /** The cluster's DUID: the one of the protocol's test vectors. */
  public static final Duid SERVER = Duid.parse("0002000000090cc084d303000912");

  /** Cluster time of every entry unless told otherwise: 2026-01-01, in seconds since 1970. */
  public static final long NOW = 1_767_225_600L;

  private final BindingStore store;
  private long index;
  private long session;
  private long syncSession;
  private long sequence;
  private long millis = NOW * 1_000;

  private FedStore(BindingStore store) {
    this.store = store;
  }

  /** A cluster that has an identity and nothing else. */
  public static FedStore neverFed(Path folder) {
    return withoutIdentity(folder).identify();
  }

  /** Makes a cluster of what was none. */
  public FedStore identify() {
    var unused =
        apply(
            Command.newBuilder()
                .setSetCluster(
                    SetCluster.newBuilder()
                        .setLevel(1)
                        .setIdentity(
                            Identity.newBuilder()
                                .setCluster("test")
                                .setDuid(ByteString.copyFrom(SERVER.octets().toArray()))
                                .setIncarnation(ByteString.copyFrom(new byte[16])))));
    return this;
  }

  /** A store that no cluster has made anything of. */
  public static FedStore withoutIdentity(Path folder) {
    return new FedStore(BindingStore.open(folder, new StoreOptions(16L << 20, 8L << 20)));
  }

  /** What an earlier one left in the folder, for reading. */
  public static FedStore reopen(Path folder) {
    FedStore fed = withoutIdentity(folder);
    fed.index = fed.store.applied().index();
    return fed;
  }

  /** A cluster with the session of one feeder open. */
  public static FedStore open(Path folder) {
    FedStore fed = neverFed(folder);
    Result opened =
        fed.apply(
            Command.newBuilder()
                .setOpenSession(
                    OpenSession.newBuilder().setSource("kea").setFeeder("test").setEpoch(1)));
    fed.session = opened.getOpen().getSession();
    return fed;
  }

  /** Moves cluster time on. */
  public FedStore at(long unixSeconds) {
    millis = unixSeconds * 1_000;
    return this;
  }

  private Result apply(Command.Builder command) {
    Result result =
        store.apply(1, ++index, command.setLevel(1).setProposedAtMillis(millis).build());
    if (result.hasRefusal()) {
      throw new IllegalStateException("refused: " + result.getRefusal());
    }
    return result;
  }

  /** Puts a link of on-link prefixes and delegation pools, written {@code 2001:db8::/32}. */
  public FedStore link(String name, List<String> prefixes, List<String> pools) {
    Link.Builder link = Link.newBuilder().setName(name);
    prefixes.forEach(prefix -> link.addPrefixes(prefix(prefix)));
    pools.forEach(pool -> link.addPools(prefix(pool)));
    apply(Command.newBuilder().setPutLink(PutLink.newBuilder().setLink(link)));
    return this;
  }

  private static Prefix prefix(String text) {
    Ipv6Prefix prefix = Ipv6Prefix.parse(text);
    return Prefix.newBuilder()
        .setAddress(octets(prefix.address()))
        .setLength(prefix.length())
        .build();
  }

  /** Another source opens a session and begins a sync. */
  public FedStore beginSync(String source) {
    Result opened =
        apply(
            Command.newBuilder()
                .setOpenSession(
                    OpenSession.newBuilder().setSource(source).setFeeder("test").setEpoch(1)));
    syncSession = opened.getOpen().getSession();
    return sync(source, 1, Item.newBuilder().setBeginSync(BeginSync.getDefaultInstance()));
  }

  /** It could not tell everything. */
  public FedStore endSyncIncomplete(String source) {
    return sync(source, 2, Item.newBuilder().setEndSync(EndSync.newBuilder().setIncomplete(true)));
  }

  private FedStore sync(String source, long itemSequence, Item.Builder item) {
    apply(
        Command.newBuilder()
            .setApply(
                Apply.newBuilder()
                    .addGroups(
                        Group.newBuilder()
                            .setSource(source)
                            .setFeeder("test")
                            .setSession(syncSession)
                            .setFirstSequence(itemSequence)
                            .addItems(item))));
    return this;
  }

  /** Feeds exchanges in one entry; none may be rejected or stale. */
  public FedStore feed(Exchange.Builder... exchanges) {
    Group.Builder group =
        Group.newBuilder()
            .setSource("kea")
            .setFeeder("test")
            .setSession(session)
            .setFirstSequence(sequence + 1);
    for (Exchange.Builder exchange : exchanges) {
      group.addItems(Item.newBuilder().setExchange(exchange));
    }
    Result result = apply(Command.newBuilder().setApply(Apply.newBuilder().addGroups(group)));
    if (result.getApply().getGroups(0).getItemsCount() > 0
        || result.getApply().getGroups(0).hasRefusal()) {
      throw new IllegalStateException("not accepted: " + result.getApply());
    }
    sequence += exchanges.length;
    return this;
  }

  /** The feeder says that its server answers. */
  public FedStore alive() {
    Group.Builder group =
        Group.newBuilder()
            .setSource("kea")
            .setFeeder("test")
            .setSession(session)
            .setFirstSequence(++sequence)
            .addItems(Item.newBuilder().setAlive(Alive.getDefaultInstance()));
    apply(Command.newBuilder().setApply(Apply.newBuilder().addGroups(group)));
    return this;
  }

  /** An entry that changes nothing but cluster time. */
  public FedStore tick() {
    apply(Command.newBuilder().setBarrier(Barrier.getDefaultInstance()));
    return this;
  }

  /** Takes one step of the oldest job. */
  public FedStore step() {
    try (StoreView view = store.view()) {
      Job job = view.jobs().get(0);
      apply(
          Command.newBuilder()
              .setStep(Step.newBuilder().setJob(job.getId()).setCursor(job.getCursor())));
    }
    return this;
  }

  /** The DUID of a client by number. */
  public static Duid client(int number) {
    return Duid.parse(String.format("0003000102005e%06x", number));
  }

  /** An exchange at {@link #NOW} on a link. */
  public static Exchange.Builder exchange(int client, String link) {
    return Exchange.newBuilder()
        .setClient(ByteString.copyFrom(client(client).octets().toArray()))
        .setCltt(NOW)
        .setLink(link);
  }

  /** An address granted at {@link #NOW}. */
  public static Lease address(String address, int preferred, int valid) {
    return Lease.newBuilder()
        .setKind(1)
        .setAddress(octets(Ipv6Address.parse(address)))
        .setPrefixLength(128)
        .setPreferred(preferred)
        .setValid(valid)
        .setGranted(NOW)
        .build();
  }

  /** A delegated prefix granted at {@link #NOW}. */
  public static Lease delegated(String prefix, int preferred, int valid) {
    Ipv6Prefix parsed = Ipv6Prefix.parse(prefix);
    return Lease.newBuilder()
        .setKind(2)
        .setAddress(octets(parsed.address()))
        .setPrefixLength(parsed.length())
        .setPreferred(preferred)
        .setValid(valid)
        .setGranted(NOW)
        .build();
  }

  /** Octets of hexadecimal digits. */
  public static ByteString hex(String digits) {
    return ByteString.copyFrom(HexFormat.of().parseHex(digits));
  }

  private static ByteString octets(Ipv6Address address) {
    return ByteString.copyFrom(address.toArray());
  }

  /** Pins a snapshot. */
  public StoreView view() {
    return store.view();
  }

  /** A read barrier that always succeeds: this store is its own majority. */
  public CompletionStage<ReadPoint> barrier() {
    return CompletableFuture.completedStage(new ReadPoint(index, millis, System.nanoTime()));
  }

  @Override
  public void close() {
    store.close();
  }
}
