package bindery.node;

import bindery.cli.Invocation;
import bindery.leasequery.DatagramOptions;
import bindery.leasequery.LeasequeryLimits;
import bindery.leasequery.RequestorRule;
import bindery.raft.Member;
import bindery.tls.TlsFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checked configuration of a node.
 *
 * @param members at least one, this node among them
 * @param isJoining whether an empty data folder waits to be added to a running cluster
 * @param tls the files of TLS, not read yet; empty for none
 * @param keaHa the endpoint for Kea's high availability; empty for none
 * @param warnings what is allowed but not recommended, a sentence each
 */
record NodeConfig(
    String cluster,
    String node,
    Path data,
    List<Member> members,
    boolean isJoining,
    Optional<TlsFiles> tls,
    Raft raft,
    InetSocketAddress api,
    InetSocketAddress http,
    Leasequery leasequery,
    Feed feed,
    Optional<KeaHaConfig> keaHa,
    Store store,
    LogFormat log,
    List<String> warnings) {
  private static final String LEASEQUERY_LISTEN_ALONE = "127.0.0.1:547";

  /** How the log is replicated and cut. */
  record Raft(
      InetSocketAddress listen,
      Duration electionTimeout,
      long snapshotLogBytes,
      Duration snapshotInterval,
      int keptEntries,
      long freeSpaceMin) {}

  /**
   * The bulk leasequery front.
   *
   * @param tlsListen where it is asked over TLS; empty for nowhere
   * @param datagrams leasequery by UDP; empty for none
   * @param requestors empty for loopback only
   */
  record Leasequery(
      InetSocketAddress listen,
      Optional<InetSocketAddress> tlsListen,
      Optional<DatagramOptions> datagrams,
      LeasequerySettings.Reads reads,
      Duration maxStaleness,
      Duration barrierTimeout,
      LeasequeryLimits limits,
      List<RequestorRule> requestors,
      List<Integer> sensitiveOptions) {}

  /**
   * The settings that decide rows.
   *
   * @param seeds what the cluster begins with at its first start; all set
   * @param given those of them that were given, the others unset
   */
  record Feed(bindery.log.v1.Settings seeds, bindery.log.v1.Settings given) {
    private static Feed of(ConfigReader values) {
      var seeds =
          bindery.log.v1.Settings.newBuilder()
              .setRetainEndedSeconds(values.get(Settings.FEED_RETAIN_ENDED).toSeconds())
              .setSourceSilentAfterSeconds(
                  values.get(Settings.FEED_SOURCE_SILENT_AFTER).toSeconds())
              .setSweepLimitPermille(values.get(Settings.FEED_SWEEP_LIMIT));
      var given = seeds.clone();
      if (!values.isGiven(Settings.FEED_RETAIN_ENDED)) {
        given.clearRetainEndedSeconds();
      }
      if (!values.isGiven(Settings.FEED_SOURCE_SILENT_AFTER)) {
        given.clearSourceSilentAfterSeconds();
      }
      if (!values.isGiven(Settings.FEED_SWEEP_LIMIT)) {
        given.clearSweepLimitPermille();
      }
      return new Feed(seeds.build(), given.build());
    }
  }

  /** The store's memory, in octets. */
  record Store(long cacheBytes, long memtableBytes) {}

  // Who tells neither a file nor members nor requestors has not said that the network may ask.
  private static Map<String, String> onLoopback(
      Map<String, String> flags, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(flags);
    if (Stream.of(LeasequerySettings.LISTEN, Settings.MEMBERS, LeasequerySettings.REQUESTORS)
        .noneMatch(
            setting ->
                flags.containsKey(setting.key())
                    || environment.containsKey(setting.environment()))) {
      all.putIfAbsent(LeasequerySettings.LISTEN.key(), LEASEQUERY_LISTEN_ALONE);
    }
    return all;
  }

  /**
   * Reads and checks all options.
   *
   * @throws ConfigException with every problem together
   */
  static NodeConfig load(
      Map<String, String> flags, Map<String, String> environment, @Nullable Path file)
      throws ConfigException {
    Problems problems = new Problems();
    ConfigReader values =
        ConfigReader.read(
            file == null ? onLoopback(flags, environment) : flags, environment, file, problems);
    ConfigRules.check(values, problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems.list());
    }
    return of(values, environment);
  }

  private static NodeConfig of(ConfigReader values, Map<String, String> environment) {
    String node = values.get(Settings.NODE);
    InetSocketAddress raftListen = ConfigRules.raftListen(values);
    Map<String, String> addresses = values.find(Settings.MEMBERS);
    List<Member> members = new ArrayList<>();
    if (addresses == null) {
      members.add(new Member(node, text(raftListen)));
    } else {
      addresses.forEach((name, address) -> members.add(new Member(name, address)));
    }
    Path data = values.find(Settings.DATA);
    List<RequestorRule> requestors = values.find(LeasequerySettings.REQUESTORS);
    List<Integer> sensitive = values.find(LeasequerySettings.SENSITIVE_OPTIONS);
    return new NodeConfig(
        values.get(Settings.CLUSTER),
        node,
        data == null ? Invocation.stateFolder(environment).resolve(node) : data,
        List.copyOf(members),
        values.get(Settings.JOIN),
        NodeTls.files(values),
        new Raft(
            raftListen,
            values.get(Settings.RAFT_ELECTION_TIMEOUT),
            values.get(Settings.RAFT_SNAPSHOT_LOG_BYTES),
            values.get(Settings.RAFT_SNAPSHOT_INTERVAL),
            values.get(Settings.RAFT_KEPT_ENTRIES),
            values.get(Settings.RAFT_FREE_SPACE_MIN)),
        values.get(Settings.API_LISTEN),
        values.get(Settings.HTTP_LISTEN),
        new Leasequery(
            values.get(LeasequerySettings.LISTEN),
            Optional.ofNullable(values.find(LeasequerySettings.TLS_LISTEN)),
            ConfigRules.datagrams(values),
            values.get(LeasequerySettings.READS),
            values.get(LeasequerySettings.MAX_STALENESS),
            values.get(LeasequerySettings.BARRIER_TIMEOUT),
            ConfigRules.limits(values),
            requestors == null ? List.of() : List.copyOf(requestors),
            sensitive == null ? List.of() : List.copyOf(sensitive)),
        Feed.of(values),
        KeaHaConfig.of(values),
        new Store(values.get(Settings.STORE_CACHE), values.get(Settings.STORE_MEMTABLES)),
        values.get(Settings.LOG_FORMAT),
        ConfigRules.warnings(values));
  }

  /** This configuration with the requestors of another, and what is to be warned of. */
  NodeConfig withRequestorsOf(NodeConfig other) {
    Leasequery front =
        new Leasequery(
            leasequery.listen,
            leasequery.tlsListen,
            leasequery.datagrams,
            leasequery.reads,
            leasequery.maxStaleness,
            leasequery.barrierTimeout,
            leasequery.limits,
            other.leasequery.requestors,
            leasequery.sensitiveOptions);
    return new NodeConfig(
        cluster,
        node,
        data,
        members,
        isJoining,
        tls,
        raft,
        api,
        http,
        front,
        feed,
        keaHa,
        store,
        log,
        other.warnings);
  }

  /**
   * What is wrong with the files that are named, without which the node cannot start; a sentence
   * each. They are read anew for this.
   */
  List<String> fileProblems() {
    List<String> problems = new ArrayList<>();
    tls.ifPresent(files -> problems.addAll(NodeTls.problems(files, cluster, node)));
    var unused = keaHa.map(endpoint -> endpoint.options(node, data, problems));
    return problems;
  }

  /** {@code HOST:PORT}, an IPv6 host in brackets. */
  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }
}
