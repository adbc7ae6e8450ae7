package bindery.leasequery;

import bindery.model.Timings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The front's counters. Any thread reads them; sums, so that a reading may be behind by what is
 * under way.
 */
public final class LeasequeryStats {
  private final QueryCounts queries = new QueryCounts();
  private final DatagramStats datagrams = new DatagramStats();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder turnedAway = new LongAdder();
  private final LongAdder overCap = new LongAdder();
  private final LongAdder bindings = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder overRequestorCap = new LongAdder();
  private final LongAdder keptForOthers = new LongAdder();
  private final LongAdder guessed = new LongAdder();
  private final AtomicInteger held = new AtomicInteger();
  private final LongAdder stalled = new LongAdder();
  private final LongAdder idle = new LongAdder();
  private final LongAdder overTime = new LongAdder();
  private final AtomicLong outputBytes = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  // As many as connections times queries may be.
  private final Set<AnswerPump> answers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger snapshots = new AtomicInteger();

  private final Timings firstOctets = new Timings();
  private final Timings answered = new Timings();

  LeasequeryStats() {}

  void firstOctetAfter(long nanos) {
    firstOctets.add(nanos);
  }

  void countAccepted() {
    accepted.increment();
    connections.incrementAndGet();
  }

  void countClosed() {
    connections.decrementAndGet();
  }

  void countTurnedAway() {
    turnedAway.increment();
  }

  void countOverCap() {
    overCap.increment();
  }

  void countOverRequestorCap() {
    overRequestorCap.increment();
  }

  void countKeptForOthers() {
    keptForOthers.increment();
  }

  void countGuessed() {
    guessed.increment();
  }

  void queryHeld() {
    held.incrementAndGet();
  }

  void queryLetGo() {
    held.decrementAndGet();
  }

  void countStalled() {
    stalled.increment();
  }

  void countIdle() {
    idle.increment();
  }

  void countOverTime() {
    overTime.increment();
  }

  /** Octets of answers came into memory, or left it if negative. */
  void outputChanged(int octets) {
    outputBytes.addAndGet(octets);
  }

  void countPage(long bindingsMoved, long octets) {
    bindings.add(bindingsMoved);
    bytes.add(octets);
  }

  void answerBegun(AnswerPump pump) {
    answers.add(pump);
  }

  void answerEnded(AnswerPump pump, Outcome outcome, long nanos) {
    answers.remove(pump);
    if (outcome == Outcome.ANSWERED || outcome == Outcome.EMPTY) {
      answered.add(nanos);
    }
  }

  void snapshotPinned() {
    snapshots.incrementAndGet();
  }

  void snapshotReleased() {
    snapshots.decrementAndGet();
  }

  /** The queries that came by TCP. */
  public QueryCounts queries() {
    return queries;
  }

  /** How long queries by TCP waited for the first octet of their answer to be taken by a socket. */
  public Timings firstOctets() {
    return firstOctets;
  }

  /** How long those took that were answered to the end, or with the statement of nothing. */
  public Timings answered() {
    return answered;
  }

  /** What came by UDP. */
  public DatagramStats datagrams() {
    return datagrams;
  }

  /** Connections accepted since the start. */
  public long accepted() {
    return accepted.sum();
  }

  /** Connections closed at once because their source is not listed. */
  public long turnedAway() {
    return turnedAway.sum();
  }

  /** Connections closed at once because there were as many as may be. */
  public long overCap() {
    return overCap.sum();
  }

  /** Connections closed at once because their requestor had as many as it may have. */
  public long overRequestorCap() {
    return overRequestorCap.sum();
  }

  /** Connections closed at once because the last slot is kept for another requestor. */
  public long keptForOthers() {
    return keptForOthers.sum();
  }

  /** Connections closed after too many replies in a row that there is nothing. */
  public long guessed() {
    return guessed.sum();
  }

  /** Queries that wait now since their requestor has as many in work as it may have. */
  public int queriesHeld() {
    return held.get();
  }

  /** Connections cut off because a frame or an answer made too little way. */
  public long stalled() {
    return stalled.sum();
  }

  /** Connections closed since nothing was asked for the idle time-out. */
  public long idle() {
    return idle.sum();
  }

  /** Octets of answers in memory now, on their way to sockets. */
  public long outputBytes() {
    return outputBytes.get();
  }

  /** Answers ended since they took longer than an answer may. */
  public long overTime() {
    return overTime.sum();
  }

  /** Messages with client data handed to sockets. */
  public long bindings() {
    return bindings.sum();
  }

  /** Octets of answers handed to sockets. */
  public long bytes() {
    return bytes.sum();
  }

  /** Connections open now, those whose last snapshot is not yet released included. */
  public int connections() {
    return connections.get();
  }

  /** Queries being worked on now. */
  public int answersInProgress() {
    return answers.size();
  }

  /** How far those are that are being worked on now, in no order. */
  public List<AnswerProgress> answersUnderWay() {
    return answers.stream().map(AnswerPump::progress).toList();
  }

  /** Snapshots of the store pinned by answers now. */
  public int snapshotsPinned() {
    return snapshots.get();
  }
}
