package bindery.raft;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The engine's view of the store: stamps commands on the leader, applies the committed ones on
 * every node, flushes, and puts another member's rows in place of its own.
 *
 * <p>Entries arrive on one thread, in order, each at least once: one that the store has applied is
 * passed over, so a replay changes nothing. Apply answers in full before the next entry; a failure
 * of the store is fatal, since an entry whose write is unsure must not count as applied.
 *
 * <h2>The snapshot told to the engine</h2>
 *
 * A Raft snapshot is a flush, so its index would move with every flush. Between two members whose
 * snapshot ends exactly where the leader's log begins, the engine would then send "install" and
 * "installed already" for ever. So what is told is one entry less than what is flushed: a follower
 * that stands exactly there installs a copy instead. Only a log that begins right behind an
 * installed copy keeps being told of that copy, until the log's beginning moves.
 */
final class BindingStateMachine extends BaseStateMachine {
  /**
   * What the replica hears from its state machine. Called on the engine's threads; never blocks.
   */
  interface Listener {
    /** This node leads and has applied everything committed before it did. */
    void onLeading();

    /** Somebody else leads, or nobody. */
    void onLeaderChanged();

    /** The engine has ended this node's part in the group. */
    void onShutdown();

    /** The configuration was committed with these members. */
    void onMembers(Set<String> names);

    /**
     * The leader's log begins behind this node's: fetch a copy that holds at least the entries up
     * to {@code indexMin}.
     *
     * @return what the copy holds, once it is ready to be installed
     */
    CompletableFuture<AppliedIndex> onBehindLog(String leader, long indexMin);

    /** Puts the fetched copy in the place of the store's rows. */
    void onInstall() throws IOException;
  }

  private final BindingStore store;
  private final LeaderClock clock;
  private final AppliedWaits waits;
  private final PromptCommit prompt;
  private final KeptViews kept;
  private final Fatal fatal;
  private final Listener listener;
  private final boolean logHoldsApplied;
  private final AtomicLong octetsSinceFlush = new AtomicLong();
  private volatile @Nullable SnapshotInfo told;
  private volatile long flushedNanos = System.nanoTime();
  // The updater's thread alone: the last entry it handed over.
  private long handed;

