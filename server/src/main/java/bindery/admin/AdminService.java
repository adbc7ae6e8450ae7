package bindery.admin;

import bindery.feed.GrpcErrors;
import bindery.feed.OneCommand;
import bindery.log.v1.Command;
import bindery.log.v1.Feeder;
import bindery.log.v1.Job;
import bindery.log.v1.SetCluster;
import bindery.log.v1.Settings;
import bindery.log.v1.Source;
import bindery.model.Bytes;
import bindery.raft.MemberChange;
import bindery.raft.Replica;
import bindery.raft.ReplicaStatus;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import bindery.store.StoreVerifier;
import bindery.store.StoreView;
import bindery.v1.AdminGrpc;
import bindery.v1.BeginHashRequest;
import bindery.v1.BeginHashResponse;
import bindery.v1.ChangeMembersRequest;
import bindery.v1.ChangeMembersResponse;
import bindery.v1.FeederStatus;
import bindery.v1.FinalizeUpgradeRequest;
import bindery.v1.FinalizeUpgradeResponse;
import bindery.v1.FlushRequest;
import bindery.v1.FlushResponse;
import bindery.v1.HashRequest;
import bindery.v1.HashResponse;
import bindery.v1.JobStatus;
import bindery.v1.MemberStatus;
import bindery.v1.ProveRequest;
import bindery.v1.ProveResponse;
import bindery.v1.Role;
import bindery.v1.SaveSnapshotRequest;
import bindery.v1.SetSettingsRequest;
import bindery.v1.SetSettingsResponse;
import bindery.v1.SnapshotChunk;
import bindery.v1.SourceStatus;
import bindery.v1.StatusRequest;
import bindery.v1.StatusResponse;
import bindery.v1.VerifyRequest;
import bindery.v1.VerifyResponse;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC service {@code bindery.v1.Admin} of one node. Closed before its replica. */
public final class AdminService extends AdminGrpc.AdminImplBase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminService.class);

  private final Replica replica;
  private final NodeFacts facts;
  private final ContentHashes hashes;
  private final SnapshotSender snapshots;
  private final Proofs proofs;
  // A verification reads every row: one at a time.
  private final Semaphore verifying = new Semaphore(1);

  /** The service of the node that the replica and the facts are of. */
  public AdminService(Replica replica, NodeFacts facts) {
    this.replica = replica;
    this.facts = facts;
    hashes = new ContentHashes(replica, facts.node());
    snapshots = new SnapshotSender(replica);
    proofs = new Proofs(replica, facts);
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> response) {
    StatusResponse.Builder status = StatusResponse.newBuilder();
    describeNode(status);
    describeReplica(status, replica.status());
    describeStore(status, replica.store());
    response.onNext(status.build());
    response.onCompleted();
  }

  private void describeNode(StatusResponse.Builder status) {
    status
        .setNode(facts.node())
        .setVersion(facts.version())
        .setLeasequeryConnections(facts.connections().getAsInt())
        .setLeasequeryAnswers(facts.answers().getAsInt())
        .addAllWarnings(facts.warnings().get());
  }

  private static void describeReplica(StatusResponse.Builder status, ReplicaStatus replica) {
    status
        .setRole(role(replica.role()))
        .setTerm(replica.term())
        .setLeader(replica.leader())
        .setCommittedIndex(Math.max(0, replica.committedIndex()))
        .setSnapshotIndex(Math.max(0, replica.snapshotIndex()))
        .setLogStartIndex(Math.max(0, replica.logStartIndex()))
        .setLogBytes(replica.logBytes())
        .setBarrierAgeMillis(replica.barrierAgeMillis())
        .setClockOffsetMillis(replica.clockOffsetMillis());
    ClockText.warning(replica.clockOffsetMillis()).ifPresent(status::addWarnings);
    for (ReplicaStatus.MemberStatus member : replica.members()) {
      MemberStatus.Builder told =
          MemberStatus.newBuilder()
              .setName(member.member().name())
              .setRaftAddress(member.member().address())
              .setMatchIndex(Math.max(0, member.matchIndex()))
              .setAppliedIndex(member.appliedIndex())
              .setHeardMillis(member.heardMillis())
              .setLearner(member.member().isLearner())
              .setSelf(member.self());
      member.clockOffsetMillis().ifPresent(told::setClockOffsetMillis);
      status.addMembers(told);
    }
  }

  private void describeStore(StatusResponse.Builder status, BindingStore store) {
    try (StoreView view = store.view()) {
      status
          .setRevision(Math.max(0, view.revision()))
          .setClusterTimeMillis(view.clusterTimeMillis())
          .setLevel(view.level())
          .setLevelSupported(store.levelSupported())
          .setCluster(view.cluster().orElse(""))
          .setIncarnation(octets(view.incarnation()))
          .setLinks(view.topology().links().size())
          .setBindingsEstimate(view.bindingsEstimate())
          .setStoreBytes(store.sizeBytes());
      view.clusterDuid().ifPresent(duid -> status.setClusterDuid(octets(duid.octets())));
      List<SourceWarning> warnings = SourceWarnings.of(view);
      for (Source source : view.sources()) {
        status.addSources(source(source, view.isSilent(source), warnings));
        if (source.getPartlyFed()) {
          status.addWarnings(
              "source "
                  + source.getName()
                  + " was fed in part: no answer is empty until it has told all it holds"
                  + " (see to what was rejected, and feed it whole again)");
        }
      }
      warnings.forEach(warning -> status.addWarnings(warning.text()));
      for (Job job : view.jobs()) {
        JobStatus told = JobText.status(job);
        status.addJobs(told);
        if (told.getKind() == JobStatus.Kind.SWEEP_HELD) {
          status.addWarnings(JobText.warning(told));
        }
      }
      Settings settings = view.settingsInForce();
      status.putAllSettings(SettingsText.values(settings));
      status.addAllWarnings(SettingsText.differences(settings, facts.given()));
    }
  }

  private static SourceStatus source(
      Source source, boolean isSilent, List<SourceWarning> warnings) {
    SourceStatus.Builder status =
        SourceStatus.newBuilder()
            .setName(source.getName())
            .setLastItemMillis(source.getLastItemMillis())
            .setFed(source.getFed())
            .setPartlyFed(source.getPartlyFed())
            .setAhead(source.getAhead())
            .setSilent(isSilent);
    warnings.stream()
        .filter(warning -> warning.sources().contains(source.getName()))
        .forEach(warning -> status.addWarnings(warning.kind().label()));
    if (source.hasSkewMillis()) {
      status.setSkewMillis(source.getSkewMillis());
    }
    for (Feeder feeder : source.getFeedersList()) {
      status.addFeeders(
          FeederStatus.newBuilder()
              .setName(feeder.getName())
              .setEpoch(feeder.getEpoch())
              .setSession(feeder.getSession())
              .setLastSequence(feeder.getLastSequence())
              .setSyncOpen(feeder.getSyncOpen()));
    }
    return status.build();
  }

  private static Role role(ReplicaStatus.Role role) {
    return switch (role) {
      case FOLLOWER -> Role.FOLLOWER;
      case CANDIDATE -> Role.CANDIDATE;
      case LEADER -> Role.LEADER;
      case LEARNER -> Role.LEARNER;
      case NOT_SERVING -> Role.NOT_SERVING;
    };
  }

  private static ByteString octets(Bytes bytes) {
    return ByteString.copyFrom(bytes.toArray());
  }

  @Override
  public void prove(ProveRequest request, StreamObserver<ProveResponse> response) {
    proofs.prove(response);
  }

  @Override
  public void flush(FlushRequest request, StreamObserver<FlushResponse> response) {
    // The response is the only one to be told.
    var unused =
        replica
            .snapshot()
            .whenComplete(
                (AppliedIndex flushed, Throwable failure) -> {
                  if (failure == null) {
                    response.onNext(
                        FlushResponse.newBuilder()
                            .setSnapshotIndex(Math.max(0, flushed.index()))
                            .build());
                    response.onCompleted();
                  } else {
                    LOG.error("event=flush_failed", failure);
                    response.onError(
                        Status.UNAVAILABLE
                            .withDescription("the flush failed: " + failure.getMessage())
                            .asException());
                  }
                });
  }

  @Override
  public void verify(VerifyRequest request, StreamObserver<VerifyResponse> response) {
    if (!verifying.tryAcquire()) {
      response.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription("a verification runs already; ask again when it is done")
              .asException());
      return;
    }
    try (StoreView view = replica.store().view()) {
      StoreVerifier.Report report = StoreVerifier.verify(view);
      report.faults().forEach(fault -> LOG.error("event=store_fault {}", fault));
      response.onNext(
          VerifyResponse.newBuilder()
              .setRevision(Math.max(0, report.revision()))
              .setBindings(report.bindings())
              .setLeases(report.leases())
              .addAllFaults(report.faults())
              .setContentHash(octets(report.contentHash()))
              .build());
      response.onCompleted();
    } finally {
      verifying.release();
    }
  }

  @Override
  public void beginHash(BeginHashRequest request, StreamObserver<BeginHashResponse> response) {
    hashes.begin(response);
  }

  @Override
  public void hash(HashRequest request, StreamObserver<HashResponse> response) {
    hashes.hash(request, response);
  }

  @Override
  public void finalizeUpgrade(
      FinalizeUpgradeRequest request, StreamObserver<FinalizeUpgradeResponse> response) {
    // The response is the only one to be told.
    var unused =
        replica
            .upgradeLevel()
            .whenComplete(
                (upgrade, failure) -> {
                  if (failure != null) {
                    response.onError(GrpcErrors.of(failure).asRuntimeException());
                  } else if (!upgrade.obstacles().isEmpty()) {
                    response.onError(
                        Status.FAILED_PRECONDITION
                            .withDescription(
                                "the cluster stays at level "
                                    + upgrade.level()
                                    + ": "
                                    + String.join("; ", upgrade.obstacles())
                                    + ". Have every member up with the newer program, then ask"
                                    + " again")
                            .asRuntimeException());
                  } else {
                    LOG.info(
                        "event=level_finalized level={} raised={}",
                        upgrade.level(),
                        upgrade.isRaised());
                    response.onNext(
                        FinalizeUpgradeResponse.newBuilder()
                            .setNode(facts.node())
                            .setLevel(upgrade.level())
                            .setLevelSupported(upgrade.levelSupported())
                            .setRaised(upgrade.isRaised())
                            .build());
                    response.onCompleted();
                  }
                });
  }

  @Override
  public void setSettings(
      SetSettingsRequest request, StreamObserver<SetSettingsResponse> response) {
    try {
      OneCommand.propose(
          replica::propose,
          Command.newBuilder()
              .setSetCluster(SetCluster.newBuilder().setSettings(SettingsText.checked(request))),
          response,
          result -> {
            LOG.info("event=settings_changed revision={} {}", result.getRevision(), request);
            return SetSettingsResponse.newBuilder().setRevision(result.getRevision()).build();
          });
    } catch (IllegalArgumentException e) {
      response.onError(
          Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    }
  }

  @Override
  public void changeMembers(
      ChangeMembersRequest request, StreamObserver<ChangeMembersResponse> response) {
    MemberChange change;
    try {
      change = MemberChangeText.read(request);
    } catch (IllegalArgumentException e) {
      response.onError(
          Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    // The response is the only one to be told.
    var unused =
        replica
            .change(change)
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    response.onNext(ChangeMembersResponse.getDefaultInstance());
                    response.onCompleted();
                  } else {
                    response.onError(MemberChangeText.failure(failure).asRuntimeException());
                  }
                });
  }

  @Override
  public void saveSnapshot(SaveSnapshotRequest request, StreamObserver<SnapshotChunk> response) {
    snapshots.save(request, (ServerCallStreamObserver<SnapshotChunk>) response);
  }

  /** Ends what is under way on threads of its own. */
  @Override
  public void close() {
    proofs.close();
    snapshots.close();
    hashes.close();
  }
}
