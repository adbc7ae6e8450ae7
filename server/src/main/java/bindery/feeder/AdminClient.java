package bindery.feeder;

import bindery.feeder.ServerList.Effect;
import bindery.v1.AdminGrpc;
import bindery.v1.BeginHashRequest;
import bindery.v1.BeginHashResponse;
import bindery.v1.ChangeMembersRequest;
import bindery.v1.ChangeMembersResponse;
import bindery.v1.FinalizeUpgradeRequest;
import bindery.v1.FinalizeUpgradeResponse;
import bindery.v1.FlushRequest;
import bindery.v1.FlushResponse;
import bindery.v1.HashRequest;
import bindery.v1.HashResponse;
import bindery.v1.ProveRequest;
import bindery.v1.ProveResponse;
import bindery.v1.SaveSnapshotRequest;
import bindery.v1.SetSettingsRequest;
import bindery.v1.SetSettingsResponse;
import bindery.v1.SnapshotChunk;
import bindery.v1.StatusRequest;
import bindery.v1.StatusResponse;
import bindery.v1.VerifyRequest;
import bindery.v1.VerifyResponse;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks one node how it is: the first of the servers that can be reached. Every call blocks, at most
 * its deadline for each server that it tries. Any thread.
 */
public final class AdminClient {
  private static final long SNAPSHOT_HOURS_MAX = 12;

  private final ServerList servers;
  private final Duration deadline;

  /**
   * Over those servers.
   *
   * @param deadline for one call at one server; {@link #verify} and {@link #hash} read the whole
   *     store within it
   */
  public AdminClient(ServerList servers, Duration deadline) {
    this.servers = servers;
    this.deadline = deadline;
  }

  private AdminGrpc.AdminBlockingStub stub(Channel channel) {
    return AdminGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * What the node knows of itself, its cluster and its members.
   *
   * @throws ApiException if no server answers
   */
  public StatusResponse status() throws ApiException, InterruptedException {
    return servers.call(
        Effect.READS,
        deadline,
        channel -> stub(channel).status(StatusRequest.getDefaultInstance()));
  }

  /**
   * Has the node prove that it commits and reads; where it cannot, the answer has the fault.
   *
   * @throws ApiException if no server answers
   */
  public ProveResponse prove() throws ApiException, InterruptedException {
    return servers.call(
        Effect.READS, deadline, channel -> stub(channel).prove(ProveRequest.getDefaultInstance()));
  }

  /**
   * Makes the node write its memory tables to disk and take a Raft snapshot.
   *
   * @throws ApiException if no server answers, or it could not
   */
  public FlushResponse flush() throws ApiException, InterruptedException {
    return servers.call(
        Effect.CHANGES,
        deadline,
        channel -> stub(channel).flush(FlushRequest.getDefaultInstance()));
  }

  /**
   * Makes the node prove that its rows and indexes agree.
   *
   * @throws ApiException if no server answers
   */
  public VerifyResponse verify() throws ApiException, InterruptedException {
    return servers.call(
        Effect.READS,
        deadline,
        channel -> stub(channel).verify(VerifyRequest.getDefaultInstance()));
  }

  /**
   * Has every node keep a snapshot of its rows as of one revision.
   *
   * @throws ApiException if no server answers, or none has a majority
   */
  public BeginHashResponse beginHash() throws ApiException, InterruptedException {
    return servers.call(
        Effect.READS,
        deadline,
        channel -> stub(channel).beginHash(BeginHashRequest.getDefaultInstance()));
  }

  /**
   * The hash of the snapshot that the node keeps; it is read whole within the deadline.
   *
   * @throws ApiException {@code NOT_FOUND} if it keeps it no more; {@code UNREACHABLE} also if it
   *     has not come so far
   */
  public HashResponse hash(BeginHashResponse begun) throws ApiException, InterruptedException {
    HashRequest request =
        HashRequest.newBuilder()
            .setToken(begun.getToken())
            .setRevision(begun.getRevision())
            .build();
    return servers.call(Effect.READS, deadline, channel -> stub(channel).hash(request));
  }

  /**
   * Has the cluster follow the rules of the next level.
   *
   * @throws ApiException {@code REFUSED} if a member cannot follow, with each by name
   */
  public FinalizeUpgradeResponse finalizeUpgrade() throws ApiException, InterruptedException {
    return servers.call(
        Effect.CHANGES_ONCE,
        deadline,
        channel -> stub(channel).finalizeUpgrade(FinalizeUpgradeRequest.getDefaultInstance()));
  }

  /**
   * Changes the settings that are given.
   *
   * @throws ApiException {@code REFUSED} if one is out of its range
   */
  public SetSettingsResponse setSettings(SetSettingsRequest request)
      throws ApiException, InterruptedException {
    return servers.call(Effect.CHANGES, deadline, channel -> stub(channel).setSettings(request));
  }

  /**
   * Changes who the members are, or who leads.
   *
   * @throws ApiException {@code REFUSED} if the cluster could not go on with it; {@code
   *     UNKNOWN_OUTCOME} if it was not done in time, or nobody can say
   */
  public ChangeMembersResponse changeMembers(ChangeMembersRequest request)
      throws ApiException, InterruptedException {
    return servers.call(
        Effect.CHANGES_ONCE, deadline, channel -> stub(channel).changeMembers(request));
  }

  /**
   * Has the node send a snapshot of its rows. The deadline is for reaching it; the snapshot takes
   * as long as it needs, at most {@value #SNAPSHOT_HOURS_MAX} h.
   *
   * @param isLocal whether the node is not to ask a majority first
   * @param sink takes the octets in their order; what it throws ends the call
   * @return the revision that the snapshot holds
   * @throws ApiException if no server answers, or it broke off
   */
  public long saveSnapshot(boolean isLocal, Consumer<ByteString> sink)
      throws ApiException, InterruptedException {
    SaveSnapshotRequest request = SaveSnapshotRequest.newBuilder().setLocal(isLocal).build();
    return servers.call(
        Effect.READS,
        deadline,
        channel -> {
          long revision = 0;
          try {
            Iterator<SnapshotChunk> chunks =
                AdminGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(SNAPSHOT_HOURS_MAX, TimeUnit.HOURS)
                    .saveSnapshot(request);
            while (chunks.hasNext()) {
              SnapshotChunk chunk = chunks.next();
              revision = chunk.getRevision();
              sink.accept(chunk.getOctets());
            }
          } catch (StatusRuntimeException e) {
            if (revision == 0) {
              throw e;
            }
            // Another server must not go on where this one broke off.
            throw Status.ABORTED
                .withDescription("the snapshot broke off: " + e.getMessage())
                .withCause(e)
                .asRuntimeException();
          }
          return revision;
        });
  }
}
