package bindery.kea;

import bindery.feeder.AckListener;
import bindery.feeder.AckListener.Committed;
import bindery.v1.ItemResult;
import bindery.v1.RejectReason;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows that are followed, and how far everything is acknowledged.
 *
 * <p>Items are acknowledged in the order in which they were put, so those in flight wait here in
 * that order, each with the place that is settled once it is acknowledged. A row that makes no item
 * is settled with the item before it. Who puts asks for room first, so that putting never blocks:
 * memory is bounded by {@value #ITEMS_MAX} items. Any thread; one puts.
 */
final class RowTally {
  /** The most items in flight; the stream's own window is larger. */
  static final int ITEMS_MAX = 8_192;

  /** The most encoded octets in flight before there is no room; likewise. */
  static final int BYTES_MAX = 2 << 20;

  private final LongSupplier nanoClock;
  private final Consumer<String> rejects;

  @GuardedBy("this") private final Deque<InFlight> inFlight = new ArrayDeque<>();

  @GuardedBy("this") private long bytes;

  @GuardedBy("this") private Settled settled = Settled.NOTHING;

  @GuardedBy("this") private Counts counts = Counts.NONE;

  @GuardedBy("this") private long progressNanos;

  @GuardedBy("this") private long streams;

  @GuardedBy("this") private long turns; // grows whenever who waits is to look again

  private record InFlight(@Nullable Row row, @Nullable FilePosition settles, int bytes) {
    InFlight settling(FilePosition position) {
      return new InFlight(row, position, bytes);
    }
  }

  /**
   * A row that is put.
   *
   * @param file in which it stands
   * @param line its number
   * @param bytes of its item, encoded
   */
  record Row(String file, long line, int bytes) {
    private String place() {
      return file + ":" + line;
    }
  }

  /**
   * How far everything is acknowledged.
   *
   * @param sequence of the last item
   * @param position behind the last row; empty if there was none yet
   */
  record Settled(long sequence, Optional<FilePosition> position) {
    static final Settled NOTHING = new Settled(0, Optional.empty());
  }

  /**
   * What became of rows so far.
   *
   * @param read all of them
   * @param malformed that break the format, or are too large
   * @param leftOut that are none of the cluster's business
   */
  record Counts(long read, long accepted, long stale, long rejected, long malformed, long leftOut) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    private Counts plus(Counts more) {
      return new Counts(
          read + more.read,
          accepted + more.accepted,
          stale + more.stale,
          rejected + more.rejected,
          malformed + more.malformed,
          leftOut + more.leftOut);
    }

    /** In words. */
    String text() {
      return "rows "
          + read
          + ", accepted "
          + accepted
          + ", stale "
          + stale
          + ", rejected "
          + rejected
          + ", malformed "
          + malformed
          + ", left out "
          + leftOut;
    }
  }

  /**
   * Of nothing yet.
   *
   * @param rejects is told of each row that the cluster rejects; must not block
   */
  RowTally(LongSupplier nanoClock, Consumer<String> rejects) {
    this.nanoClock = nanoClock;
    this.rejects = rejects;
    progressNanos = nanoClock.getAsLong();
  }

  /**
   * Forgets what is in flight, for a new stream; the counts go on.
   *
   * @param from how far everything is acknowledged
   * @return what that stream is to tell of its acknowledgements; one of an earlier stream that
   *     comes late is passed over
   */
  synchronized AckListener begin(Settled from) {
    inFlight.clear();
    bytes = 0;
    settled = from;
    progressNanos = nanoClock.getAsLong();
    streams++;
    long mine = streams;
    return items -> committed(mine, items);
  }

  /** A row's item is about to be put; its acknowledgement settles the position. */
  synchronized void putting(Row row, Optional<FilePosition> position) {
    counts = counts.plus(new Counts(1, 0, 0, 0, 0, 0));
    add(new InFlight(row, position.orElse(null), row.bytes()));
  }

  /** An item that stands for no row is about to be put. */
  synchronized void puttingNone() {
    add(new InFlight(null, null, 0));
  }

  @GuardedBy("this") private void add(InFlight item) {
    if (inFlight.isEmpty()) {
      progressNanos = nanoClock.getAsLong();
    }
    inFlight.add(item);
    bytes += item.bytes();
  }

  /** A row broke the format. */
  synchronized void malformed(Optional<FilePosition> position) {
    counts = counts.plus(new Counts(1, 0, 0, 0, 1, 0));
    passed(position);
  }

  /** A row is none of the cluster's business. */
  synchronized void leftOut(Optional<FilePosition> position) {
    counts = counts.plus(new Counts(1, 0, 0, 0, 0, 1));
    passed(position);
  }

  @GuardedBy("this") private void passed(Optional<FilePosition> position) {
    if (position.isEmpty()) {
      return;
    }
    if (inFlight.isEmpty()) {
      settled = new Settled(settled.sequence(), position);
    } else {
      inFlight.add(inFlight.removeLast().settling(position.get()));
    }
  }

  private synchronized void committed(long stream, Committed items) {
    if (stream != streams) {
      return;
    }
    Map<Long, ItemResult> results = new HashMap<>();
    items.results().forEach(result -> results.put(result.getSequence(), result));
    Optional<FilePosition> position = settled.position();
    for (long sequence = items.firstSequence(); sequence <= items.throughSequence(); sequence++) {
      InFlight item = inFlight.remove();
      bytes -= item.bytes();
      if (item.settles() != null) {
        position = Optional.of(item.settles());
      }
      if (item.row() != null || results.containsKey(sequence)) {
        count(item.row(), results.get(sequence));
      }
    }
    settled = new Settled(items.throughSequence(), position);
    progressNanos = nanoClock.getAsLong();
    wake();
  }

  @GuardedBy("this") private void count(@Nullable Row row, @Nullable ItemResult result) {
    ItemResult told = result == null ? ItemResult.getDefaultInstance() : result;
    if (told.getOutcome() == ItemResult.Outcome.REJECTED) {
      counts = counts.plus(new Counts(0, 0, 0, 1, 0, 0));
      rejects.accept((row == null ? "an item without a row" : row.place()) + ": " + reason(told));
    } else if (row != null) {
      // Without a lease named the lease holds, and it is the client's CLT alone that was not newer.
      int stale =
          told.getOutcome() == ItemResult.Outcome.STALE && told.getStaleLeasesCount() > 0 ? 1 : 0;
      counts = counts.plus(new Counts(0, 1 - stale, stale, 0, 0, 0));
    }
  }

  private static String reason(ItemResult result) {
    RejectReason reason = result.getReason();
    return result.getMessage().isEmpty()
        ? reason.toString()
        : result.getMessage() + " [" + reason + "]";
  }

  /** Whether one more item may be put without the stream's blocking. */
  synchronized boolean hasRoom() {
    return inFlight.size() < ITEMS_MAX && bytes < BYTES_MAX;
  }

  /** Whether everything put is acknowledged. */
  synchronized boolean isIdle() {
    return inFlight.isEmpty();
  }

  /** Waits for an acknowledgement, for so long at most. */
  synchronized void awaitProgress(long millis) throws InterruptedException {
    long before = turns;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!inFlight.isEmpty() && turns == before) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /** Wakes who waits. */
  synchronized void wake() {
    turns++;
    notifyAll();
  }

  /** For how long items have waited without any acknowledgement; 0 if none waits. */
  synchronized long waitingSeconds() {
    return inFlight.isEmpty()
        ? 0
        : TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - progressNanos);
  }

  /** How far everything is acknowledged. */
  synchronized Settled settled() {
    return settled;
  }

  /** What became of rows so far. */
  synchronized Counts counts() {
    return counts;
  }
}
