package bindery.leasequery;

import bindery.query.Answers;
import bindery.query.QueryScope;
import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queries of one connection: those worked on, and the one that waits until its requestor may
 * have another one worked on.
 *
 * <p>All of it runs on the connection's event loop.
 */
final class ConnectionQueries implements AnswerPump.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionQueries.class);

  /** The connection that they are of; called on its event loop. */
  interface Connection {
    /** A message gets no answer, and no further one is to be read (V-04). */
    void discard(String reason);

    /** A query has ended; the connection too, once all have, if so it is. */
    void queryEnded(boolean closesConnection);

    /** The socket took no more. */
    void broken(Throwable cause);

    /** There is room now for the query that is held, and it is this connection's. Any thread. */
    void roomAgain();
  }

  private final InetSocketAddress requestor;
  private final FrontParts parts;
  private final Supplier<AccessList> access;
  private final Channel channel;
  private final Connection connection;
  // At most maxQueriesPerConnection, by transaction-id.
  private final Map<Integer, AnswerPump> outstanding = new HashMap<>();
  private @Nullable Incoming held;
  private int emptyReplies;
  private long movedByEnded;
  private long movedAtCheck;
  private long checkNanos = System.nanoTime();

  /**
   * None yet.
   *
   * @param access who may ask what, as it stands whenever it is asked
   */
  ConnectionQueries(
      InetSocketAddress requestor,
      FrontParts parts,
      Supplier<AccessList> access,
      Channel channel,
      Connection connection) {
    this.requestor = requestor;
    this.parts = parts;
    this.access = access;
    this.channel = channel;
    this.connection = connection;
  }

  /** Whether one is worked on, or waits. */
  boolean isBusy() {
    return !outstanding.isEmpty() || held != null;
  }

  /** Whether another one may be read. */
  boolean haveRoom() {
    return held == null && outstanding.size() < parts.limits().maxQueriesPerConnection();
  }

  /** Those worked on, in no order. */
  List<AnswerPump> outstanding() {
    return List.copyOf(outstanding.values());
  }

  /**
   * Whether the requestor took fewer than that many octets of all its answers within the time-out
   * (S-07). Time that the store took does not count. To be asked many times within one time-out.
   */
  boolean isStalled(long now, long timeoutNanos, int leastBytes) {
    long moved = movedByEnded + outstanding.values().stream().mapToLong(AnswerPump::moved).sum();
    boolean isWithRequestor = outstanding.values().stream().anyMatch(AnswerPump::isWithRequestor);
    if (isWithRequestor && now - checkNanos < timeoutNanos) {
      return false;
    }
    if (isWithRequestor && moved - movedAtCheck < leastBytes) {
      return true;
    }
    checkNanos = now;
    movedAtCheck = moved;
    return false;
  }

  /** Begins to answer, or holds the query until its requestor has room for another one. */
  void begin(Incoming incoming) {
    Optional<RequestorRule> rule = access.get().find(requestor);
    if (rule.isEmpty()) {
      connection.discard("this requestor is not listed any more");
      return;
    }
    int most = rule.get().maxQueries().orElse(parts.limits().maxQueriesPerRequestor());
    if (parts.shares().begin(requestor.getAddress(), most, connection)) {
      answer(incoming, rule.get().scope());
    } else {
      held = incoming;
    }
  }

  /** Answers the query that was held, in the room that was given to it; or gives that back. */
  void retry() {
    Incoming again = held;
    held = null;
    Optional<RequestorRule> rule = access.get().find(requestor);
    if (again != null && rule.isPresent()) {
      answer(again, rule.get().scope());
      return;
    }
    parts.shares().end(requestor.getAddress());
    if (again != null) {
      connection.discard("this requestor is not listed any more");
    }
  }

  private void answer(Incoming incoming, QueryScope scope) {
    Answers answers = parts.answers();
    if (incoming instanceof Incoming.Query asked) {
      LeaseQuery query = asked.query();
      AnswerPump.Opening opening =
          (point, endReason) ->
              point == null || endReason != null
                  ? answers.terminated(query, String.valueOf(endReason))
                  : answers.begin(query, scope, point);
      QueryAudit audit = QueryAudit.of(Transport.TCP, requestor, query);
      pump(query.transactionId(), query.type().code(), opening, audit)
          .ifPresent(pump -> pump.start(answers.admit(query)));
    } else if (incoming instanceof Incoming.Refused refused) {
      AnswerPump.Opening opening = (point, endReason) -> answers.refused(refused);
      QueryAudit audit = QueryAudit.of(Transport.TCP, requestor, refused);
      pump(refused.transactionId(), refused.queryType(), opening, audit)
          .ifPresent(AnswerPump::start);
    } else {
      throw new IllegalArgumentException("not to be answered: " + incoming);
    }
  }

  private Optional<AnswerPump> pump(
      int transactionId, int queryType, AnswerPump.Opening opening, QueryAudit audit) {
    if (outstanding.containsKey(transactionId)) {
      parts.shares().end(requestor.getAddress());
      connection.discard(
          String.format(
              "transaction-id %06x is still outstanding here (expected another one for each query)",
              transactionId));
      return Optional.empty();
    }
    AnswerPump pump =
        new AnswerPump(
            transactionId, queryType, opening, audit, parts.scans(), parts.stats(), channel, this);
    outstanding.put(transactionId, pump);
    return Optional.of(pump);
  }

  @Override
  public void ended(AnswerPump pump, boolean closesConnection) {
    outstanding.remove(pump.transactionId());
    movedByEnded += pump.moved();
    parts.shares().end(requestor.getAddress());
    connection.queryEnded(closesConnection || isGuessing(pump.outcome()));
  }

  /** Whether the requestor has been told too often in a row that there is nothing. */
  private boolean isGuessing(Outcome outcome) {
    if (outcome != Outcome.EMPTY) {
      emptyReplies = outcome == Outcome.ANSWERED ? 0 : emptyReplies;
      return false;
    }
    emptyReplies++;
    int most = parts.limits().maxEmptyReplies();
    if (most == 0 || emptyReplies < most) {
      return false;
    }
    if (emptyReplies == most) {
      parts.stats().countGuessed();
      if (parts.notices().admits()) {
        LOG.warn(
            "event=empty_replies_exceeded from={} count={} option=leasequery.max-empty-replies",
            requestor,
            emptyReplies);
      }
    }
    return true;
  }

  @Override
  public void broken(Throwable cause) {
    connection.broken(cause);
  }

  /** Goes on with what waited for the channel to take more. */
  void resume() {
    outstanding().forEach(AnswerPump::resume);
  }

  /** Ends all with QueryTerminated, the one that is held too. */
  void terminate(String reason) {
    Incoming last = letGo();
    if (last != null) {
      parts.shares().force(requestor.getAddress());
      answer(last, QueryScope.ALL); // it is told that it ends, and nothing else
    }
    outstanding().forEach(pump -> pump.terminate(reason));
  }

  /** Ends all without another octet: the connection is gone. */
  void abandon() {
    var unused = letGo();
    outstanding().forEach(AnswerPump::abandon);
  }

  private @Nullable Incoming letGo() {
    Incoming last = held;
    held = null;
    parts.shares().leave(requestor.getAddress(), connection);
    return last;
  }
}
