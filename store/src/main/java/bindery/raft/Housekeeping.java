package bindery.raft;

import bindery.store.BindingStore;
import bindery.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a replica does by itself, four times a second: hellos, every 5 s a barrier through the log,
 * Raft snapshots when the log has grown or time has passed, and what falls to the leader. One
 * thread, which nothing here blocks for long.
 */
final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final long BEAT_MILLIS = 250;
  private static final int BEATS_A_SECOND = 4;
  // How far beyond its usual size the log may grow for the sake of a copy under way, or into which
  // part of the room that is left, if that is more.
  private static final long LOG_GROWTH_MAX = 8;
  private static final long LOG_SHARE_OF_SPACE = 4;
  // Longer than word of a newcomer takes to all.
  private static final Duration DISOWNED_FOR = Duration.ofSeconds(3);
  private static final Duration BARRIER_EVERY = Duration.ofSeconds(5);

  private final ReplicaOptions options;
  private final DataFolder folder;
  private final DiskWatch disk;
  private final Peers peers;
  private final Admission admission;
  private final MemberExchange members;
  private final MemberClocks clocks;
  private final BindingStore store;
  private final BindingStateMachine machine;
  private final CheckpointSource checkpoints;
  private final CatchUp catchUp;
  private final Engine engine;
  private final Barriers barriers;
  private final Founding founding;
  private final JobDriver jobs;
  private final StandstillWatch standstill;
  private final Succession succession;
  private final ClockWatch clockWatch = new ClockWatch();
  private final Fatal fatal;
  private final ScheduledExecutorService timer;

  // The timer's thread alone, save the one that says otherwise.
  private volatile boolean isStarted;
  private @Nullable Long stoppedNanos; // since when the engine does not run
  private boolean isMember; // by the Raft configuration as this node has it
  private long beats;
  private long barrierNanos = System.nanoTime();
  private long snapshotNanos = System.nanoTime();
  private volatile boolean snapshotUnderWay; // set by the timer's thread, cleared by the engine's

  Housekeeping(
      ReplicaOptions options,
      DataFolder folder,
      DiskWatch disk,
      Peers peers,
      Admission admission,
      MemberExchange members,
      MemberClocks clocks,
      BindingStore store,
      BindingStateMachine machine,
      CheckpointSource checkpoints,
      CatchUp catchUp,
      Engine engine,
      Barriers barriers,
      Founding founding,
      JobDriver jobs,
      Fatal fatal,
      ScheduledExecutorService timer) {
    this.options = options;
    this.folder = folder;
    this.disk = disk;
    this.peers = peers;
    this.admission = admission;
    this.members = members;
    this.clocks = clocks;
    this.store = store;
    this.machine = machine;
    this.checkpoints = checkpoints;
    this.catchUp = catchUp;
    this.engine = engine;
    this.barriers = barriers;
    this.founding = founding;
    this.jobs = jobs;
    this.succession = new Succession(members::heard);
    this.standstill = new StandstillWatch(members::heard, options.electionTimeout());
    this.fatal = fatal;
    this.timer = timer;
  }

  /** Begins, for as long as the timer runs. */
  void start() {
    isStarted = true;
    var unused =
        timer.scheduleWithFixedDelay(this::safeBeat, 0, BEAT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Does at once what is due. Any thread. Before the start nothing is: the engine may lead, and not
   * run yet.
   */
  void beatNow() {
    if (!isStarted) {
      return;
    }
    try {
      timer.execute(this::safeBeat);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=housekeeping-over {}", e.toString());
    }
  }

  private void safeBeat() {
    try {
      beat();
    } catch (IOException e) {
      fatal.report("cannot write to the data folder " + folder.path(), e);
    } catch (StoreException e) {
      fatal.report("cannot read the rows in " + folder.store(), e);
    } catch (RuntimeException e) {
      LOG.warn("event=housekeeping-failed {}", e.toString(), e);
    }
  }

  private void beat() throws IOException {
    beats++;
    if (!engine.isRunning()) {
      findOutWhyStopped();
      return;
    }
    stoppedNanos = null;
    updateMembers();
    boolean second = beats % BEATS_A_SECOND == 1;
    if (second || !admission.admitted() || !clocks.isKnown()) {
      members.helloAll();
    }
    if (second) {
      everySecond();
    }
    if (engine.isLeaderReady()) {
      founding.ensure();
    }
    snapshotIfDue();
    jobs.beat();
  }

  private void updateMembers() {
    List<Member> now = engine.members();
    isMember = now.stream().anyMatch(member -> member.name().equals(options.node()));
    if (!now.isEmpty() && !now.equals(peers.members())) {
      peers.update(now);
    }
  }

  // The leader ends the engine of a member that was removed before anybody says so.
  private void findOutWhyStopped() {
    Long since = stoppedNanos;
    long now = System.nanoTime();
    if (since == null) {
      stoppedNanos = now;
    } else if (now - since > DISOWNED_FOR.toNanos()) {
      fatal.report("the Raft engine has stopped by itself; its log says why");
    }
    members.helloAll();
    tellIfRemoved(members.isDisownedByAllThatAnswer());
  }

  private void everySecond() throws IOException {
    leaveIfDiskIsUnfit(); // first: what follows may have to wait for that disk
    // A newcomer is brought up to date before it is a member.
    if (store.applied().index() >= 0 && admission.admitted() && isMember) {
      folder.mark(marker -> marker.withState(FolderMarker.State.JOINED));
    }
    forgetCopy();
    tellIfRemoved(members.isDisowned(DISOWNED_FOR));
    checkpoints.sweep();
    barrierIfDue();
    if (clocks.hearsMajority()) {
      clockWatch.look(clocks.offsetMillis());
    }
    clockWatch.lookWhetherItWaits(engine.isLeaderReady() && !clocks.isKnown());
    // One that waits to be added stands as long as that takes.
    if (isMember
        && standstill.isStuck(
            peers.others(), store.applied().index(), catchUp.isUnderWay(), System.nanoTime())) {
      fatal.report(
          "this node has stood at entry "
              + store.applied().index()
              + " for two minutes while others went on: it is to be started anew");
    }
    if (engine.isLeaderReady()) {
      standstill
          .look(peers.otherVoters(), engine.log().getLastCommittedIndex(), System.nanoTime())
          .ifPresent(this::handOverTo);
    } else {
      standstill.reset();
    }
  }

  // From the first committed entry behind a copy on the log is this node's own again, and what it
  // acknowledged stands in it: an empty one would be a lost one.
  private void forgetCopy() throws IOException {
    long copy = folder.marker().checkpoint();
    TermIndex last = engine.log().getLastEntryTermIndex();
    long committed = engine.log().getLastCommittedIndex();
    if (copy >= 0 && committed > copy && last != null && last.getIndex() >= committed) {
      folder.mark(marker -> marker.checkpoint() == copy ? marker.withCheckpoint(-1) : marker);
    }
  }

  /**
   * Ends this node for good if it was a member and is none any more.
   *
   * @param isDisowned whether the others say so
   */
  private void tellIfRemoved(boolean isDisowned) {
    if (!isDisowned || folder.marker().state() != FolderMarker.State.JOINED) {
      return;
    }
    try {
      folder.mark(marker -> marker.withState(FolderMarker.State.REMOVED));
    } catch (IOException e) {
      LOG.warn("event=member-mark-failed {}", e.toString());
    }
    fatal.report(DataFolder.removed(folder.path(), folder.marker().node()));
  }

  private void leaveIfDiskIsUnfit() {
    disk.tell();
    long free = disk.usableBytes();
    if (free >= 0 && free < DiskReserve.FLOOR_BYTES) {
      fatal.report(DiskReserve.tooLittle(folder.path(), free));
      return;
    }
    Optional<DiskWatch.Fault> fault = disk.fault();
    if (fault.isPresent() && engine.isLeaderReady()) {
      succession
          .name(peers.otherVoters(), engine.log().getLastCommittedIndex(), System.nanoTime())
          .ifPresent(
              successor -> {
                LOG.warn(
                    "event=leader-leaves {} shall lead instead: {}", successor, fault.get().text());
                handOverTo(successor);
              });
    }
  }

  private void handOverTo(String successor) {
    var unused =
        engine
            .handOver(successor)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warn("event=leader-stays {}", failure.toString());
                  }
                });
  }

  // Of the kind that is in the log, so that cluster time goes on in every node's rows.
  private void barrierIfDue() {
    long now = System.nanoTime();
    if (now - barrierNanos > BARRIER_EVERY.toNanos()) {
      barrierNanos = now;
      var unused =
          barriers
              .askLogged()
              .whenComplete(
                  (point, failure) -> {
                    if (failure != null) {
                      LOG.info("event=barrier-failed {}", failure.getMessage());
                    }
                  });
    }
  }

  // Were the log cut while a copy is on its way, what follows the copy could be gone when it
  // arrives, and a member that is behind would fetch copies for ever.
  private boolean isLogNeeded() {
    if (!checkpoints.isNeeded()) {
      return false;
    }
    long most =
        Math.max(
            LOG_GROWTH_MAX * options.snapshotLogBytes(),
            folder.path().toFile().getUsableSpace() / LOG_SHARE_OF_SPACE);
    return machine.octetsSinceFlush() < most;
  }

  private void snapshotIfDue() {
    long now = System.nanoTime();
    boolean grown = machine.octetsSinceFlush() >= options.snapshotLogBytes();
    boolean old = now - snapshotNanos > options.snapshotInterval().toNanos();
    if (snapshotUnderWay || !(grown || old) || isLogNeeded()) {
      return;
    }
    snapshotNanos = now;
    if (store.applied().index() <= store.flushed().index()) {
      return;
    }
    snapshotUnderWay = true;
    var unused =
        engine
            .snapshot()
            .whenComplete(
                (index, failure) -> {
                  snapshotUnderWay = false;
                  if (failure != null) {
                    LOG.warn("event=snapshot-failed {}", failure.toString());
                  }
                });
  }
}
