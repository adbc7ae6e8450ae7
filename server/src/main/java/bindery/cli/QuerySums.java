package bindery.cli;

import bindery.client.QueryResult;
import bindery.client.QueryResult.Outcome;
import bindery.model.HostPort;
import bindery.model.LeaseKey;
import bindery.wire.ClientData;
import bindery.wire.LeaseOption;
import bindery.wire.LeaseQuery;
import bindery.wire.StatusCode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What came of queries: how much was told, how each ended, and what to exit with.
 *
 * <p>Any thread. Memory: the queries being answered, the first complaints, and a bit for each
 * number of a query, of which there are 2^24.
 */
final class QuerySums {
  private static final int COMPLAINTS_MAX = 20;

  private final boolean several;
  private final Map<Integer, Counts> open = new HashMap<>();

  /** Of answers that broke off and are asked for again: void as soon as there is another. */
  private final Map<Integer, Counts> superseded = new HashMap<>();

  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final List<String> complaints = new ArrayList<>();
  private final TreeSet<String> servers = new TreeSet<>();
  private Counts counts = Counts.NONE;
  private final BitSet unknown = new BitSet();
  private long complaintCount;

  /**
   * How much was told.
   *
   * @param bindings messages with a client's data: a binding that the server tells in parts, or
   *     lease by lease, counts as often as it came
   * @param addresses leased addresses in them
   * @param prefixes delegated prefixes in them
   * @param leftOut those of the prefixes of which no route could be made
   */
  record Counts(long bindings, long addresses, long prefixes, long leftOut) {
    /** Nothing. */
    static final Counts NONE = new Counts(0, 0, 0, 0);

    private static final Counts LEFT_OUT = new Counts(0, 0, 0, 1);

    Counts plus(Counts other) {
      return new Counts(
          bindings + other.bindings,
          addresses + other.addresses,
          prefixes + other.prefixes,
          leftOut + other.leftOut);
    }

    Counts minus(Counts other) {
      return new Counts(
          bindings - other.bindings,
          addresses - other.addresses,
          prefixes - other.prefixes,
          leftOut - other.leftOut);
    }

    long leases() {
      return addresses + prefixes;
    }
  }

  /**
   * None yet.
   *
   * @param several whether there are several queries, so that a complaint names the one it is about
   */
  QuerySums(boolean several) {
    this.several = several;
  }

  /** Counts what a message tells. */
  synchronized void count(LeaseQuery query, ClientData data) {
    long prefixes = 0;
    for (LeaseOption lease : data.leases()) {
      prefixes += lease.key().kind() == LeaseKey.Kind.PREFIX ? 1 : 0;
    }
    takeBackSuperseded(query);
    count(query, new Counts(1, data.leases().size() - prefixes, prefixes, 0));
  }

  /** Counts that no route could be made of a prefix of the last message. */
  synchronized void countLeftOut(LeaseQuery query) {
    count(query, Counts.LEFT_OUT);
  }

  private void count(LeaseQuery query, Counts told) {
    open.merge(query.transactionId(), told, Counts::plus);
    counts = counts.plus(told);
  }

  /** A query is answered anew; if not even a part of that comes, what was counted stands. */
  synchronized void takeBack(LeaseQuery query) {
    Counts told = open.remove(query.transactionId());
    if (told != null) {
      superseded.put(query.transactionId(), told);
    }
  }

  private void takeBackSuperseded(LeaseQuery query) {
    Counts told = superseded.remove(query.transactionId());
    counts = told == null ? counts : counts.minus(told);
  }

