package bindery.node;

import bindery.leasequery.LeasequeryLimits;
import bindery.leasequery.RequestorRule;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Every option of a node, declared once, in the order of the sample file. */
final class Settings {
  private static final String OUTPUT_MEMORY_MIN =
      (LeasequeryLimits.OUTPUT_BYTES_PER_QUERY_MIN >> 10) + "KiB";

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
              + " record rules. Without any: this node alone.");

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
          "Whether api and raft may listen beyond loopback without TLS. Whoever reaches them can"
              + " rewrite a network with one put of a link: a closed network only.");

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
          "Health (/livez, /readyz) and Prometheus metrics (/metrics).");

  static final Setting<InetSocketAddress> LEASEQUERY_LISTEN =
      Setting.of(
          "leasequery.listen",
          Kind.ENDPOINT_ADDRESS,
          "[::]:547",
          "Where requestors ask (bulk leasequery over TCP, RFC 5460). A port below 1024 needs the"
              + " capability CAP_NET_BIND_SERVICE. A node that is told nothing at all, neither"
              + " members nor requestors nor a file, listens on 127.0.0.1:547.");

  static final Setting<InetSocketAddress> LEASEQUERY_UDP_LISTEN =
      Setting.withoutDefault(
          "leasequery.udp-listen",
          Kind.OWN_ADDRESS,
          "[2001:db8::547]:547",
          "Where requestors ask by UDP (RFC 5007: by address and by client-id). One address of this"
              + " host, not [::], since replies leave from it. Without one: nowhere.");

  static final Setting<Boolean> LEASEQUERY_UDP_RELAYED =
      Setting.of(
          "leasequery.udp-relayed",
          Kind.SWITCH,
          "false",
          "Whether queries by UDP that came through relays are answered. The list of requestors then"
              + " knows the nearest relay alone, not who asks.");

  static final Setting<Integer> LEASEQUERY_UDP_MAX_QUERIES =
      Setting.of(
          "leasequery.udp-max-queries",
          Kind.LIMIT,
          "256",
          "Queries by UDP in work at one time; further ones are dropped, and come again.");

  static final Setting<Integer> LEASEQUERY_UDP_MAX_QUERIES_PER_REQUESTOR =
      Setting.of(
          "leasequery.udp-max-queries-per-requestor",
          Kind.LIMIT,
          "64",
          "Of them, queries of one address, or max-queries of its entry among the requestors; further"
              + " ones are dropped.");

  static final Setting<Integer> LEASEQUERY_UDP_MAX_RATE =
      Setting.of(
          "leasequery.udp-max-rate",
          Kind.LIMIT,
          "500",
          "Datagrams in a second from one address; further ones are dropped.");

  static final Setting<Reads> LEASEQUERY_READS =
      Setting.of(
          "leasequery.reads",
          Kind.choice(Reads.class),
          "linearizable",
          "linearizable: an answer holds every update acknowledged before the query, or is refused."
              + " bounded: without a quorum the node answers from what it has, no older than"
              + " max-staleness, and says so in its log.");

  static final Setting<Duration> LEASEQUERY_MAX_STALENESS =
      Setting.of(
          "leasequery.max-staleness",
          Kind.TIME_OR_UNLIMITED,
          "30s",
          "For bounded reads: how long ago the last successful read barrier may be.");

  static final Setting<Duration> LEASEQUERY_BARRIER_TIMEOUT =
      Setting.of(
          "leasequery.barrier-timeout",
          Kind.PATIENCE,
          "5s",
          "How long a query waits for a quorum before it is told QueryTerminated. Should be above one"
              + " election and below the 10s at which relays give up.");

  static final Setting<Duration> LEASEQUERY_DATA_TIMEOUT =
      Setting.of(
          "leasequery.data-timeout",
          Kind.PATIENCE,
          "30s",
          "BULK_LQ_DATA_TIMEOUT: a query must be complete within it from its first octet, and a"
              + " requestor must take least-progress of its answers in it, or the connection is"
              + " dropped. RFC 5460 5.6 names 300s; below 30s is not recommended.");

  static final Setting<Duration> LEASEQUERY_IDLE_TIMEOUT =
      Setting.of(
          "leasequery.idle-timeout",
          Kind.PATIENCE,
          "300s",
          "A connection with no query outstanding for that long is closed.");

  static final Setting<Duration> LEASEQUERY_MAX_ANSWER_TIME =
      Setting.of(
          "leasequery.max-answer-time",
          Kind.PATIENCE,
          "10m",
          "The longest an answer may take; a slower requestor is dropped, so that it cannot hold a"
              + " snapshot of the store for ever.");

  static final Setting<Long> LEASEQUERY_LEAST_PROGRESS =
      Setting.of(
          "leasequery.least-progress",
          Kind.size("1B", "1GiB"),
          "64KiB",
          "What a requestor must take of all answers of a connection together within each"
              + " data-timeout. Larger: slow requestors are dropped sooner.");

  static final Setting<Long> LEASEQUERY_OUTPUT_MEMORY =
      Setting.of(
          "leasequery.output-memory",
          Kind.size(OUTPUT_MEMORY_MIN, "1GiB"),
          "512KiB",
          "Memory for answers of one connection, "
              + OUTPUT_MEMORY_MIN
              + " or more for each of its queries. In all: connections times this.");

  static final Setting<Integer> LEASEQUERY_MAX_CONNECTIONS =
      Setting.of(
          "leasequery.max-connections",
          Kind.LIMIT,
          "10",
          "BULK_LQ_MAX_CONNS: connections at one time; one more is closed at once. The last is kept"
              + " for an entry among the requestors that has none, if several are listed; for an"
              + " address that has none, if one prefix is. Size it as relays times the connections"
              + " each may open, and one: some open one for each interface.");

  static final Setting<Integer> LEASEQUERY_MAX_CONNECTIONS_PER_REQUESTOR =
      Setting.of(
          "leasequery.max-connections-per-requestor",
          Kind.LIMIT,
          "10",
          "Connections at one time from one address; one more is closed at once. This and every"
              + " limit of a requestor counts addresses one by one: a host of a listed prefix that"
              + " has many of them has as many shares.");

  static final Setting<Integer> LEASEQUERY_MAX_QUERIES =
      Setting.of(
          "leasequery.max-queries-per-connection",
          Kind.count(1, LeasequeryLimits.QUERIES_PER_CONNECTION_MAX),
          "4",
          "Queries in work at one time on a connection; further ones stay unread in the socket."
              + " Memory for answers is bounded by connections times queries times one page.");

  static final Setting<Integer> LEASEQUERY_MAX_QUERIES_PER_REQUESTOR =
      Setting.of(
          "leasequery.max-queries-per-requestor",
          Kind.LIMIT,
          "16",
          "Queries in work at one time for one address, over all its connections; further ones"
              + " wait.");

  static final Setting<Integer> LEASEQUERY_MAX_EMPTY_REPLIES =
      Setting.of(
          "leasequery.max-empty-replies",
          Kind.COUNT_OR_UNLIMITED,
          "unlimited",
          "After so many replies in a row that there is nothing (refusals apart) a connection is"
              + " closed: a guard against guessing. Relays that ask for each interface need more.");

  static final Setting<List<RequestorRule>> LEASEQUERY_REQUESTORS =
      Setting.withoutDefault(
          "leasequery.requestors",
          Kind.REQUESTORS,
          "[ \"::1\", \"127.0.0.1\", { from: \"2001:db8:ff::1\", query-types: [ 3 ] } ]",
          "Who may ask, by address or prefix; the longest prefix holds. Without any: this host"
              + " alone, which is no longer implied once anybody is named. An entry may also say,"
              + " beside from: query-types (1..5), links (names), relay-ids (then it may ask by"
              + " those alone), hidden-options (codes never told to it), max-connections,"
              + " max-queries, data-timeout. A change of this list in the file is put in force"
              + " within seconds, without a restart.");

  static final Setting<List<Integer>> LEASEQUERY_SENSITIVE_OPTIONS =
      Setting.withoutDefault(
          "leasequery.sensitive-options",
          Kind.HIDDEN_OPTIONS,
          "[ 39 ]",
          "Options of clients that are never told, even if asked for (RFC 5007 5); 47 for all that"
              + " relays said, of which no single option can be hidden. Without any: all that is held"
              + " is told to whoever asks for it.");

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
          "512MiB",
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
      List.of(
          CLUSTER,
          NODE,
          DATA,
          MEMBERS,
          JOIN,
          INSECURE,
          RAFT_LISTEN,
          RAFT_ELECTION_TIMEOUT,
          RAFT_SNAPSHOT_LOG_BYTES,
          RAFT_SNAPSHOT_INTERVAL,
          RAFT_KEPT_ENTRIES,
          RAFT_FREE_SPACE_MIN,
          API_LISTEN,
          HTTP_LISTEN,
          LEASEQUERY_LISTEN,
          LEASEQUERY_UDP_LISTEN,
          LEASEQUERY_UDP_RELAYED,
          LEASEQUERY_UDP_MAX_QUERIES,
          LEASEQUERY_UDP_MAX_QUERIES_PER_REQUESTOR,
          LEASEQUERY_UDP_MAX_RATE,
          LEASEQUERY_READS,
          LEASEQUERY_MAX_STALENESS,
          LEASEQUERY_BARRIER_TIMEOUT,
          LEASEQUERY_DATA_TIMEOUT,
          LEASEQUERY_IDLE_TIMEOUT,
          LEASEQUERY_MAX_ANSWER_TIME,
          LEASEQUERY_LEAST_PROGRESS,
          LEASEQUERY_OUTPUT_MEMORY,
          LEASEQUERY_MAX_CONNECTIONS,
          LEASEQUERY_MAX_CONNECTIONS_PER_REQUESTOR,
          LEASEQUERY_MAX_QUERIES,
          LEASEQUERY_MAX_QUERIES_PER_REQUESTOR,
          LEASEQUERY_MAX_EMPTY_REPLIES,
          LEASEQUERY_REQUESTORS,
          LEASEQUERY_SENSITIVE_OPTIONS,
          FEED_RETAIN_ENDED,
          FEED_SOURCE_SILENT_AFTER,
          FEED_SWEEP_LIMIT,
          STORE_CACHE,
          STORE_MEMTABLES);

  private Settings() {}

  /** The environment variables of all of them. */
  static Set<String> environmentNames() {
    return ALL.stream().map(Setting::environment).collect(Collectors.toSet());
  }

  /** What a query may be answered from. */
  enum Reads {
    /** Only a snapshot behind a read barrier. */
    LINEARIZABLE,
    /** Without a quorum also an older one. */
    BOUNDED
  }
}
