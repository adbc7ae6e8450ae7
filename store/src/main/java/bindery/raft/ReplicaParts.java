package bindery.raft;

import bindery.model.DaemonThreads;
import bindery.store.BindingStore;
import bindery.store.ReadPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running replica, opened in the one order and closed in the other.
 *
 * @param closing what to close, the last opened first
 */
record ReplicaParts(
    String node,
    Fatal fatal,
    BindingStore store,
    Engine engine,
    BindingStateMachine machine,
    EngineEvents events,
    Proposals proposals,
    Barriers barriers,
    KeptViews kept,
    MemberChanges changes,
    HandOver handOver,
    MemberExchange members,
    MemberClocks clocks,
    DataFolder folder,
    DiskWatch disk,
    Peers peers,
    ExecutorService answers,
    Deque<AutoCloseable> closing) {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaParts.class);
  private static final long CLOSE_SECONDS_MAX = 15;

  /**
   * Opens everything and joins the group.
   *
   * @param patience how long a proposal is tried for
   * @param probe how the disk of a folder is tried
   * @param clock this node's wall clock
   * @throws IOException as {@link Replica#start}
   */
  static ReplicaParts start(
      ReplicaOptions options,
      Fatal fatal,
      Duration patience,
      Function<Path, DiskProbe> probe,
      InstantSource clock)
      throws IOException {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      return start(options, fatal, patience, probe, clock, opened);
    } catch (IOException | RuntimeException e) {
      fatal.disarm();
      closeAll(opened);
      throw e;
    }
  }

  private static ReplicaParts start(
      ReplicaOptions options,
      Fatal fatal,
      Duration patience,
      Function<Path, DiskProbe> probe,
      InstantSource clock,
      Deque<AutoCloseable> opened)
      throws IOException {
    DataFolder folder =
        opening(opened, DataFolder.open(options.data(), options.cluster(), options.node()));
    checkAlone(folder, options);
    DiskReserve reserve = new DiskReserve(folder.path());
    reserve.take();
    fatal.before(reserve::giveUp);
    ExecutorService answers =
        Executors.newSingleThreadExecutor(new DaemonThreads("raft-answer-" + options.node()));
    opened.push(answers::shutdown);
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, new DaemonThreads("raft-timer-" + options.node()));
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    Peers peers = opening(opened, new Peers(options.node(), options.members(), options.tls()));
    KnownMembers known = KnownMembers.open(folder.path());
    Admission admission = new Admission(folder, known, peers::isMember);
    DiskWatch disk =
        opening(
            opened,
            new DiskWatch(
                probe.apply(folder.tmp()),
                options.node(),
                options.electionTimeout(),
                options.freeSpaceMin(),
                System::nanoTime));
    disk.start();
    Standpoint standpoint = new Standpoint(options.store().levelSupported(), disk::isUnfit);
    MemberClocks clocks = new MemberClocks(clock, System::nanoTime, peers::otherVoters);
    MemberExchange members =
        new MemberExchange(peers, admission, folder, standpoint, clocks, fatal);
    if (!admission.admitted()) {
      members.introduce();
    }

    CatchUp catchUp = new CatchUp(folder, peers, admission, System::nanoTime);
    opened.push(catchUp);
    RowsAtStart rows = RowsAtStart.open(folder, options.store(), catchUp);
    BindingStore store = opening(opened, rows.store());
    standpoint.opened(store, catchUp);
    CheckpointSource checkpoints = new CheckpointSource(store, folder.tmp());
    opened.push(checkpoints::close);

    AppliedWaits waits = new AppliedWaits(store.applied().index());
    KeptViews kept = opening(opened, new KeptViews(store, waits, timer, KeptViews.KEPT_FOR));
    PromptCommit prompt = new PromptCommit();
    EngineEvents events = new EngineEvents(store, catchUp, known, fatal);
    LeaderClock leaderClock = new LeaderClock(clocks);
    BindingStateMachine machine =
        new BindingStateMachine(
            store, leaderClock, waits, prompt, kept, rows.logHoldsApplied(), fatal, events);
    PeerService service =
        new PeerService(
            admission, checkpoints, standpoint, clocks, peers.security(), options.isJoining());
    Engine engine = Engine.of(options, folder, machine, service, peers.security(), prompt);
    opened.push(engine::close);
    Proposals proposals =
        opening(
            opened,
            new Proposals(
                new LocalLog(engine.server(), engine.group()),
                new TimedLeadership(engine, clocks),
                peers,
                options.node(),
                timer,
                answers,
                patience,
                new CommandLimits(store.levelSupported())));
    opened.push(timer::shutdownNow);
    ReadIndexAnswers readIndexes = new ReadIndexAnswers(engine, clocks, leaderClock, prompt);
    Barriers barriers =
        new Barriers(
            proposals,
            new ReadIndex(
                admission.identity(),
                readIndexes,
                engine,
                peers,
                options.barrierTimeout().dividedBy(2)),
            waits,
            options.barrierTimeout(),
            orHere(answers));
    Housekeeping housekeeping =
        new Housekeeping(
            options,
            folder,
            disk,
            peers,
            admission,
            members,
            clocks,
            store,
            machine,
            checkpoints,
            catchUp,
            engine,
            barriers,
            new Founding(store, proposals, options.cluster(), options.initialSettings()),
            new JobDriver(store, proposals, engine::isLeaderReady, answers),
            fatal,
            timer);
    HandOver handOver = new HandOver(engine, members, options.node(), options.electionTimeout());
    Membership membership =
        opening(
            opened,
            new Membership(engine, admission, members, handOver, peers.security(), options.node()));
    service.serve(proposals, membership, readIndexes);
    events.concern(proposals, housekeeping);
    engine.start();
    standpoint.started(engine);
    housekeeping.start();
    opening(opened, new LeaderLoss(peers, members, engine, standpoint, options.node())).start();
    opening(
            opened,
            new ReturnWatch(peers::others, members::heard, engine::reconnect, options.node()))
        .start();
    return new ReplicaParts(
        options.node(),
        fatal,
        store,
        engine,
        machine,
        events,
        proposals,
        barriers,
        kept,
        new MemberChanges(engine, peers, admission, membership),
        handOver,
        members,
        clocks,
        folder,
        disk,
        peers,
        answers,
        opened);
  }

  // With empty members beside it, those would elect each other and begin a history of their own.
  private static void checkAlone(DataFolder folder, ReplicaOptions options) throws IOException {
    FolderMarker marker = folder.marker();
    boolean isRestored = marker.state() == FolderMarker.State.NEW && marker.checkpoint() >= 0;
    if (isRestored && (options.members().size() != 1 || options.isJoining())) {
      throw new IOException(
          "the data folder "
              + folder.path()
              + " was restored from a snapshot and begins a new cluster, alone: start it with "
              + options.node()
              + " as its only member and without join (given: "
              + options.members().size()
              + " members, join: "
              + options.isJoining()
              + "), then add each further node with an empty folder (bindery member add)");
    }
  }

  // Whoever waits is told also after the executor has ended.
  private static Executor orHere(Executor answers) {
    return task -> {
      try {
        answers.execute(task);
      } catch (RejectedExecutionException e) {
        task.run();
      }
    };
  }

  private static <T extends AutoCloseable> T opening(Deque<AutoCloseable> opened, T part) {
    opened.push(part);
    return part;
  }

  private static void closeAll(Deque<AutoCloseable> opened) {
    for (AutoCloseable part; (part = opened.poll()) != null; ) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("event=replica-close-failed {}", e.toString(), e);
      }
    }
  }

  /** Milliseconds since the last barrier that succeeded was sent; -1 if none did. */
  long barrierAgeMillis() {
    ReadPoint last = barriers.last();
    return last == null ? -1 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - last.sentNanos());
  }

  /**
   * Closes everything, within 15 s. The engine has been seen to hang then, so that is done beside;
   * what is still open at the end is as after a crash, which the next start can deal with.
   */
  void close() {
    fatal.disarm();
    Thread closer = new DaemonThreads("raft-close-" + node).newThread(() -> closeAll(closing));
    closer.start();
    try {
      closer.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS_MAX));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closer.isAlive()) {
      LOG.warn(
          "event=replica-close-late {} is not closed after {} s; left as it is",
          node,
          CLOSE_SECONDS_MAX);
    }
  }
}