  /** A query is over. */
  synchronized void ended(LeaseQuery query, QueryResult result, Optional<HostPort> server) {
    if (result.outcome() == Outcome.COMPLETE || result.outcome() == Outcome.NOTHING_FOUND) {
      takeBackSuperseded(query);
    }
    superseded.remove(query.transactionId());
    open.remove(query.transactionId());
    outcomes.merge(result.outcome(), 1L, Long::sum);
    server.ifPresent(by -> servers.add(by.toString()));
    StatusCode code = result.status().code();
    if (result.outcome() == Outcome.REFUSED
        && (code.equals(StatusCode.NOT_CONFIGURED) || code.equals(StatusCode.UNKNOWN_QUERY_TYPE))) {
      unknown.set(query.transactionId());
    }
    String complaint = complaint(result);
    if (!complaint.isEmpty()) {
      complaintCount++;
      if (complaints.size() < COMPLAINTS_MAX) {
        complaints.add(
            OptionText.harmless(several ? QueryName.of(query) + ": " + complaint : complaint));
      }
    }
  }

  private static String complaint(QueryResult result) {
    return switch (result.outcome()) {
      case COMPLETE, NOTHING_FOUND -> "";
      case REFUSED -> "refused: " + result.status();
      case INCOMPLETE -> "the answer is not complete: " + result.reason();
      case UNREACHABLE -> result.reason();
    };
  }

  synchronized Counts counts() {
    return counts;
  }

  /** How many queries are over. */
  synchronized long queries() {
    return outcomes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether any server was reached, so that there is something to sum up. */
  synchronized boolean isReached() {
    return !servers.isEmpty();
  }

  private long of(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  /** Whether each query was answered to its end. */
  synchronized boolean isAnswered() {
    return of(Outcome.COMPLETE) + of(Outcome.NOTHING_FOUND) == queries();
  }

  /**
   * Whether each query was answered to its end, or refused because the server has no such link or
   * query type: to a merged answer that takes nothing away.
   */
  synchronized boolean isAnsweredWhereKnown() {
    return of(Outcome.COMPLETE) + of(Outcome.NOTHING_FOUND) + unknown.cardinality() == queries();
  }

  /** The numbers of the queries that were refused so. */
  synchronized BitSet unknown() {
    return BitSet.valueOf(unknown.toLongArray());
  }

  /** What is wrong with the answers, a line each, at most 21. */
  synchronized List<String> complaints() {
    List<String> lines = new ArrayList<>(complaints);
    if (complaintCount > lines.size()) {
      lines.add((complaintCount - lines.size()) + " further queries failed");
    }
    return lines;
  }

  /** What to exit with: the worst that happened to any query. */
  synchronized ExitCode exitCode() {
    if (of(Outcome.UNREACHABLE) > 0 && of(Outcome.UNREACHABLE) == queries()) {
      return ExitCode.UNREACHABLE;
    }
    if (of(Outcome.UNREACHABLE) + of(Outcome.INCOMPLETE) > 0) {
      return ExitCode.INCOMPLETE;
    }
    if (of(Outcome.REFUSED) > 0) {
      return ExitCode.REFUSED;
    }
    return of(Outcome.COMPLETE) > 0 ? ExitCode.OK : ExitCode.NOTHING_FOUND;
  }

  /** How much and how fast, such as {@code 2 bindings, 4 leases (2 prefixes), 0.003 s, 667/s}. */
  synchronized String summary(long nanos) {
    double seconds = Math.max(1e-3, nanos / 1e9);
    String from = servers.isEmpty() ? "" : ", from " + String.join(", ", servers);
    return String.format(
        Locale.ROOT,
        "%s%d bindings, %d leases (%d prefixes), %,.0f bindings/s, %.3f s%s",
        several ? queries() + " queries (" + of(Outcome.NOTHING_FOUND) + " found nothing), " : "",
        counts.bindings(),
        counts.leases(),
        counts.prefixes(),
        counts.bindings() / seconds,
        nanos / 1e9,
        from);
  }

  /** How far it has come, for a terminal. */
  String progress(long nanos) {
    return progress(counts(), nanos);
  }

  /** The same of any counts. */
  static String progress(Counts counts, long nanos) {
    return String.format(
        Locale.ROOT,
        "%,d bindings, %,.0f/s, %d s",
        counts.bindings(),
        counts.bindings() / Math.max(1e-3, nanos / 1e9),
        nanos / 1_000_000_000L);
  }
}
