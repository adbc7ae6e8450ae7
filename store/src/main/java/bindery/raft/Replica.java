package bindery.raft;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import bindery.store.ReadPoint;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * This node's share of the Raft group: its log, its state machine and its store.
 *
 * <p>Free of process-wide state, so that a process can hold several. All methods may be called from
 * any thread and none blocks, save {@link #start} and {@link #close}.
 */
public final class Replica implements AutoCloseable {
  private Replica() {}

  /** The most octets of one encoded command. */
  public static final int COMMAND_BYTES_MAX = 256 << 10;

  /**
   * Opens the data folder and joins the group. If this node's rows are missing or older than its
   * own log while its Raft folder is intact, first fetches a checkpoint from a peer.
   *
   * @param onFatal told once, with the reason, when the replica cannot go on (a full disk, a closed
   *     log, a corrupt row); the process should end then
   * @throws IOException if the folder cannot be used: empty under a known member name, another
   *     cluster's, in use, corrupt. The message says what to do
   */
  public static Replica start(ReplicaOptions options, java.util.function.Consumer<String> onFatal)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Proposes a command, at whichever node leads.
   *
   * @param command without its stamp; at most {@link #COMMAND_BYTES_MAX} octets encoded
   * @return what applying it answered; fails with a {@link ProposalException}
   */
  public CompletableFuture<Result> propose(Command command) {
    throw new UnsupportedOperationException();
  }

  /**
   * Proves that this node has applied everything acknowledged before the call. Calls that arrive
   * while a barrier is in flight share the next one.
   *
   * @return fails with a {@link ProposalException} if no majority answered within the barrier
   *     time-out
   */
  public CompletableFuture<ReadPoint> barrier() {
    throw new UnsupportedOperationException();
  }

  /** The store, for reading. Closed by this replica. */
  public BindingStore store() {
    throw new UnsupportedOperationException();
  }

  /** What this node knows of the group now. */
  public ReplicaStatus status() {
    throw new UnsupportedOperationException();
  }

  /** Flushes the store and takes a Raft snapshot, whatever the triggers say. */
  public CompletableFuture<AppliedIndex> snapshot() {
    throw new UnsupportedOperationException();
  }

  /** Leaves the group and closes store and log, within 15 s. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
