package bindery.client;

import bindery.client.QueryResult.Outcome;
import bindery.model.HostPort;
import bindery.wire.LeaseQuery;
import bindery.wire.Status;
import bindery.wire.StatusCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Queries that are asked together, until each has ended: what the last server made of those that
 * have not.
 *
 * <p>One thread only.
 */
final class QueryBatch {
  /** By the caller's number, in the caller's order. */
  private final Map<Integer, Pending> pending = new LinkedHashMap<>();

  private final AnswerReceiver receiver;
  private final int servers;

  /**
   * A query without an answer so far.
   *
   * @param last what came of it when it was tried last; empty before
   * @param server who said or did that; empty if none was reached
   * @param refusedBy who will not answer it however often it is asked
   */
  private record Pending(
      LeaseQuery query,
      Optional<QueryResult> last,
      Optional<HostPort> server,
      Set<HostPort> refusedBy) {
    Pending tried(QueryResult result, HostPort by) {
      Set<HostPort> refusing = new HashSet<>(refusedBy);
      if (isRefusal(result)) {
        refusing.add(by);
      }
      return new Pending(query, Optional.of(result), Optional.of(by), refusing);
    }
  }

  /**
   * What one connection made of them.
   *
   * @param hasEnded whether any ended
   * @param isTerminated whether the server said QueryTerminated to any
   */
  record Round(boolean hasEnded, boolean isTerminated) {
    Round and(Round other) {
      return new Round(hasEnded || other.hasEnded, isTerminated || other.isTerminated);
    }
  }

  /**
   * All of them unasked.
   *
   * @param servers how many may be asked
   * @throws IllegalArgumentException if two have one number
   */
  QueryBatch(List<LeaseQuery> queries, AnswerReceiver receiver, int servers) {
    this.receiver = receiver;
    this.servers = servers;
    for (LeaseQuery query : queries) {
      Pending fresh = new Pending(query, Optional.empty(), Optional.empty(), Set.of());
      if (pending.put(query.transactionId(), fresh) != null) {
        throw new IllegalArgumentException(
            "two queries numbered " + query.transactionId() + " (expected different)");
      }
    }
  }

  /** Whether all have ended. */
  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Whether there is a query that the server has not refused. */
  boolean isFor(HostPort server) {
    return pending.values().stream().anyMatch(tried -> !tried.refusedBy().contains(server));
  }

  /** Asks all that have not ended, and ends those that are answered for good. */
  Round askThrough(LeasequeryClient client) {
    HostPort server = client.server();
    List<Pending> asked =
        pending.values().stream().filter(tried -> !tried.refusedBy().contains(server)).toList();
    List<LeaseQuery> queries = asked.stream().map(Pending::query).toList();
    List<LeaseQuery> sent =
        queries.stream().map(query -> query.numbered(client.nextTransactionId())).toList();
    // What comes under the numbers of the connection is handed on under those of the caller.
    Map<Integer, LeaseQuery> own = new HashMap<>();
    for (int i = 0; i < sent.size(); i++) {
      own.put(sent.get(i).transactionId(), queries.get(i));
    }
    List<QueryResult> results =
        client.ask(
            sent,
            (query, baseTime, data) ->
                receiver.clientData(
                    Optional.ofNullable(own.get(query.transactionId())).orElseThrow(),
                    baseTime,
                    data));
    Round round = new Round(false, false);
    for (int i = 0; i < asked.size(); i++) {
      Pending tried = asked.get(i).tried(results.get(i), server);
      boolean isOver = isOver(tried, results.get(i));
      round = round.and(new Round(isOver, isTerminated(results.get(i))));
      pending.put(tried.query().transactionId(), tried);
      if (isOver) {
        end(tried);
      }
    }
    return round;
  }

  private boolean isOver(Pending tried, QueryResult result) {
    return switch (result.outcome()) {
      case COMPLETE, NOTHING_FOUND -> true;
      case REFUSED ->
          result.status().code().equals(StatusCode.MALFORMED_QUERY)
              || tried.refusedBy().size() == servers;
      case INCOMPLETE -> result.clientDataCount() > 0 && !receiver.restarts(tried.query());
      case UNREACHABLE -> false;
    };
  }

  private static boolean isTerminated(QueryResult result) {
    return result.status().code().equals(StatusCode.QUERY_TERMINATED);
  }

  private static boolean isRefusal(QueryResult result) {
    return result.outcome() == Outcome.REFUSED && !isTerminated(result);
  }

  /**
   * A server could not be reached. What another one made of a query says more than that; where none
   * was, all of them are named.
   */
  void noteUnreachable(String reason) {
    pending.replaceAll(
        (number, tried) ->
            tried.server().isPresent()
                ? tried
                : new Pending(
                    tried.query(),
                    Optional.of(unreachable(tried.last(), reason)),
                    Optional.empty(),
                    Set.of()));
  }

  private static QueryResult unreachable(Optional<QueryResult> before, String reason) {
    String known = before.map(QueryResult::reason).orElse("");
    String all = known.isEmpty() ? reason : known.contains(reason) ? known : known + "; " + reason;
    return new QueryResult(Outcome.UNREACHABLE, Status.SUCCESS, all, OptionalLong.empty(), 0);
  }

  /** Ends those that a server refused: every other one has had its chance. */
  void endRefused() {
    end(QueryBatch::isRefusal);
  }

  /** Ends all. */
  void endAll() {
    end(result -> true);
  }

  private void end(Predicate<QueryResult> isOver) {
    List<Pending> over = new ArrayList<>();
    for (Pending tried : pending.values()) {
      if (tried.last().filter(isOver).isPresent()) {
        over.add(tried);
      }
    }
    over.forEach(this::end);
  }

  private void end(Pending tried) {
    pending.remove(tried.query().transactionId());
    receiver.ended(tried.query(), tried.last().orElseThrow(), tried.server());
  }

  /** Tells the receiver why what is left is tried again. */
  void retrying(Duration wait) {
    QueryResult last = pending.values().iterator().next().last().orElseThrow();
    String reason = last.outcome() == Outcome.REFUSED ? last.status().toString() : last.reason();
    receiver.retrying(reason, wait);
  }
}
