package bindery.query;

import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.store.BindingCursor;
import bindery.store.ReadPoint;
import bindery.store.StoreException;
import bindery.store.StoreView;
import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import bindery.wire.ReplyEncoder;
import bindery.wire.StatusCode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maker of answers: from a query and a read point to an {@link Answer} over one pinned
 * snapshot. Any thread; what blocks on the store says so.
 */
public final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  // Every node moves cluster time on by an entry each 5 s: rows that a read barrier reached are not
  // that far behind.
  private static final long TOLD_SECONDS_MAX = 15;

  private final ReadGate gate;
  private final Supplier<StoreView> views;
  private final LongSupplier nanos;
  private final Set<Integer> sensitiveOptions;
  private final Consumer<StoreException> onStoreFault;
  private final QueryPlanner planner = new QueryPlanner();
  private final Rehomed rehomed;
  private final WithheldAnswers withheld;
  private volatile @Nullable Duid serverId;

  /**
   * The answers of one node.
   *
   * @param views pins a snapshot of the store; whoever gets it closes it
   * @param reads runs what reads the store on the way to an answer
   * @param nanos the monotonic clock that read points are counted on
   * @param patience how long a query waits at most for a link whose bindings are being moved
   * @param sensitiveOptions option codes that are never told (S-53)
   * @param onStoreFault told, on a scan thread, when the store cannot be trusted any more
   */
  public Answers(
      ReadGate gate,
      Supplier<StoreView> views,
      Executor reads,
      LongSupplier nanos,
      Duration patience,
      Set<Integer> sensitiveOptions,
      Consumer<StoreException> onStoreFault) {
    this.gate = gate;
    this.views = views;
    this.nanos = nanos;
    rehomed = new Rehomed(views, reads, nanos, patience);
    withheld = new WithheldAnswers(nanos);
    this.sensitiveOptions = Set.copyOf(sensitiveOptions);
    this.onStoreFault = onStoreFault;
  }

  /** What was not answered "there is nothing", and why. */
  public WithheldAnswers withheld() {
    return withheld;
  }

  /** How many reads were let through without a barrier. */
  public long staleReads() {
    return gate.staleReads();
  }

  /** The DUID that stands for the whole cluster (T-18), if this node has seen it. Never blocks. */
  public Optional<Duid> serverId() {
    return Optional.ofNullable(serverId);
  }

  /** Looks the DUID up in the store, where it is made once. Blocks on the store. */
  public Optional<Duid> findServerId() {
    Duid known = serverId;
    if (known != null) {
      return Optional.of(known);
    }
    try (StoreView view = views.get()) {
      serverId = view.clusterDuid().orElse(null);
    }
    return serverId();
  }

  /**
   * Passes the read gate, see {@link ReadGate#pass}, and waits, for a query that names a link whose
   * bindings are being moved, until they are: at most the time given. Never blocks.
   */
  public CompletionStage<ReadPoint> admit(LeaseQuery query) {
    return gate.pass(query.baseTimeRequested())
        .thenCompose(point -> rehomed.await(query.linkAddress(), point));
  }

  /** Keeps the age of bounded reads known: see {@link ReadGate#refresh}. Never blocks. */
  public void refresh(Duration age) {
    gate.refresh(age);
  }

  /**
   * Begins the answer to a query that was admitted. Pins a snapshot; blocks on the store.
   *
   * @param scope what the requestor may be told
   * @return closed by the caller
   */
  public Answer begin(LeaseQuery query, QueryScope scope, ReadPoint point) {
    StoreView view = null;
    BindingCursor cursor = null;
    boolean isHandedOver = false;
    try {
      view = views.get();
      AnswerClock clock =
          new AnswerClock(query.baseTimeRequested(), view.clusterTimeMillis(), point, nanos);
      Plan plan = planner.plan(query, scope, view, silentSince(view, clock));
      if (plan instanceof Plan.Scan scan) {
        cursor = view.scan(scan.selector(), scan.isBulk(), clock.now());
      }
      Answer begun = answer(query, scope, plan, clock, view, cursor);
      isHandedOver = true;
      return begun;
    } catch (RuntimeException e) {
      return failed(query, e);
    } finally {
      if (!isHandedOver) {
        Answer.release(cursor, view);
      }
    }
  }

  /** The answer to a query that was not begun; a fault of the store is told on. */
  private Answer failed(LeaseQuery query, RuntimeException cause) {
    LOG.error("event=answer_fault: a query is not begun", cause);
    if (cause instanceof StoreException fault) {
      onStoreFault.accept(fault);
    }
    return terminated(
        query, cause instanceof StoreException ? "the store failed" : "the server failed");
  }

  /**
   * Since when not all that happens is told: since a source fell silent, or since cluster time
   * stands still, as it does on a node that has lost its majority and answers all the same.
   */
  private static OptionalLong silentSince(StoreView view, AnswerClock clock) {
    OptionalLong source = view.silentSince();
    long told = DhcpTime.ofUnixMillis(view.clusterTimeMillis());
    if (clock.now() - told <= TOLD_SECONDS_MAX) {
      return source;
    }
    return OptionalLong.of(source.isPresent() ? Math.min(source.getAsLong(), told) : told);
  }

  private Answer answer(
      LeaseQuery query,
      QueryScope scope,
      Plan plan,
      AnswerClock clock,
      StoreView view,
      @Nullable BindingCursor cursor) {
    OptionalLong base =
        query.baseTimeRequested() ? OptionalLong.of(clock.base()) : OptionalLong.empty();
    return new Answer(
        frames(query.requestor(), query.transactionId(), base),
        RequestedOptions.of(query.requestedOptions(), scope.hiding(sensitiveOptions)),
        TimeWindow.of(query.startTime(), query.endTime()),
        plan,
        clock,
        view,
        cursor,
        onStoreFault,
        withheld);
  }

  /** The answer to a query that cannot be performed now (V-26). Blocks on the store. */
  public Answer terminated(LeaseQuery query, String reason) {
    OptionalLong base = base(query.baseTimeRequested());
    return refusal(
        frames(query.requestor(), query.transactionId(), base),
        Plan.Refuse.with(StatusCode.QUERY_TERMINATED, reason));
  }

  /** The answer to a message that is refused as it stands. Blocks on the store for base-time. */
  public Answer refused(Incoming.Refused refused) {
    OptionalLong base = base(refused.baseTimeRequested());
    return refusal(
        frames(refused.requestor(), refused.transactionId(), base),
        new Plan.Refuse(refused.status(), refused.closes(), Optional.empty()));
  }

  /** The time of the store now, if that is asked for and the store can be read. */
  private OptionalLong base(boolean isRequested) {
    if (!isRequested) {
      return OptionalLong.empty();
    }
    try (StoreView view = views.get()) {
      ReadPoint local = new ReadPoint(view.revision(), view.clusterTimeMillis(), 0);
      return OptionalLong.of(new AnswerClock(true, view.clusterTimeMillis(), local, nanos).base());
    } catch (StoreException e) {
      LOG.error("event=store_fault: an answer ends without its base-time", e);
      onStoreFault.accept(e);
      return OptionalLong.empty();
    } catch (RuntimeException e) {
      LOG.error("event=answer_fault: an answer ends without its base-time", e);
      return OptionalLong.empty();
    }
  }

  private Answer refusal(ReplyEncoder frames, Plan.Refuse plan) {
    return new Answer(
        frames,
        RequestedOptions.NONE,
        TimeWindow.of(OptionalLong.empty(), OptionalLong.empty()),
        plan,
        new AnswerClock(true, 0, new ReadPoint(0, 0, 0), nanos),
        null,
        null,
        onStoreFault,
        withheld);
  }

  /** The encoder of one answer. */
  ReplyEncoder frames(Duid requestor, int transactionId, OptionalLong base) {
    Duid known = serverId;
    if (known == null) {
      throw new IllegalStateException("a query before the server's DUID was found");
    }
    return new ReplyEncoder(known, requestor, transactionId, base);
  }
}
