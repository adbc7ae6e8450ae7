package bindery.client;

import bindery.model.HostPort;
import bindery.wire.LeaseQuery;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who asks any number of queries, of the first of several servers that can answer them, and asks
 * again where none could (RFC 5460 6).
 *
 * <p>It keeps to one connection as long as that lasts, and opens another when it breaks or the
 * server closes it between answers: queries without an answer are asked again, each with a
 * transaction-id of the connection's. A server that cannot be reached, stalls, breaks the
 * protocol, or answers QueryTerminated is followed by the next; a refusal too, save MalformedQuery,
 * since another server may know more. When all were tried and none answered anything, it
 * waits, longer each time, up to {@link RetryOptions#attempts} rounds. An answer that
 * broke off behind data is asked again only if its receiver takes back what it had.
 *
 * <p>Memory does not grow with queries or answers: at most {@value #BATCH_MAX} queries are held.
 * {@link #ask} is for one thread at a time; any thread may {@link #close}.
 */
public final class Requestor implements AutoCloseable {
  /** How many queries are taken before the first of them is asked. */
  public static final int BATCH_MAX = 1_024;

  /** The most servers. */
  public static final int SERVERS_MAX = 16;

  private final List<HostPort> servers;
  private final ClientOptions options;
  private final RetryOptions retries;
  private final ExchangeObserver observer;
  private final CountDownLatch closed = new CountDownLatch(1);

  // Not final: the server that answered last, the connection to it, and one that is being made;
  // close() ends both.
  private int current;
  private volatile @Nullable LeasequeryClient connection;
  private volatile @Nullable Socket opening;
  private long strayMessages;

  /**
   * Of these servers. Connects to none yet.
   *
   * @param servers 1..16, in order of preference
   * @param observer is shown all that is exchanged
   * @throws IllegalArgumentException if there are fewer or more servers
   */
  public Requestor(
      List<HostPort> servers,
      ClientOptions options,
      RetryOptions retries,
      ExchangeObserver observer) {
    if (servers.isEmpty() || servers.size() > SERVERS_MAX) {
      throw new IllegalArgumentException(
          servers.size() + " servers (expected 1.." + SERVERS_MAX + ")");
    }
    this.servers = List.copyOf(servers);
    this.options = options;
    this.retries = retries;
    this.observer = observer;
  }

  /** Messages so far that answered no outstanding query, and were passed over. */
  public long strayMessages() {
    LeasequeryClient open = connection;
    return strayMessages + (open == null ? 0 : open.strayMessages());
  }

  /**
   * Asks all of them. Returns when each has ended, which its receiver is told.
   *
   * @param queries their transaction-ids are the caller's own numbers, which the receiver is told;
   *     no two of {@value #BATCH_MAX} in a row may be equal
   * @param receiver gets the data as it comes; what it throws ends the asking and is thrown
   * @throws IllegalArgumentException if two queries have one number, or one is too large for a
   *     message
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void ask(Iterator<LeaseQuery> queries, AnswerReceiver receiver)
      throws InterruptedException {
    while (queries.hasNext()) {
      List<LeaseQuery> taken = new ArrayList<>();
      while (taken.size() < BATCH_MAX && queries.hasNext()) {
        taken.add(queries.next());
      }
      ask(new QueryBatch(taken, receiver, servers.size()));
    }
  }

  private void ask(QueryBatch batch) throws InterruptedException {
    int fruitless = 0;
    while (!batch.isEmpty()) {
      QueryBatch.Round round = round(batch);
      if (round.hasEnded()) {
        fruitless = 0;
      } else {
        batch.endRefused();
        fruitless++;
      }
      if (fruitless >= retries.attempts() || isClosed()) {
        batch.endAll();
      } else if (!batch.isEmpty() && (fruitless > 0 || round.isTerminated())) {
        pause(batch, Math.max(1, fruitless));
      }
    }
  }

  private void pause(QueryBatch batch, int rounds) throws InterruptedException {
    Duration wait = retries.waitAfter(rounds, ThreadLocalRandom.current().nextDouble());
    batch.retrying(wait);
    if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      batch.endAll();
    }
  }

  /**
   * Tries each server once, the one that answered last first. Ends early where a server answered
   * some and did not say QueryTerminated: it may close between answers, and goes on if asked again.
   */
  private QueryBatch.Round round(QueryBatch batch) {
    QueryBatch.Round all = new QueryBatch.Round(false, false);
    int first = current;
    for (int i = 0; i < servers.size(); i++) {
      HostPort server = server(first + i);
      if (!batch.isFor(server)) {
        continue;
      }
      QueryBatch.Round one = askServer(server, batch);
      all = all.and(one);
      if (one.hasEnded()) {
        current = (first + i) % servers.size();
        if (!one.isTerminated()) {
          return all;
        }
      }
    }
    return all;
  }

  private HostPort server(int index) {
    return servers.get(index % servers.size());
  }

  /** A connection that has lain idle may have been closed unseen, and gets a second try. */
  private QueryBatch.Round askServer(HostPort server, QueryBatch batch) {
    boolean isFresh = !isConnectedTo(server);
    QueryBatch.Round round = askOnce(server, batch);
    return isFresh || round.hasEnded() || round.isTerminated() || isConnectedTo(server)
        ? round
        : askOnce(server, batch);
  }

  private boolean isConnectedTo(HostPort server) {
    LeasequeryClient open = connection;
    return open != null && open.isUsable() && open.server().equals(server);
  }

  private QueryBatch.Round askOnce(HostPort server, QueryBatch batch) {
    LeasequeryClient client;
    try {
      client = connectedTo(server);
    } catch (UnreachableException e) {
      batch.noteUnreachable(String.valueOf(e.getMessage()));
      return new QueryBatch.Round(false, false);
    }
    boolean isFinished = false;
    try {
      QueryBatch.Round round = batch.askThrough(client);
      isFinished = !round.isTerminated(); // the server closes behind that (RFC 5460 7.2); so do we
      return round;
    } finally {
      if (!isFinished) {
        disconnect();
      }
    }
  }

  private LeasequeryClient connectedTo(HostPort server) throws UnreachableException {
    LeasequeryClient open = connection;
    if (open != null && isConnectedTo(server)) {
      return open;
    }
    disconnect();
    try {
      LeasequeryClient fresh =
          LeasequeryClient.connect(List.of(server), options, observer, this::opening);
      connection = fresh;
      if (isClosed()) { // meanwhile, when there was no connection to be seen
        fresh.close();
      }
      return fresh;
    } catch (UnreachableException e) {
      throw isClosed()
          ? new UnreachableException("not connected to " + server + ": the requestor was closed")
          : e;
    } finally {
      opening = null;
    }
  }

  private void opening(Socket socket) {
    opening = socket;
    if (isClosed()) {
      close(socket);
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void disconnect() {
    LeasequeryClient open = connection;
    if (open != null) {
      strayMessages += open.strayMessages();
      open.close();
      connection = null;
    }
  }

  /** Ends the connection, and the asking with it: what is unanswered ends incomplete. */
  @Override
  public void close() {
    closed.countDown();
    close(opening);
    close(connection);
  }

  private static void close(@Nullable Closeable ended) {
    if (ended == null) {
      return;
    }
    try {
      ended.close();
    } catch (IOException e) {
      // It is gone either way, and nothing that was received depends on it.
    }
  }
}
