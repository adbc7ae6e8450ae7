package bindery.client.merge;

import bindery.client.AnswerReceiver;
import bindery.client.QueryResult;
import bindery.client.QueryResult.Outcome;
import bindery.model.DhcpTime;
import bindery.model.HostPort;
import bindery.wire.ClientData;
import bindery.wire.LeaseOption;
import bindery.wire.LeaseQuery;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All leases of one server's answers, kept on disk until they are read with those of others.
 *
 * <p>Where an answer broke off and was complete when asked for again, what came before is void: a
 * lease that has ended in between is not told. Where it never became complete, all that came
 * stands, and of one lease told twice the newer counts. The instants of a server that sends its
 * base-time are put on this machine's clock by what the two showed when its first message came, so
 * that a server's wrong clock moves nothing.
 *
 * <p>Memory: the budget given, then files. One thread takes answers; afterwards another may read.
 * {@link #close} deletes the files.
 */
public final class CollectedLeases implements AnswerReceiver, Closeable {
  /** Octets of leases kept in memory, if there is nothing to be said for another number. */
  public static final long BYTES_MAX = 8L << 20;

  private final int server;
  private final Clock clock;
  private final AnswerReceiver results;
  private final SortedRows rows;

  /** By number of the query: this machine's clock less the server's, while it is answered. */
  private final Map<Integer, Long> skews = new HashMap<>();

  /** By number of a query that broke off: the first message of its latest answer, if one came. */
  private final Map<Integer, Long> restartedAt = new HashMap<>();

  /** By number of a query that was then answered whole: its messages before that one are void. */
  private final Map<Integer, Long> voidBefore = new HashMap<>();

  private long messages;

  /**
   * None yet.
   *
   * @param server which one of several, 0..15
   * @param folder where files are made
   * @param bytesMax octets of leases in memory before they go to a file
   * @param results is told when queries end or are tried again, and each client's data after it was
   *     kept; what its {@link #restarts} says changes nothing
   */
  public CollectedLeases(
      int server, Path folder, long bytesMax, Clock clock, AnswerReceiver results) {
    this.server = server;
    this.clock = clock;
    this.results = results;
    this.rows = new SortedRows(folder, bytesMax);
  }

  /**
   * Keeps the leases of one message.
   *
   * @throws UncheckedIOException if they cannot be written
   */
  @Override
  public void clientData(LeaseQuery query, OptionalLong baseTime, ClientData data) {
    long toldAt = toldAt(query.transactionId(), baseTime);
    try {
      for (LeaseOption lease : data.leases()) {
        rows.put(
            LeaseRow.byLease(
                new ToldLease(
                    server,
                    messages,
                    query.transactionId(),
                    toldAt,
                    baseTime,
                    data.client(),
                    data.cltAge(),
                    lease,
                    data.relayData(),
                    data.options())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep what a server told: " + e.getMessage(), e);
    }
    messages++;
    results.clientData(query, baseTime, data);
  }

  private long toldAt(int query, OptionalLong baseTime) {
    long now = DhcpTime.ofUnixMillis(clock.millis());
    if (baseTime.isEmpty()) {
      return now;
    }
    long told = baseTime.getAsLong();
    return told + skews.computeIfAbsent(query, number -> now - told);
  }

  @Override
  public boolean restarts(LeaseQuery query) {
    restartedAt.put(query.transactionId(), messages);
    results.restarts(query);
    return true;
  }

  @Override
  public void ended(LeaseQuery query, QueryResult result, Optional<HostPort> by) {
    skews.remove(query.transactionId());
    Long restart = restartedAt.remove(query.transactionId());
    boolean isWhole =
        result.outcome() == Outcome.COMPLETE || result.outcome() == Outcome.NOTHING_FOUND;
    if (restart != null && isWhole) {
      voidBefore.put(query.transactionId(), restart);
    }
    results.ended(query, result, by);
  }

  @Override
  public void retrying(String reason, Duration wait) {
    results.retrying(reason, wait);
  }

  /** Whether one of its leases came in an answer that was then asked for again, and whole. */
  boolean isVoid(ToldLease told) {
    return told.message() < voidBefore.getOrDefault(told.query(), 0L);
  }

  /** Its rows by lease, the void ones too. */
  SortedRows.Cursor sorted() throws IOException {
    return rows.sorted();
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
