package bindery.client;

import bindery.model.HostPort;
import bindery.wire.LeaseQuery;
import bindery.wire.MalformedMessageException;
import bindery.wire.MessageType;
import bindery.wire.QueryEncoder;
import bindery.wire.ReplyDecoder;
import bindery.wire.ServerMessage;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One connection of a requestor to a leasequery server (RFC 5460 6).
 *
 * <p>Memory does not grow with the answer: one read buffer, one message at a time. Blocking; all
 * methods are for one thread but {@link #close}, which any thread may call to end the others.
 */
public final class LeasequeryClient implements Closeable {
  /** How many messages that answer no query are passed over before the connection is given up. */
  public static final int STRAY_MESSAGES_MAX = 1_000;

  /** The TCP port of bulk leasequery (RFC 5460 5.6). */
  public static final int PORT = 547;

  /** The TCP port where nodes of Bindery answer over TLS; no standard names one. */
  public static final int TLS_PORT = 5_473;

  // The most octets of unanswered queries, unless a single one is larger. What the server has not
  // read of them fits Connector.SEND_BUFFER_SIZE, so that sending does not block and needs no
  // time-out of its own: a server that stalls is noticed by the lack of an answer.
  private static final int UNANSWERED_SIZE_MAX = 64 * 1_024;

  private final HostPort server;
  private final ClientOptions options;
  private final ExchangeObserver observer;
  private final Socket socket;
  private final FrameReader frames;

  /** By transaction-id; empty between two calls of {@link #ask}. */
  private final Map<Integer, OutstandingQuery> outstanding = new HashMap<>();

  // Not final: they follow the connection.
  private int unansweredSize;
  private int strayMessages;
  private boolean hasAnswered;
  private int nextTransactionId = new SecureRandom().nextInt(LeaseQuery.TRANSACTION_ID_MAX + 1);
  private Optional<String> notSending = Optional.empty();

  /** So that the observer is told of the end once, whichever thread closes. */
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private LeasequeryClient(
      Connector.Connection made, ClientOptions options, ExchangeObserver observer) {
    this.server = made.server();
    this.options = options;
    this.observer = observer;
    this.socket = made.layered();
    this.frames = new FrameReader(made, options.dataTimeout(), observer);
    observer.opened(
        (InetSocketAddress) socket.getLocalSocketAddress(),
        (InetSocketAddress) socket.getRemoteSocketAddress());
  }

  /**
   * Connects to the first server that can be reached, trying each address of each in turn.
   *
   * @param servers at least one, in order of preference
   * @throws UnreachableException if none can be reached
   */
  public static LeasequeryClient connect(List<HostPort> servers, ClientOptions options)
      throws UnreachableException {
    return connect(servers, options, ExchangeObserver.NONE);
  }

  /**
   * The same, watched.
   *
   * @param observer is shown what is exchanged on the connection, by the threads that use it
   */
  public static LeasequeryClient connect(
      List<HostPort> servers, ClientOptions options, ExchangeObserver observer)
      throws UnreachableException {
    return connect(servers, options, observer, socket -> {});
  }

  /**
   * The same for who may give up meanwhile.
   *
   * @param opening is shown each socket before it is connected; to close it, on any thread, ends
   *     that
   */
  static LeasequeryClient connect(
      List<HostPort> servers,
      ClientOptions options,
      ExchangeObserver observer,
      Consumer<Socket> opening)
      throws UnreachableException {
    return new LeasequeryClient(
        new Connector(options, opening).connect(servers), options, observer);
  }

  /** The server that was reached. */
  public HostPort server() {
    return server;
  }

  /** A transaction-id that this connection has not given out lately: 2^24 in turn. */
  public int nextTransactionId() {
    nextTransactionId = (nextTransactionId + 1) & LeaseQuery.TRANSACTION_ID_MAX;
    return nextTransactionId;
  }

  /** Whether it can be asked more: it is open, and its sending end as well. */
  public boolean isUsable() {
    return notSending.isEmpty() && !isClosed.get();
  }

  /** Messages so far that answered no outstanding query, and were passed over. */
  public int strayMessages() {
    return strayMessages;
  }

  /**
   * Asks one query and reads its answer to the end.
   *
   * @param receiver gets the data as it comes
   */
  public QueryResult ask(LeaseQuery query, AnswerReceiver receiver) {
    return ask(List.of(query), receiver).get(0);
  }

  /**
   * Asks several queries at once, at most {@link ClientOptions#outstandingMax} unanswered at a
   * time, and reads all answers to the end. The server may mix them.
   *
   * <p>A query that cannot be sent or answered any more, because the connection broke, broke the
   * protocol or stalled, is INCOMPLETE; so is every query after that.
   *
   * @param queries each with its own transaction-id
   * @param receiver gets the data as it comes; what it throws closes the connection and is thrown
   * @return one result for each query, in the order of the queries
   * @throws IllegalArgumentException if two queries have one transaction-id, or one is too large
   *     for a message
   */
  public List<QueryResult> ask(List<LeaseQuery> queries, AnswerReceiver receiver) {
    checkTransactionIds(queries);
    Map<Integer, QueryResult> results = new HashMap<>();
    Queue<LeaseQuery> waiting = new ArrayDeque<>(queries);
    boolean finished = false;
    try {
      while (results.size() < queries.size()) {
        send(waiting, receiver, results);
        if (!outstanding.isEmpty()) {
          read(results);
        }
      }
      finished = true;
    } finally {
      if (!finished) { // the receiver threw: what is left of the answers has nowhere to go
        breakOff("the receiver failed", results);
      }
    }
    return queries.stream()
        .map(query -> Objects.requireNonNull(results.get(query.transactionId())))
        .toList();
  }

  private static void checkTransactionIds(List<LeaseQuery> queries) {
    Set<Integer> used = new HashSet<>();
    for (LeaseQuery query : queries) {
      if (!used.add(query.transactionId())) {
        throw new IllegalArgumentException(
            "two queries with transaction-id " + query.transactionId() + " (expected different)");
      }
    }
  }

  /** Sends as many queries as may be outstanding; gives up on all of them if it cannot. */
  private void send(
      Queue<LeaseQuery> waiting, AnswerReceiver receiver, Map<Integer, QueryResult> results) {
    while (!waiting.isEmpty() && outstanding.size() < options.outstandingMax()) {
      LeaseQuery query = waiting.element();
      byte[] frame = QueryEncoder.encode(query);
      OutstandingQuery sent = new OutstandingQuery(query, frame.length, receiver);
      if (notSending.isPresent()) {
        results.put(query.transactionId(), sent.breakOff("not sent: " + notSending.get()));
        waiting.remove();
        continue;
      }
      if (!outstanding.isEmpty() && unansweredSize + frame.length > UNANSWERED_SIZE_MAX) {
        return;
      }
      try {
        socket.getOutputStream().write(frame);
        observer.sent(frame);
        waiting.remove();
        outstanding.put(query.transactionId(), sent);
        unansweredSize += frame.length;
        if (waiting.isEmpty() && options.halfClose()) {
          socket.shutdownOutput();
          notSending = Optional.of("the sending end was closed behind the last query");
        }
      } catch (IOException e) { // answers that are on their way may still be read
        notSending = Optional.of(server + " cannot be sent to: " + options.layer().explain(e));
      }
    }
  }

  private void read(Map<Integer, QueryResult> results) {
    try {
      if (frames.next()) {
        accept(results);
      } else {
        breakOff(
            server
                + (hasAnswered || strayMessages > 0
                    ? " closed the connection before the answer was complete"
                    : " closed the connection without a word (perhaps this host is not among its"
                        + " requestors, or it has as many connections as it takes)"),
            results);
      }
    } catch (SocketTimeoutException e) {
      String within = ClientOptions.words(options.dataTimeout());
      breakOff("no whole message from " + server + " within " + within + portDoubt(), results);
    } catch (MalformedMessageException e) {
      breakOff("a message from " + server + " cannot be read: " + e.getMessage(), results);
    } catch (IOException e) {
      if (isClosed.get()) { // by another thread
        breakOff("the connection to " + server + " was closed at this end", results);
        return;
      }
      boolean isMistaken = e instanceof ProtocolException || e instanceof EOFException;
      breakOff(
          "the connection to "
              + server
              + " failed: "
              + options.layer().explain(e)
              + (isMistaken ? portDoubt() : ""),
          results);
    }
  }

  /** What to look at where nothing that came had to do with a query. */
  private String portDoubt() {
    return hasAnswered ? "" : " (perhaps its port is not that of bulk leasequery)";
  }

  private void accept(Map<Integer, QueryResult> results) throws MalformedMessageException {
    int transactionId = frames.transactionId();
    OutstandingQuery query = outstanding.get(transactionId);
    if (query == null) {
      acceptStray(transactionId, results);
      return;
    }
    hasAnswered = true;
    ServerMessage message =
        ReplyDecoder.decode(
            frames.octets(), frames.offset(), frames.length(), query.query().requestor());
    Optional<QueryResult> result = query.accept(message);
    if (result.isPresent()) {
      results.put(transactionId, result.get());
      outstanding.remove(transactionId);
      unansweredSize -= query.size();
    }
  }

  private void acceptStray(int transactionId, Map<Integer, QueryResult> results) {
    strayMessages++;
    MessageType type = new MessageType(frames.type());
    if (type.equals(MessageType.LEASEQUERY_DONE)) {
      breakOff(
          server
              + " sent a "
              + type
              + " with transaction-id "
              + transactionId
              + ", not outstanding"
              + portDoubt(),
          results);
    } else if (strayMessages > STRAY_MESSAGES_MAX) {
      breakOff(
          server + " sent " + strayMessages + " messages that answer no query" + portDoubt(),
          results);
    }
  }

  private void breakOff(String reason, Map<Integer, QueryResult> results) {
    outstanding.forEach((id, query) -> results.put(id, query.breakOff(reason)));
    outstanding.clear();
    notSending = Optional.of(reason);
    close();
  }

  /** Closes the connection. Closing it again does nothing. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // The connection is gone either way, and nothing that was received depends on it.
    }
    if (isClosed.compareAndSet(false, true)) {
      observer.closed();
    }
  }
}
