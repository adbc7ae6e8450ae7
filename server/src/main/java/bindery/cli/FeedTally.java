package bindery.cli;

import bindery.cli.FeedEntry.Lines;
import bindery.feeder.AckListener;
import bindery.kea.LeaseRow;
import bindery.v1.ItemResult;
import bindery.v1.RejectReason;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the lines of a feed: counted by line, though the cluster answers by exchange.
 *
 * <p>Items are acknowledged in the order in which they were put, so the lines of those in flight
 * wait here in that order; their number is bounded by the stream's window. Any thread.
 */
final class FeedTally implements AckListener {
  /** How many rejects are kept to be told; beyond that they are counted. */
  static final int REJECTS_TOLD_MAX = 100;

  @GuardedBy("this") private final Deque<InFlight> inFlight = new ArrayDeque<>();

  @GuardedBy("this") private final List<String> rejects = new ArrayList<>();

  @GuardedBy("this") private final Map<String, Long> leftOut = new TreeMap<>();

  @GuardedBy("this") private long read;

  @GuardedBy("this") private long accepted;

  @GuardedBy("this") private long stale;

  @GuardedBy("this") private long rejected;

  @GuardedBy("this") private long seenBefore;

  @GuardedBy("this") private long waiting;

  private record InFlight(Lines lines, int leases) {}

  /** The counts at one instant, in lines. */
  record Counts(
      long read,
      long accepted,
      long stale,
      long rejected,
      long seenBefore,
      long waiting,
      Map<String, Long> leftOut,
      List<String> rejects) {
    Counts {
      leftOut = Map.copyOf(leftOut);
      rejects = List.copyOf(rejects);
    }
  }

  /** An exchange with that many leases is about to be put. */
  synchronized void putting(Lines lines, int leases) {
    read += lines.count();
    waiting += lines.count();
    inFlight.add(new InFlight(lines, leases));
  }

  /** An item that stands for no line is about to be put. */
  synchronized void puttingNone() {
    inFlight.add(new InFlight(Lines.NONE, 0));
  }

  /** Whether every line could be fed, as far as it was read. */
  synchronized boolean isClean() {
    return rejected == 0 && !leftOut.containsKey(LeaseRow.Reason.UNFINISHED.text());
  }

  /** Lines that cannot be fed. */
  synchronized void fault(Lines lines, String reason) {
    read += lines.count();
    reject(lines, reason);
  }

  /** Lines that are none of the cluster's business. */
  synchronized void leftOut(Lines lines, String kind) {
    read += lines.count();
    if (kind.equals(LeaseRow.Reason.UNFINISHED.text())) {
      rejects.add(lines + ": not finished (no newline), left out"); // one a file at most
    }
    leftOut.merge(kind, (long) lines.count(), Long::sum);
  }

  @Override
  public synchronized void committed(Committed items) {
    Map<Long, ItemResult> results = new HashMap<>();
    items.results().forEach(result -> results.put(result.getSequence(), result));
    for (long sequence = items.firstSequence(); sequence <= items.throughSequence(); sequence++) {
      InFlight item = inFlight.remove();
      waiting -= item.lines().count();
      ItemResult result = results.get(sequence);
      if (result == null) {
        accepted += item.lines().count();
      } else {
        count(item, result);
      }
    }
  }

  @GuardedBy("this") private void count(InFlight item, ItemResult result) {
    int lines = item.lines().count();
    switch (result.getOutcome()) {
      case REJECTED -> reject(item.lines(), reason(result));
      case SEEN_BEFORE -> seenBefore += lines;
      case STALE -> {
        // None named: the leases hold, and it is the client's CLT alone that was not newer.
        int old = item.leases() == 0 ? lines : Math.min(lines, result.getStaleLeasesCount());
        stale += old;
        accepted += lines - old;
      }
      case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> accepted += lines;
    }
  }

  private static String reason(ItemResult result) {
    RejectReason reason = result.getReason();
    String message = result.getMessage();
    return message.isEmpty() ? reason.toString() : message + " [" + reason + "]";
  }

  @GuardedBy("this") private void reject(Lines lines, String reason) {
    rejected += Math.max(1, lines.count()); // the sync's own items stand for no line
    if (rejects.size() < REJECTS_TOLD_MAX) {
      rejects.add(lines + ": " + reason);
    } else if (rejects.size() == REJECTS_TOLD_MAX) {
      rejects.add("further rejects are counted only");
    }
  }

  /** How it stands now. */
  synchronized Counts counts() {
    return new Counts(read, accepted, stale, rejected, seenBefore, waiting, leftOut, rejects);
  }
}