  /**
   * Over an open store.
   *
   * @param logHoldsApplied whether the Raft log still holds the entry that the store applied last
   */
  BindingStateMachine(
      BindingStore store,
      LeaderClock clock,
      AppliedWaits waits,
      PromptCommit prompt,
      KeptViews kept,
      boolean logHoldsApplied,
      Fatal fatal,
      Listener listener) {
    this.store = store;
    this.clock = clock;
    this.waits = waits;
    this.prompt = prompt;
    this.kept = kept;
    this.logHoldsApplied = logHoldsApplied;
    this.fatal = fatal;
    this.listener = listener;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              super.initialize(server, group, storage);
              AppliedIndex held = store.applied();
              handed = logHoldsApplied ? held.index() - 1 : held.index();
              told = snapshot(TermIndex.valueOf(held.term(), handed));
            });
  }

  private static @Nullable SnapshotInfo snapshot(TermIndex at) {
    return at.getIndex() < 0 ? null : new FlushedRows(at);
  }

  private record FlushedRows(TermIndex termIndex) implements SnapshotInfo {
    @Override
    public TermIndex getTermIndex() {
      return termIndex;
    }

    @Override
    public List<org.apache.ratis.server.storage.FileInfo> getFiles() {
      return List.of(); // members fetch them from each other, not through the engine
    }
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return told;
  }

  @Override
  public TermIndex getLastAppliedTermIndex() {
    AppliedIndex at = store.applied();
    return TermIndex.valueOf(at.term(), at.index());
  }

  /** Octets of the entries applied since the last flush. Any thread. */
  long octetsSinceFlush() {
    return octetsSinceFlush.get();
  }

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    TransactionContext.Builder context =
        TransactionContext.newBuilder()
            .setStateMachine(this)
            .setServerRole(RaftPeerRole.LEADER)
            .setClientRequest(request);
    if (!(request.getMessage() instanceof CommandMessage message)) {
      return context
          .setLogData(ByteString.EMPTY)
          .build()
          .setException(
              new IOException("only a member of the cluster can propose, by its own way"));
    }
    long stamp = clock.stamp();
    return context
        .setLogData(message.stampedOctets(stamp))
        .setStateMachineContext(new Stamped(message, message.stamped(stamp)))
        .build();
  }

  /** What the leader keeps of an entry until it applies it. */
  private record Stamped(CommandMessage message, Command command) {}

  @Override
  public TransactionContext preAppendTransaction(TransactionContext transaction) {
    if (transaction.getStateMachineContext() instanceof Stamped stamped) {
      stamped.message().noteLogged();
    }
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    handed = entry.getIndex();
    if (handed <= store.applied().index()) {
      return CompletableFuture.completedFuture(Message.EMPTY);
    }
    try {
      Command command = command(transaction, entry);
      Result result = store.apply(entry.getTerm(), handed, command);
      octetsSinceFlush.addAndGet(entry.getSerializedSize());
      if (command.getBarrier().getKeep() != 0) {
        kept.keep(command.getBarrier().getKeep()); // before anybody hears that it is applied
      }
      waits.applied(handed);
      if (command.hasBarrier() && transaction.getStateMachineContext() != null) {
        prompt.tell(handed); // proposed through this node, which leads
      }
      return CompletableFuture.completedFuture(
          Message.valueOf(UnsafeByteOperations.unsafeWrap(result.toByteArray())));
    } catch (InvalidProtocolBufferException e) {
      fatal.report("entry " + handed + " of the log is no command of this program's grammar", e);
      throw new IllegalStateException(e);
    } catch (RuntimeException | Error e) {
      fatal.report("cannot apply entry " + handed, e);
      throw e;
    }
  }

  private static Command command(TransactionContext transaction, LogEntryProto entry)
      throws InvalidProtocolBufferException {
    if (transaction.getStateMachineContext() instanceof Stamped stamped) {
      return stamped.command();
    }
    return Command.parseFrom(entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer());
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    handed = index;
    if (index > store.applied().index()) {
      store.passed(term, index);
      waits.applied(index);
    }
  }

  @Override
  public long takeSnapshot() throws IOException {
    try {
      long begunNanos = System.nanoTime();
      AppliedIndex flushed = store.flush();
      flushedNanos = begunNanos;
      octetsSinceFlush.set(0);
      // At the start the store may be an entry ahead of what was handed over.
      long index = Math.min(flushed.index(), handed);
      tell(index);
      return index;
    } catch (RuntimeException e) {
      fatal.report("cannot flush the store", e);
      throw e;
    }
  }

  /** How long ago the rows were flushed for the last time, or this node was started. */
  long flushAgeNanos() {
    return System.nanoTime() - flushedNanos;
  }

  private void tell(long flushed) throws IOException {
    RaftLog log = getServer().join().getDivision(getGroupId()).getRaftLog();
    SnapshotInfo before = told;
    if (before != null && log.getStartIndex() == before.getIndex() + 1) {
      return;
    }
    TermIndex entry = log.getTermIndex(flushed - 1);
    if (entry != null) {
      told = snapshot(entry);
    }
  }

  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex firstInLog) {
    String leader = role.getFollowerInfo().getLeaderInfo().getId().getId().toStringUtf8();
    return listener
        .onBehindLog(leader, firstInLog.getIndex() - 1)
        .thenApply(at -> TermIndex.valueOf(at.term(), at.index()));
  }

  /** Called under the engine's lock while an entry may be applied, so it only changes the state. */
  @Override
  public void pause() {
    if (getLifeCycleState() == LifeCycle.State.RUNNING) {
      getLifeCycle().transition(LifeCycle.State.PAUSING);
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  /** On the thread that applies, nothing applying. */
  @Override
  public void reinitialize() throws IOException {
    try {
      getLifeCycle()
          .startAndTransition(
              () -> {
                kept.clear();
                listener.onInstall();
                AppliedIndex at = store.applied();
                handed = at.index();
                octetsSinceFlush.set(0);
                told = snapshot(TermIndex.valueOf(at.term(), at.index()));
                waits.applied(at.index());
              });
    } catch (IOException | RuntimeException e) {
      fatal.report("cannot install a copy of another member's store", e);
      throw e;
    }
  }

  @Override
  public CompletableFuture<Message> queryStale(Message request, long indexMin) {
    return query(request);
  }

  @Override
  public CompletableFuture<Message> query(Message request) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("the store is not read through the log"));
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    listener.onMembers(
        Stream.concat(
                configuration.getPeersList().stream(), configuration.getListenersList().stream())
            .map(peer -> peer.getId().toStringUtf8())
            .collect(Collectors.toSet()));
  }

  @Override
  public void notifyLeaderReady() {
    listener.onLeading();
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
    listener.onLeaderChanged();
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    fatal.report(
        "the Raft log cannot be written"
            + (entry == null ? "" : " at entry " + entry.getIndex())
            + ": is the disk full or broken?",
        cause);
  }

  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean allServers) {
    listener.onShutdown();
  }
}
