package bindery.node;

import bindery.leasequery.LeasequeryLimits;
import bindery.leasequery.RequestorRule;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** The options of the section {@code leasequery}, in the order of the sample file. */
final class LeasequerySettings {
  private static final String OUTPUT_MEMORY_MIN =
      (LeasequeryLimits.OUTPUT_BYTES_PER_QUERY_MIN >> 10) + "KiB";

  static final Setting<InetSocketAddress> LISTEN =
      Setting.of(
          "leasequery.listen",
          Kind.ENDPOINT_ADDRESS,
          "[::]:547",
          "Where requestors ask (bulk leasequery over TCP, RFC 5460). A port below 1024 needs the"
              + " capability CAP_NET_BIND_SERVICE. A node that is told nothing at all, neither"
              + " members nor requestors nor a file, listens on 127.0.0.1:547.");

  static final Setting<InetSocketAddress> TLS_LISTEN =
      Setting.withoutDefault(
          "leasequery.tls-listen",
          Kind.ENDPOINT_ADDRESS,
          "[::]:5473",
          "Where requestors ask over TLS, from the first octet on, beside leasequery.listen. They"
              + " must be listed as everywhere, and show a certificate of tls.ca that names a viewer,"
              + " an operator or a node. Needs the section tls. Without one: nowhere.");

  static final Setting<InetSocketAddress> UDP_LISTEN =
      Setting.withoutDefault(
          "leasequery.udp-listen",
          Kind.OWN_ADDRESS,
          "[2001:db8::547]:547",
          "Where requestors ask by UDP (RFC 5007: by address and by client-id). One address of this"
              + " host, not [::], since replies leave from it. Without one: nowhere.");

  static final Setting<Boolean> UDP_RELAYED =
      Setting.of(
          "leasequery.udp-relayed",
          Kind.SWITCH,
          "false",
          "Whether queries by UDP that came through relays are answered. The list of requestors then"
              + " knows the nearest relay alone, not who asks.");

  static final Setting<Integer> UDP_MAX_QUERIES =
      Setting.of(
          "leasequery.udp-max-queries",
          Kind.LIMIT,
          "256",
          "Queries by UDP in work at one time; further ones are dropped, and come again.");

  static final Setting<Integer> UDP_MAX_QUERIES_PER_REQUESTOR =
      Setting.of(
          "leasequery.udp-max-queries-per-requestor",
          Kind.LIMIT,
          "64",
          "Of them, queries of one address, or max-queries of its entry among the requestors; further"
              + " ones are dropped.");

  static final Setting<Integer> UDP_MAX_RATE =
      Setting.of(
          "leasequery.udp-max-rate",
          Kind.LIMIT,
          "500",
          "Datagrams in a second from one address; further ones are dropped.");

  static final Setting<Reads> READS =
      Setting.of(
          "leasequery.reads",
          Kind.choice(Reads.class),
          "linearizable",
          "linearizable: an answer holds every update acknowledged before the query, or is refused."
              + " bounded: without a quorum the node answers from what it has, no older than"
              + " max-staleness, and says so in its log.");

  static final Setting<Duration> MAX_STALENESS =
      Setting.of(
          "leasequery.max-staleness",
          Kind.TIME_OR_UNLIMITED,
          "30s",
          "For bounded reads: how long ago the last successful read barrier may be.");

  static final Setting<Duration> BARRIER_TIMEOUT =
      Setting.of(
          "leasequery.barrier-timeout",
          Kind.PATIENCE,
          "5s",
          "How long a query waits for a quorum before it is told QueryTerminated. Should be above one"
              + " election and below the 10s at which relays give up.");

  static final Setting<Duration> DATA_TIMEOUT =
      Setting.of(
          "leasequery.data-timeout",
          Kind.PATIENCE,
          "30s",
          "BULK_LQ_DATA_TIMEOUT: a query must be complete within it from its first octet, and a"
              + " requestor must take least-progress of its answers in it, or the connection is"
              + " dropped. RFC 5460 5.6 names 300s; below 30s is not recommended.");

  static final Setting<Duration> IDLE_TIMEOUT =
      Setting.of(
          "leasequery.idle-timeout",
          Kind.PATIENCE,
          "300s",
          "A connection with no query outstanding for that long is closed.");

