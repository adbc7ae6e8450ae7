package bindery.kea.ha;

import bindery.feeder.AckListener.Committed;
import bindery.feeder.ApiException;
import bindery.feeder.FeedOptions;
import bindery.feeder.FeedStream;
import bindery.feeder.FeederId;
import bindery.feeder.ServerList;
import bindery.v1.BeginSync;
import bindery.v1.Item;
import bindery.v1.ItemResult;
import bindery.v1.ItemResult.Outcome;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The items of a connector on their way into the cluster, for a caller that cannot wait long.
 *
 * <p>What is taken is kept until it is committed, through the loss of any node. As soon as a caller
 * has waited in vain, or there was no room, a gap is opened and callers wait no more, until all
 * that was taken by then is committed. The copies of a reconciliation go on the same stream, at
 * most {@value #COPIES_MAX} of them at a time, so that they hold up nobody else for long. Memory is
 * bounded by the stream's window. Any thread; closed by who made it, the servers stay open.
 */
final class LiveFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
  private static final int COPIES_MAX = 1_000;
  private static final long LOOK_MILLIS = 200;

  /** Begins a sync. */
  static final Item BEGIN_SYNC =
      Item.newBuilder().setBeginSync(BeginSync.getDefaultInstance()).build();

  /** How long it may take to close. */
  static final Duration CLOSE_MAX = Duration.ofSeconds(6);

  // It never gives up: Kea goes on, and so does what follows it.
  private static final Duration FOR_EVER = Duration.ofDays(3_650);

  private final ServerList servers;
  private final String source;
  private final String feeder;
  private final FeedOptions options;
  private final Duration ackWithin;
  private final Gaps gaps;
  private final HaMetrics metrics;
  private final Runnable onRestored;
  private final Consumer<ApiException> onOver;
  private final Thread opener;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("kea-ha-timer", true));

  @GuardedBy("this") private @Nullable FeedStream stream;

  @GuardedBy("this") private final Deque<Waiting> waiting = new ArrayDeque<>();

  // Counts the streams: a sync ends with the one that it began on.
  @GuardedBy("this") private long generation;

  @GuardedBy("this") private int copies;

  @GuardedBy("this") private boolean isLate;

  @GuardedBy("this") private long lateThrough;

  @GuardedBy("this") private boolean closed;

  // The opener's thread alone.
  private long epoch;

  /**
   * Does nothing until started.
   *
   * @param options the window and the source's clock
   * @param ackWithin how long a caller waits for the commit at most
   * @param metrics told of what is rejected after its caller was answered
   * @param onRestored told when the cluster has lost what it had
   * @param onOver told once if another program feeds under this name, or the name is refused
   */
  LiveFeed(
      ServerList servers,
      String source,
      String feeder,
      FeedOptions options,
      Duration ackWithin,
      Gaps gaps,
      HaMetrics metrics,
      Runnable onRestored,
      Consumer<ApiException> onOver) {
    this.servers = servers;
    this.source = source;
    this.feeder = feeder;
    this.options = options.withGiveUpAfter(FOR_EVER);
    this.ackWithin = ackWithin;
    this.gaps = gaps;
    this.metrics = metrics;
    this.onRestored = onRestored;
    this.onOver = onOver;
    opener = new Thread(this::keepOpen, "kea-ha-feed");
    opener.setDaemon(true);
  }

  void start() {
    opener.start();
  }

  /** Waits until there is a stream, no longer than a caller would for a commit. */
  synchronized void awaitOpen() {
    long end = System.nanoTime() + ackWithin.toNanos();
    try {
      while (stream == null && System.nanoTime() < end) {
        wait(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has an item committed that nobody waits for, and that may be left out if there is no room. */
  synchronized void tell(Item item) {
    var unused = offer(List.of(item), false);
  }

  /** Has items committed, in their order. Completes within {@code ackWithin}, or at once. */
  CompletableFuture<Told> take(List<Item> items) {
    Waiting taken;
    boolean wasLate;
    synchronized (this) {
      wasLate = isLate;
      taken = offer(items, false);
      if (taken == null) {
        late("the cluster takes nothing at the moment");
        return CompletableFuture.completedFuture(new Told(Told.Fate.NOT_TAKEN, Map.of()));
      }
      if (!wasLate) {
        var unused =
            timer.schedule(() -> expire(taken), ackWithin.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    return wasLate
        ? CompletableFuture.completedFuture(new Told(Told.Fate.LATE, Map.of()))
        : taken.told;
  }

  private void expire(Waiting taken) {
    synchronized (this) {
      if (!taken.told.isDone()) {
        late("no acknowledgement within " + ackWithin.toMillis() + " ms");
      }
    }
    taken.told.complete(new Told(Told.Fate.LATE, Map.of()));
  }

  @GuardedBy("this") private void late(String reason) {
    isLate = true;
    lateThrough = stream == null ? 0 : stream.nextSequence() - 1;
    gaps.open(reason);
  }

  // Null if they are not all taken.
  @GuardedBy("this") private @Nullable Waiting offer(List<Item> items, boolean isCopy) {
    FeedStream to = stream;
    if (to == null) {
      return null;
    }
    long first = to.nextSequence();
    long taken = 0;
    try {
      for (Item item : items) {
        OptionalLong sequence = to.offer(item);
        if (sequence.isEmpty()) {
          break;
        }
        taken++;
      }
    } catch (ApiException e) {
      LOG.debug("event=kea_feed_over {}", e.getMessage()); // the opener's thread finds it, too
    }
    Waiting entry = new Waiting(first, first + taken - 1, isCopy);
    if (taken > 0) {
      waiting.add(entry);
    } else if (items.isEmpty()) {
      entry.told.complete(new Told(Told.Fate.COMMITTED, Map.of()));
    }
    return taken == items.size() ? entry : null;
  }

  /** Whether callers are answered before what they gave is committed. */
  synchronized boolean isLate() {
    return isLate || stream == null;
  }

  /** The stream that there is now, to be named in a sync; waits for one. */
  synchronized long awaitStream() throws InterruptedException {
    while (stream == null || isLate) {
      wait(LOOK_MILLIS);
    }
    return generation;
  }

  /**
   * Puts an item of a sync. Blocks while there are too many of them.
   *
   * @param rejected told of a reject, with its reason; must not block
   */
  void putCopy(long begunOn, Item item, Consumer<String> rejected)
      throws BrokenOffException, InterruptedException {
    Waiting entry = null;
    synchronized (this) {
      while (entry == null) {
        check(begunOn);
        entry = copies < COPIES_MAX ? offer(List.of(item), true) : null;
        if (entry == null) {
          wait(LOOK_MILLIS);
        }
      }
      copies++;
    }
    var unused =
        entry.told.whenComplete((told, failure) -> told.rejects().values().forEach(rejected));
  }

  /** Waits until all that a sync put is committed. */
  synchronized void awaitCopies(long begunOn) throws BrokenOffException, InterruptedException {
    while (copies > 0) {
      check(begunOn);
      wait(LOOK_MILLIS);
    }
    check(begunOn);
  }

  @GuardedBy("this") private void check(long begunOn) throws BrokenOffException {
    if (closed || generation != begunOn || stream == null) {
      throw new BrokenOffException("the connection to the cluster began anew");
    }
  }

  private void committed(long streamsNumber, Committed items) {
    List<Waiting> done = new ArrayList<>();
    int doneCopies = 0;
    synchronized (this) {
      if (streamsNumber != generation) {
        return; // of a stream that is over: the next one numbers anew
      }
      for (ItemResult result : items.results()) {
        if (result.getOutcome() == Outcome.REJECTED) {
          reject(result);
        }
      }
      while (!waiting.isEmpty() && waiting.element().through <= items.throughSequence()) {
        Waiting entry = waiting.remove();
        doneCopies += entry.isCopy ? 1 : 0;
        done.add(entry);
      }
      if (isLate && items.throughSequence() >= lateThrough) {
        isLate = false;
        LOG.info("event=kea_feed_acknowledges the cluster acknowledges again");
      }
      notifyAll();
    }
    done.forEach(this::complete);
    synchronized (this) {
      // Only now: whoever waits for copies counts what was rejected of them.
      copies -= streamsNumber == generation ? doneCopies : 0;
      notifyAll();
    }
  }

  private void complete(Waiting entry) {
    if (!entry.told.complete(new Told(Told.Fate.COMMITTED, entry.rejects))) {
      metrics.told("rejected", entry.rejects.size());
      entry.rejects.values().forEach(reason -> LOG.warn("event=kea_lease_refused {}", reason));
    }
  }

  @GuardedBy("this") private void reject(ItemResult result) {
    long sequence = result.getSequence();
    for (Waiting entry : waiting) {
      if (entry.first <= sequence && sequence <= entry.through) {
        entry.rejects.put(
            (int) (sequence - entry.first), result.getMessage() + " [" + result.getReason() + "]");
        return;
      }
    }
  }

  private void keepOpen() {
    try {
      while (!isClosed()) {
        try {
          keepOpenOnce();
        } catch (ApiException e) {
          if (e.kind() == ApiException.Kind.FENCED || e.kind() == ApiException.Kind.REFUSED) {
            onOver.accept(e);
            return;
          }
          LOG.warn("event=kea_feed_broken {}", e.getMessage());
          if (e.kind() == ApiException.Kind.RESTORED) {
            onRestored.run();
          }
          Thread.sleep(LOOK_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepOpenOnce() throws ApiException, InterruptedException {
    epoch = gaps.nextEpoch(epoch);
    FeederId id = new FeederId(source, feeder, epoch);
    long number = nextGeneration();
    try (FeedStream opened =
        FeedStream.open(servers, id, options, items -> committed(number, items))) {
      LOG.info("event=kea_feed_opened as {} at {}", id, servers.currentAddress());
      synchronized (this) {
        stream = opened;
        isLate = false;
        // Before all else: while a new source has told a part, "nothing" is no answer.
        var unused = offer(List.of(BEGIN_SYNC), false);
        notifyAll();
        while (!closed) {
          opened.throwIfOver();
          wait(LOOK_MILLIS);
        }
      }
    } finally {
      abandon();
    }
  }

  private synchronized long nextGeneration() {
    return ++generation;
  }

  private void abandon() {
    List<Waiting> lost;
    synchronized (this) {
      if (stream != null && !closed) {
        gaps.open("the stream to the cluster has ended");
      }
      stream = null;
      copies = 0;
      lost = List.copyOf(waiting);
      waiting.clear();
      notifyAll();
    }
    lost.forEach(entry -> entry.told.complete(new Told(Told.Fate.LATE, Map.of())));
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Waits for what is in flight, within {@link #CLOSE_MAX}, then ends the session. */
  @Override
  public void close() {
    long end = System.nanoTime() + CLOSE_MAX.toNanos() / 2;
    try {
      synchronized (this) {
        while (!waiting.isEmpty() && System.nanoTime() < end) {
          wait(LOOK_MILLIS);
        }
        closed = true;
        if (stream == null) {
          opener.interrupt(); // it may be waiting for a node that answers
        }
        notifyAll();
      }
      opener.join(CLOSE_MAX.toMillis() / 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    opener.interrupt();
    timer.shutdownNow();
  }
}
