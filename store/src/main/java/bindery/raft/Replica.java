package bindery.raft;

import bindery.log.v1.Barrier;
import bindery.log.v1.Command;
import bindery.log.v1.Result;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import bindery.store.ReadPoint;
import bindery.store.StoreException;
import bindery.store.StoreView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * This node's share of the Raft group: its log, its state machine and its store.
 *
 * <p>Free of process-wide state, so that a process can hold several. All methods may be called from
 * any thread and none blocks, save {@link #start} and {@link #close}. What is returned as a future
 * is completed on a thread of this replica, which must not be blocked.
 *
 * <p>The process must run with {@code -Djava.util.concurrent.ForkJoinPool.common.parallelism=8}: on
 * two cores or less the engine would otherwise start a thread for each message.
 */
public final class Replica implements AutoCloseable {
  /** The most octets of one encoded command. */
  public static final int COMMAND_BYTES_MAX = 256 << 10;

  private static final SecureRandom TOKENS = new SecureRandom();

  private final ReplicaParts parts;

  private Replica(ReplicaParts parts) {
    this.parts = parts;
  }

  /**
   * Opens the data folder and joins the group. If this node's rows are missing or older than its
   * own log while its Raft folder is intact, first fetches a checkpoint from a peer.
   *
   * <p>Returns without waiting for the other members: until a majority is up there is no leader.
   *
   * @param onFatal told once, with the reason, when the replica cannot go on (a full disk, a closed
   *     log, a corrupt row, a data folder that another member does not recognize); the process
   *     should end then
   * @throws IOException if the folder cannot be used: empty under a known member name, another
   *     cluster's, in use, corrupt; or the port cannot be bound. The message says what to do
   */
  public static Replica start(ReplicaOptions options, Consumer<String> onFatal) throws IOException {
    return start(options, onFatal, Proposals.PATIENCE, FolderProbe::new, InstantSource.system());
  }

  /**
   * As above, with proposals tried for another while than 10 s, another way to try the disk of the
   * folder given, and another wall clock.
   */
  static Replica start(
      ReplicaOptions options,
      Consumer<String> onFatal,
      Duration patience,
      Function<Path, DiskProbe> probe,
      InstantSource clock)
      throws IOException {
    try {
      return new Replica(ReplicaParts.start(options, new Fatal(onFatal), patience, probe, clock));
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Ends this replica as one whose rows cannot be trusted, as was found by reading them. */
  public void distrust(StoreException found) {
    parts.fatal().report("the rows cannot be trusted", found);
  }

  /**
   * Proposes a command, at whichever node leads. Tried again, for at most 10 s, while nobody leads,
   * the leader changes or has not heard the clocks of a majority yet. A command that was sent twice
   * is applied once, unless whoever leads by then was started, or got a copy, within those 10 s: so
   * a command must bear to be applied twice, as the feed's does by its sequences.
   *
   * @param command without its stamp; at most {@link #COMMAND_BYTES_MAX} octets encoded
   * @return what applying it answered; fails with a {@link ProposalException}. At most 64 are in
   *     flight, further ones fail as overloaded. Those proposed one after the other are mostly, but
   *     not always, applied in that order
   */
  public CompletableFuture<Result> propose(Command command) {
    return parts.proposals().propose(command);
  }

  /**
   * Proves that this node has applied everything acknowledged before the call. Calls that arrive
   * while a barrier is in flight share the next one.
   *
   * @return fails with a {@link ProposalException} if no majority answered within the barrier
   *     time-out
   */
  public CompletableFuture<ReadPoint> barrier() {
    return parts.barriers().ask();
  }

  /**
   * As {@link #barrier}, by an entry of the log: what is applied behind it is not earlier than the
   * point's cluster time, whoever leads then, and a majority has written to its disk.
   */
  public CompletableFuture<ReadPoint> loggedBarrier() {
    return parts.barriers().askLogged();
  }

  /**
   * Has every node keep a snapshot of its rows as of one revision, for a minute, so that they can
   * be compared. A node keeps two: an older one gives way. Fails as {@link #propose}.
   */
  public CompletableFuture<KeptRevision> keep() {
    long token = TOKENS.nextLong() | 1; // never 0
    return propose(
            Command.newBuilder()
                .setLevel(1)
                .setBarrier(Barrier.newBuilder().setKeep(token))
                .build())
        .thenApply(result -> new KeptRevision(token, result.getRevision()));
  }

  /**
   * What this node keeps of that revision; empty if it has not come so far, keeps it no longer, was
   * started since, or got its rows from another node. Closed by this replica, at any time: whoever
   * begins to read it then goes on.
   */
  public Optional<StoreView> kept(KeptRevision asked) {
    return parts.kept().find(asked);
  }

  /**
   * Waits until this node has applied that revision.
   *
   * @return fails with a {@link java.util.concurrent.TimeoutException} if it has not in time
   */
  public CompletableFuture<Void> awaitApplied(long revision, Duration patience) {
    return parts.kept().awaitApplied(revision, patience);
  }

  /**
   * Raises the level whose rules the cluster follows by one, if every member's program knows the
   * next. From then on a node with an older program stops by name.
   *
   * @return what came of it; fails as {@link #barrier} and {@link #propose}
   */
  public CompletableFuture<LevelUpgrade> upgradeLevel() {
    return barrier().thenCompose(unused -> LevelUpgrade.attempt(parts));
  }

  /**
   * Changes who the members are, or who leads, at whichever node leads. Takes as long as a newcomer
   * needs to come near the end of the log.
   *
   * @return fails with a {@link ProposalException}: {@code REFUSED} if the cluster could not go on
   *     with it, or it makes no sense; then nothing was changed, save that a newcomer that was to
   *     replace another may be a learner by then
   */
  public CompletableFuture<Void> change(MemberChange change) {
    return parts.changes().ask(change);
  }

  /**
   * Writes a {@link SnapshotFile} of this node's rows as they are now. Blocks for reading all of
   * them; entries may be applied meanwhile, of which it holds none. Needs room for a copy by hard
   * links.
   *
   * @param begun told what it holds, before the first octet
   * @throws IOException if it cannot be read, or {@code out} takes no more
   * @throws StoreException if no copy can be made
   */
  public void writeSnapshot(Consumer<AppliedIndex> begun, OutputStream out) throws IOException {
    Path copy = parts.folder().tmp().resolve("save-" + Long.toHexString(TOKENS.nextLong() >>> 1));
    try {
      AppliedIndex at = store().checkpoint(copy);
      begun.accept(at);
      SnapshotFile.write(
          copy, new SnapshotFile.Manifest(parts.folder().marker().cluster(), at), out);
    } finally {
      DurableFiles.delete(copy);
    }
  }

  /** The store, for reading. Closed by this replica. */
  public BindingStore store() {
    return parts.store();
  }

  /** What this node knows of the group now. */
  public ReplicaStatus status() {
    return StatusView.of(parts);
  }

  /** What it has counted since its start. */
  public ReplicaCounts counts() {
    return new ReplicaCounts(
        parts.events().leaderChanges(),
        parts.proposals().counts().commits(),
        parts.proposals().counts().failed(),
        Duration.ofNanos(parts.machine().flushAgeNanos()));
  }

  /**
   * Flushes the store and takes a Raft snapshot, whatever the triggers say.
   *
   * @return what is on disk for good then
   */
  public CompletableFuture<AppliedIndex> snapshot() {
    return parts
        .engine()
        .snapshot()
        .thenApplyAsync(index -> parts.store().flushed(), parts.answers());
  }

  /** For this package alone. */
  ReplicaParts parts() {
    return parts;
  }

  /** Has another member lead if this one does, then closes log and store; within 20 s. */
  @Override
  public void close() {
    parts.handOver().leave();
    parts.close();
  }
}