  static final Setting<Duration> MAX_ANSWER_TIME =
      Setting.of(
          "leasequery.max-answer-time",
          Kind.PATIENCE,
          "10m",
          "The longest an answer may take; a slower requestor is dropped, so that it cannot hold a"
              + " snapshot of the store for ever.");

  static final Setting<Long> LEAST_PROGRESS =
      Setting.of(
          "leasequery.least-progress",
          Kind.size("1B", "1GiB"),
          "64KiB",
          "What a requestor must take of all answers of a connection together within each"
              + " data-timeout. Larger: slow requestors are dropped sooner.");

  static final Setting<Long> OUTPUT_MEMORY =
      Setting.of(
          "leasequery.output-memory",
          Kind.size(OUTPUT_MEMORY_MIN, "1GiB"),
          "1MiB",
          "Memory for answers of one connection, "
              + OUTPUT_MEMORY_MIN
              + " or more for each of its queries. In all: connections times this.");

  static final Setting<Integer> MAX_CONNECTIONS =
      Setting.of(
          "leasequery.max-connections",
          Kind.LIMIT,
          "10",
          "BULK_LQ_MAX_CONNS: connections at one time; one more is closed at once. The last is kept"
              + " for an entry among the requestors that has none, if several are listed; for an"
              + " address that has none, if one prefix is. Size it as relays times the connections"
              + " each may open, and one: some open one for each interface.");

  static final Setting<Integer> MAX_CONNECTIONS_PER_REQUESTOR =
      Setting.of(
          "leasequery.max-connections-per-requestor",
          Kind.LIMIT,
          "10",
          "Connections at one time from one address; one more is closed at once. This and every"
              + " limit of a requestor counts addresses one by one: a host of a listed prefix that"
              + " has many of them has as many shares.");

  static final Setting<Integer> MAX_QUERIES =
      Setting.of(
          "leasequery.max-queries-per-connection",
          Kind.count(1, LeasequeryLimits.QUERIES_PER_CONNECTION_MAX),
          "4",
          "Queries in work at one time on a connection; further ones stay unread in the socket."
              + " Memory for answers is bounded by connections times queries times one page.");

  static final Setting<Integer> MAX_QUERIES_PER_REQUESTOR =
      Setting.of(
          "leasequery.max-queries-per-requestor",
          Kind.LIMIT,
          "16",
          "Queries in work at one time for one address, over all its connections; further ones"
              + " wait.");

  static final Setting<Integer> MAX_EMPTY_REPLIES =
      Setting.of(
          "leasequery.max-empty-replies",
          Kind.COUNT_OR_UNLIMITED,
          "unlimited",
          "After so many replies in a row that there is nothing (refusals apart) a connection is"
              + " closed: a guard against guessing. Relays that ask for each interface need more.");

  static final Setting<List<RequestorRule>> REQUESTORS =
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

  static final Setting<List<Integer>> SENSITIVE_OPTIONS =
      Setting.withoutDefault(
          "leasequery.sensitive-options",
          Kind.HIDDEN_OPTIONS,
          "[ 39 ]",
          "Options of clients that are never told, even if asked for (RFC 5007 5); 47 for all that"
              + " relays said, of which no single option can be hidden. Without any: all that is held"
              + " is told to whoever asks for it.");

  /** All of them. */
  static final List<Setting<?>> ALL =
      List.of(
          LISTEN,
          TLS_LISTEN,
          UDP_LISTEN,
          UDP_RELAYED,
          UDP_MAX_QUERIES,
          UDP_MAX_QUERIES_PER_REQUESTOR,
          UDP_MAX_RATE,
          READS,
          MAX_STALENESS,
          BARRIER_TIMEOUT,
          DATA_TIMEOUT,
          IDLE_TIMEOUT,
          MAX_ANSWER_TIME,
          LEAST_PROGRESS,
          OUTPUT_MEMORY,
          MAX_CONNECTIONS,
          MAX_CONNECTIONS_PER_REQUESTOR,
          MAX_QUERIES,
          MAX_QUERIES_PER_REQUESTOR,
          MAX_EMPTY_REPLIES,
          REQUESTORS,
          SENSITIVE_OPTIONS);

  private LeasequerySettings() {}

  /** What a query may be answered from. */
  enum Reads {
    /** Only a snapshot behind a read barrier. */
    LINEARIZABLE,
    /** Without a quorum also an older one. */
    BOUNDED
  }
}
