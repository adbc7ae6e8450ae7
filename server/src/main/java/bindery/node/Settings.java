package bindery.node;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every option of a node, declared once, in the order of the sample file; those of three sections
 * in classes of their own.
 */
final class Settings {
  static final Setting<String> CLUSTER =
      Setting.of(
          "cluster",
          Kind.TEXT_NAME,
          "bindery",
          "The cluster's name. All members must agree; a data folder of another cluster is refused.");

  static final Setting<String> NODE =
      Setting.of("node", Kind.TEXT_NAME, "n1", "This node's name, one of the members.");

  static final Setting<Path> DATA =
      Setting.withoutDefault(
          "data",
          Kind.PATH,
          "/var/lib/bindery",
          "The folder of the Raft log and the rows, readable by its owner alone. Without one: a folder"
              + " of the node's name below bindery in the user's state folder. An empty folder under a name that the cluster already"
              + " knows is refused, since a voter that lost its disk must not vote again.");

  static final Setting<Map<String, String>> MEMBERS =
      Setting.withoutDefault(
          "members",
          Kind.MEMBERS,
          "{ n1: \"10.0.0.1:5471\", n2: \"10.0.0.2:5471\", n3: \"10.0.0.3:5471\" }",
          "The voters' Raft addresses by name, for the first start; afterwards the cluster's own"
              + " record rules. A host may be a name; it is looked up at each connection. Without any:"
              + " this node alone.");

  static final Setting<Boolean> JOIN =
      Setting.of(
          "join",
          Kind.SWITCH,
          "false",
          "Whether this node, as long as its data folder is empty, waits to be added to a running"
              + " cluster (bindery member add, or replace) instead of founding one. The members are"
              + " those of that cluster then, and this node.");

  static final Setting<Boolean> INSECURE =
      Setting.of(
          "insecure",
          Kind.SWITCH,
          "false",
          "Whether api, raft and kea-ha may listen beyond loopback without TLS. Whoever reaches them"
              + " can rewrite a network with one put of a link: a closed network only. With the"
              + " section tls it is not needed.");

  static final Setting<InetSocketAddress> RAFT_LISTEN =
      Setting.withoutDefault(
          "raft.listen",
          Kind.ENDPOINT_ADDRESS,
          "10.0.0.1:5471",
          "Where the other members reach this one. Without one: this node's address among the"
              + " members, or 127.0.0.1:5471.");

  static final Setting<Duration> RAFT_ELECTION_TIMEOUT =
      Setting.of(
          "raft.election-timeout",
          Kind.time("100ms", "1h"),
          "1s",
          "How long without a leader before an election, up to twice that is waited. Below a few"
              + " hundred milliseconds a pause of the JVM or the disk looks like a dead leader.");

  static final Setting<Long> RAFT_SNAPSHOT_LOG_BYTES =
      Setting.of(
          "raft.snapshot-log-bytes",
          Kind.size("1MiB", "1024GiB"),
          "256MiB",
          "Rows are flushed and the log is cut when it has grown by that much. Larger: fewer flushes,"
              + " a longer replay at start.");

  static final Setting<Duration> RAFT_SNAPSHOT_INTERVAL =
      Setting.of(
          "raft.snapshot-interval",
          Kind.time("1s", "365d"),
          "5m",
          "Rows are flushed and the log is cut at least that often, 1s or more, if there is anything"
              + " new.");

  static final Setting<Integer> RAFT_KEPT_ENTRIES =
      Setting.of(
          "raft.kept-entries",
          Kind.COUNT,
          "2000",
          "How many entries below the flushed ones the log keeps, so that a member that was away"
              + " briefly catches up from the log instead of copying the rows.");

  static final Setting<Long> RAFT_FREE_SPACE_MIN =
      Setting.of(
          "raft.free-space-min",
          Kind.size("0B", "1024GiB"),
          "256MiB",
          "With less room left where the data folder is, this node warns, and leads only if the"
              + " others cannot; when none is left it ends. 0B: however little is left. The log grows"
              + " by raft.snapshot-log-bytes before it is cut, so not less than that.");

  static final Setting<InetSocketAddress> API_LISTEN =
      Setting.of(
          "api.listen",
          Kind.ENDPOINT_ADDRESS,
          "127.0.0.1:5470",
          "Where feeders and the bindery command reach this node (gRPC).");

  static final Setting<InetSocketAddress> HTTP_LISTEN =
      Setting.of(
          "http.listen",
          Kind.ENDPOINT_ADDRESS,
          "127.0.0.1:5472",
          "A status page (/), health (/livez, /readyz?verbose) and Prometheus metrics (/metrics).");

  static final Setting<LogFormat> LOG_FORMAT =
      Setting.of(
          "log.format",
          Kind.choice(LogFormat.class),
          "text",
          "text: a line for people. json: an object a line, for what collects logs.");

  static final Setting<Duration> FEED_RETAIN_ENDED =
      Setting.of(
          "feed.retain-ended",
          Kind.SECONDS,
          "24h",
          "How long an ended lease is remembered, so that a late copy of it cannot bring it back."
              + " Seeds the cluster at its first start; afterwards `bindery settings set` changes it.");

  static final Setting<Duration> FEED_SOURCE_SILENT_AFTER =
      Setting.of(
          "feed.source-silent-after",
          Kind.SECONDS,
          "15m",
          "How long a source may say nothing before it counts as silent. Seeds the cluster at its"
              + " first start; afterwards `bindery settings set` changes it.");

  static final Setting<Integer> FEED_SWEEP_LIMIT =
      Setting.of(
          "feed.sweep-limit",
          Kind.PERMILLE,
          "10%",
          "The part of a source's live leases that a full resync may end without an operator's word."
              + " Seeds the cluster at its first start; afterwards `bindery settings set` changes"
              + " it.");

  static final Setting<Long> STORE_CACHE =
      Setting.of(
          "store.cache",
          Kind.size("8MiB", "1024GiB"),
          "384MiB",
          "Memory for blocks, filters and indexes of the rows. When filters and indexes do not fit, an"
              + " update costs many times more.");

  static final Setting<Long> STORE_MEMTABLES =
      Setting.of(
          "store.memtables",
          Kind.size("1MiB", "1024GiB"),
          "64MiB",
          "Memory for rows not yet on disk. Larger: fewer flushes, a longer replay at start.");

  /** All of them, in the order of the sample file. */
  static final List<Setting<?>> ALL =
      Stream.of(
              List.of(CLUSTER, NODE, DATA, MEMBERS, JOIN, INSECURE),
              TlsSettings.ALL,
              List.<Setting<?>>of(
                  RAFT_LISTEN,
                  RAFT_ELECTION_TIMEOUT,
                  RAFT_SNAPSHOT_LOG_BYTES,
                  RAFT_SNAPSHOT_INTERVAL,
                  RAFT_KEPT_ENTRIES,
                  RAFT_FREE_SPACE_MIN,
                  API_LISTEN,
                  HTTP_LISTEN),
              LeasequerySettings.ALL,
              List.of(FEED_RETAIN_ENDED, FEED_SOURCE_SILENT_AFTER, FEED_SWEEP_LIMIT),
              KeaHaSettings.ALL,
              List.<Setting<?>>of(STORE_CACHE, STORE_MEMTABLES, LOG_FORMAT))
          .<Setting<?>>flatMap(List::stream)
          .toList();

  private Settings() {}

  /** The environment variables of all of them. */
  static Set<String> environmentNames() {
    return ALL.stream().map(Setting::environment).collect(Collectors.toSet());
  }
}
