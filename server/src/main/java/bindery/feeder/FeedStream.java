package bindery.feeder;

import bindery.feeder.AckListener.Committed;
import bindery.feeder.ApiException.Kind;
import bindery.v1.Ack;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.Item;
import bindery.v1.Opened;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Status;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A feeder's numbered items on their way into the cluster, over one node at a time.
 *
 * <p>Items are sent in batches and kept until they are acknowledged; after a lost connection the
 * next server is tried and everything unacknowledged is sent again, under the same sequences, so
 * that nothing is lost and nothing is applied twice. Being fenced is final. Memory is bounded by
 * the window of {@link FeedOptions}.
 *
 * <p>{@link #put}, {@link #finish} and {@link #close} may be called from any thread; sequences are
 * given in the order in which calls to {@link #put} get in. Closed by who opened it; the servers
 * stay open.
 */
public final class FeedStream implements AutoCloseable {
  /** The most octets of one encoded item. */
  public static final int ITEM_BYTES_MAX = 255 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(FeedStream.class);
  private static final long TICK_MILLIS = 200;

  private final ServerList servers;
  private final FeederId feeder;
  private final FeedOptions options;
  private final AckListener listener;
  private final FeedCall.Owner callbacks = new Callbacks();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("feed-stream", true));

  // Held while the listener is told, so that it is told in order. Taken before the monitor.
  private final ReentrantLock delivering = new ReentrantLock();

  @GuardedBy("this") private @Nullable Outbox outbox; // from the first Opened on

  @GuardedBy("this") private @Nullable FeedCall call;

  @GuardedBy("this") private @Nullable Opened opened;

  @GuardedBy("this") private @Nullable ApiException failure;

  @GuardedBy("this") private boolean closed;

  @GuardedBy("this") private boolean isOpeningUnknown; // whether one may be committed late

  @GuardedBy("this") private int flushers;

  @GuardedBy("this") private long toldThrough;

  @GuardedBy("this") private final Patience patience;

  private FeedStream(
      ServerList servers, FeederId feeder, FeedOptions options, AckListener listener) {
    this.servers = servers;
    this.feeder = feeder;
    this.options = options;
    this.listener = listener;
    patience = new Patience(options, servers.addresses().size());
  }

  /**
   * Opens a session at the first server that gives one.
   *
   * @param listener is told what became of the items
   * @throws ApiException {@code UNREACHABLE} if there was none within {@code giveUpAfter}, {@code
   *     FENCED} if a higher epoch is held, {@code REFUSED} if the name or epoch is not valid
   */
  public static FeedStream open(
      ServerList servers, FeederId feeder, FeedOptions options, AckListener listener)
      throws ApiException, InterruptedException {
    FeedStream stream = new FeedStream(servers, feeder, options, listener);
    try {
      stream.begin();
      return stream;
    } catch (ApiException | InterruptedException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private synchronized void begin() throws ApiException, InterruptedException {
    connect();
    var unused =
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    while (outbox == null) {
      throwIfOver();
      wait(TICK_MILLIS);
    }
  }

  /** What the node answered to the latest opening. */
  public synchronized Opened opened() {
    if (opened == null) {
      throw new IllegalStateException("a stream that was never opened");
    }
    return opened;
  }

  /** The sequence that the next item gets. */
  public synchronized long nextSequence() {
    return outbox().nextSequence();
  }

  /**
   * Takes an item. Blocks while the window is full.
   *
   * @param item of at most {@link #ITEM_BYTES_MAX} octets; the acknowledgement tells what is wrong
   * @return its sequence
   * @throws ApiException if the stream has failed for good: this item and those not acknowledged
   *     may or may not be held
   * @throws IllegalArgumentException if the item is too large; the stream goes on
   */
  public synchronized long put(Item item) throws ApiException, InterruptedException {
    OptionalLong sequence = offer(item);
    while (sequence.isEmpty()) {
      wait(TICK_MILLIS);
      sequence = offer(item);
    }
    return sequence.getAsLong();
  }

  /**
   * Takes an item unless the window is full. Does not block. Throws as {@link #put}.
   *
   * @return its sequence; empty if it is not taken
   */
  public synchronized OptionalLong offer(Item item) throws ApiException {
    int size = Outbox.sizeOf(item);
    throwIfOver();
    if (!hasRoom(size)) {
      return OptionalLong.empty();
    }
    long sequence = outbox().put(item);
    pump();
    return OptionalLong.of(sequence);
  }

  /**
   * Waits until everything put is acknowledged and the listener has been told. More may be put
   * after.
   *
   * @throws ApiException if the stream has failed for good
   */
  public synchronized void finish() throws ApiException, InterruptedException {
    long through = outbox().nextSequence() - 1;
    flushers++;
    try {
      pump();
      while (toldThrough < through) {
        throwIfOver();
        wait(TICK_MILLIS);
      }
    } finally {
      flushers--;
    }
  }

  /** Ends the session. What is not acknowledged may or may not be held. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (call != null) {
        if (outbox != null && outbox.isEmpty()) {
          call.complete();
        } else {
          call.cancel("the feeder closed its stream");
        }
      }
      notifyAll();
    }
    timer.shutdownNow();
  }

  @GuardedBy("this") private boolean hasRoom(int size) {
    Outbox held = outbox();
    return held.isEmpty()
        || (held.items() < options.windowItems() && held.bytes() + size <= options.windowBytes());
  }

  @GuardedBy("this") private Outbox outbox() {
    if (outbox == null) {
      throw new IllegalStateException("a stream that was never opened");
    }
    return outbox;
  }

  /** Throws if the stream has failed for good. */
  public synchronized void throwIfOver() throws ApiException {
    if (failure != null) {
      throw new ApiException(failure.kind(), String.valueOf(failure.getMessage()), failure);
    }
    if (closed) {
      throw new IllegalStateException("a closed stream of feeder " + feeder.feeder());
    }
  }

  private synchronized void connect() {
    if (closed || failure != null) {
      return;
    }
    patience.await(System.nanoTime());
    try {
      call = new FeedCall(callbacks, servers.current());
      call.start(feeder);
    } catch (RuntimeException e) {
      fail(new ApiException(Kind.FAULT, "cannot call a server", e));
    }
  }

  // Sends what may be sent now.
  @GuardedBy("this") private void pump() {
    FeedCall to = call;
    // The transport is ready before the server has opened the session.
    if (to == null || !to.isOpened() || failure != null || closed) {
      return;
    }
    Outbox held = outbox();
    while (to.isReady()) {
      boolean idle = !held.hasSent();
      Outbox.Sealed next = held.next(flushers > 0);
      if (next == null) {
        return;
      }
      if (idle) {
        patience.await(System.nanoTime());
      }
      to.send(
          FeedRequest.newBuilder()
              .setBatch(
                  next.batch().toBuilder()
                      .setSourceClockMillis(options.sourceClockMillis().getAsLong()))
              .build());
    }
  }

  // Ends a call whose server is silent for too long.
  private synchronized void tick() {
    FeedCall silent = call;
    if (silent == null || closed || failure != null) {
      return;
    }
    String reason =
        isAwaiting(silent) ? patience.silence(silent.isOpened(), System.nanoTime()) : null;
    if (reason != null) {
      silent.cancel(reason);
      lost(silent, Status.UNAVAILABLE.withDescription(reason));
    }
  }

  @GuardedBy("this") private boolean isAwaiting(FeedCall from) {
    return !from.isOpened() || outbox().hasSent();
  }

  @GuardedBy("this") private void fail(ApiException reason) {
    failure = reason;
    if (call != null) {
      call.cancel(String.valueOf(reason.getMessage()));
      call = null;
    }
    notifyAll();
  }

  @GuardedBy("this") private void lost(FeedCall over, Status status) {
    String text = over.server().address() + ": " + servers.describe(status);
    boolean wasAwaiting = isAwaiting(over);
    call = null;
    if (outbox != null) {
      outbox.rewind();
    }
    isOpeningUnknown |= !over.isOpened();
    Kind end = FeedCall.finalKind(status, isOpeningUnknown ? feeder.epoch() : 0);
    if (end == null && status.getCode() != Status.Code.RESOURCE_EXHAUSTED) {
      servers.leave(over.server());
    }
    if (end == null && !patience.bears(wasAwaiting, System.nanoTime())) {
      end = Kind.UNREACHABLE;
      text = "no progress for " + options.giveUpAfter().toMillis() + " ms; last " + text;
    }
    if (end != null) {
      fail(new ApiException(end, text));
      return;
    }
    LOG.debug("feeder {} tries again after {}", feeder, text);
    // Not closed yet, which is decided under the monitor: the timer still takes tasks.
    var unused = timer.schedule(this::connect, patience.pauseMillis(), TimeUnit.MILLISECONDS);
  }

  @GuardedBy("this") private void sessionOpened(FeedCall from, Opened answer) {
    if (outbox == null) {
      outbox = new Outbox(answer);
      toldThrough = answer.getLastSequence();
    }
    ApiException mismatch = outbox.mismatch(answer, feeder);
    if (mismatch != null) {
      fail(mismatch);
      return;
    }
    opened = answer;
    from.setOpened();
    if (outbox().isEmpty()) {
      patience.progress();
    }
    notifyAll();
    pump();
  }

  // Lets go of an acknowledged batch; null if there is nothing to tell.
  @GuardedBy("this") private @Nullable Committed acknowledged(FeedCall from, Ack ack) {
    Outbox.Sealed batch = outbox().acknowledge(ack.getThroughSequence());
    if (batch == null) {
      String text = ": acknowledged " + ack.getThroughSequence() + ", no batch's end";
      fail(new ApiException(Kind.FAULT, from.server().address() + text));
      return null;
    }
    patience.progress();
    patience.await(System.nanoTime());
    notifyAll();
    pump();
    return batch.committed(ack);
  }

  private final class Callbacks implements FeedCall.Owner {
    @Override
    public void ready(FeedCall from) {
      synchronized (FeedStream.this) {
        if (from == call) {
          pump();
        }
      }
    }

    @Override
    public void received(FeedCall from, FeedResponse response) {
      delivering.lock();
      try {
        Committed committed = null;
        synchronized (FeedStream.this) {
          if (from != call) {
            return;
          }
          if (response.hasOpened()) {
            sessionOpened(from, response.getOpened());
          } else if (response.hasAck()) {
            committed = acknowledged(from, response.getAck());
          }
        }
        if (committed != null) {
          tell(committed);
        }
      } finally {
        delivering.unlock();
      }
    }

    private void tell(Committed committed) {
      try {
        listener.committed(committed);
      } catch (RuntimeException e) {
        synchronized (FeedStream.this) {
          fail(new ApiException(Kind.FAULT, "the listener failed", e));
        }
      }
      synchronized (FeedStream.this) {
        toldThrough = committed.throughSequence();
        FeedStream.this.notifyAll();
      }
    }

    @Override
    public void ended(FeedCall from, Status status) {
      synchronized (FeedStream.this) {
        if (from == call && !closed && failure == null) {
          lost(from, status);
        }
      }
    }
  }
}
