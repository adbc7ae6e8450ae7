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
import java.util.OptionalLong;
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

  private static final String NOT_LISTED = "this requestor is not listed any more";

  /** The connection that they are of; called on its event loop. */
  interface Connection {
    /**
     * A message gets no answer, and no further one is to be read (V-04).
     *
     * @param queryType the query's, for the counters; 0 if it is not known
     */
    void discard(int queryType, String reason);

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
   * The octets that the requestor took of all its answers together within the time-out, if they are
   * fewer than so many (S-07); empty if they are not, or if the time-out still runs. Time that the
   * store took does not count. Octets count once the kernel has taken them, which it does by some
   * 40 KiB at a time. To be asked many times within one time-out.
   */
  OptionalLong movedIfStalled(long now, long timeoutNanos, int leastBytes) {
    long moved = movedByEnded + outstanding.values().stream().mapToLong(AnswerPump::moved).sum();
    boolean isWithRequestor = outstanding.values().stream().anyMatch(AnswerPump::isWithRequestor);
    long movedSince = moved - movedAtCheck;
    if (!isWithRequestor || movedSince >= leastBytes) {
      // At once, so that what the kernel took for a start buys no second time-out.
      checkNanos = now;
      movedAtCheck = moved;
      return OptionalLong.empty();
    }
    return now - checkNanos < timeoutNanos ? OptionalLong.empty() : OptionalLong.of(movedSince);
  }

  /** Begins to answer, or holds the query until its requestor has room for another one. */
  void begin(Incoming incoming) {
    Optional<RequestorRule> rule = access.get().find(requestor);
    if (rule.isEmpty()) {
      discard(incoming, NOT_LISTED);
      return;
    }
    if (parts.shares().begin(requestor.getAddress(), most(rule), connection)) {
      answer(incoming, rule.get().scope());
    } else {
      held = incoming;
    }
  }

  private int most(Optional<RequestorRule> rule) {
    return RequestorQueries.most(rule, parts.limits());
  }

  /** Gives the room of one query back, by the limit as it stands now. */
  private void giveBack() {
    parts.shares().end(requestor.getAddress(), most(access.get().find(requestor)));
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
    giveBack();
    if (again != null) {
      discard(again, NOT_LISTED);
    }
  }

  private void discard(Incoming incoming, String reason) {
    QueryAudit.of(Transport.TCP, requestor, incoming).unanswered(Outcome.DISCARDED);
    connection.discard(QueryAudit.type(incoming), reason);
  }

  private void answer(Incoming incoming, QueryScope scope) {
    Answers answers = parts.answers();
    if (incoming instanceof Incoming.Query asked) {
      LeaseQuery query = asked.query();
      AnswerOpening opening =
          (point, endReason) ->
              point == null || endReason != null
                  ? answers.terminated(query, String.valueOf(endReason))
                  : answers.begin(query, scope, point);
      pump(incoming, query.transactionId(), opening)
          .ifPresent(pump -> pump.start(answers.admit(query)));
    } else if (incoming instanceof Incoming.Refused refused) {
      AnswerOpening opening = (point, endReason) -> answers.refused(refused);
      pump(incoming, refused.transactionId(), opening).ifPresent(AnswerPump::start);
    } else {
      throw new IllegalArgumentException("not to be answered: " + incoming);
    }
  }

  private Optional<AnswerPump> pump(Incoming incoming, int transactionId, AnswerOpening opening) {
    if (outstanding.containsKey(transactionId)) {
      giveBack();
      discard(
          incoming,
          String.format(
              "transaction-id %06x is still outstanding here (expected another one for each query)",
              transactionId));
      return Optional.empty();
    }
    AnswerPump pump =
        new AnswerPump(
            transactionId,
            QueryAudit.type(incoming),
            opening,
            QueryAudit.of(Transport.TCP, requestor, incoming),
            parts.scans(),
            parts.stats(),
            channel,
            this);
    outstanding.put(transactionId, pump);
    return Optional.of(pump);
  }

  @Override
  public void ended(AnswerPump pump, boolean closesConnection) {
    outstanding.remove(pump.transactionId());
    movedByEnded += pump.moved();
    giveBack();
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
    Incoming last = letGo();
    if (last != null) {
      parts.stats().queries().add(QueryAudit.type(last), Outcome.CUT_OFF);
      QueryAudit.of(Transport.TCP, requestor, last).unanswered(Outcome.CUT_OFF);
    }
    outstanding().forEach(AnswerPump::abandon);
  }

  private @Nullable Incoming letGo() {
    Incoming last = held;
    held = null;
    parts.shares().leave(requestor.getAddress(), connection);
    return last;
  }
}
