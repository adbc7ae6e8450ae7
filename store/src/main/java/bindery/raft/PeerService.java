package bindery.raft;

import bindery.log.v1.Command;
import bindery.peer.v1.Checkpoint;
import bindery.peer.v1.Chunk;
import bindery.peer.v1.FetchChunk;
import bindery.peer.v1.HelloReply;
import bindery.peer.v1.HelloRequest;
import bindery.peer.v1.Identity;
import bindery.peer.v1.InviteReply;
import bindery.peer.v1.InviteRequest;
import bindery.peer.v1.OpenCheckpoint;
import bindery.peer.v1.Progress;
import bindery.peer.v1.ProposeReply;
import bindery.peer.v1.ProposeReply.Outcome;
import bindery.peer.v1.ProposeRequest;
import bindery.peer.v1.ReadIndexReply;
import bindery.peer.v1.ReadIndexRequest;
import bindery.peer.v1.ReconfigureReply;
import bindery.peer.v1.ReconfigureRequest;
import bindery.peer.v1.ReleaseCheckpoint;
import bindery.peer.v1.Released;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * What this node answers to the other members on its Raft port, beside Raft itself. Called on the
 * port's own threads, which may block.
 */
final class PeerService implements GrpcServices.Customizer {
  // Room for the other's barriers beside the proposals of its users.
  private static final int RELAYED_MAX = Proposals.IN_FLIGHT_MAX + 16;

  private final Admission admission;
  private final CheckpointSource checkpoints;
  private final Supplier<Progress> progress;
  private final MemberClocks clocks;
  private final PeerSecurity security;
  private final boolean isJoining;
  private volatile @Nullable Proposals proposals;
  private volatile @Nullable Membership membership;
  private volatile @Nullable Supplier<Optional<ReadIndexReply>> readIndexes;

  PeerService(
      Admission admission,
      CheckpointSource checkpoints,
      Supplier<Progress> progress,
      MemberClocks clocks,
      PeerSecurity security,
      boolean isJoining) {
    this.admission = admission;
    this.checkpoints = checkpoints;
    this.progress = progress;
    this.clocks = clocks;
    this.security = security;
    this.isJoining = isJoining;
  }

  /** From now on proposals, changes of members and questions are taken from the others. */
  void serve(
      Proposals ownProposals,
      Membership ownMembership,
      Supplier<Optional<ReadIndexReply>> ownReadIndexes) {
    proposals = ownProposals;
    membership = ownMembership;
    readIndexes = ownReadIndexes;
  }

  @Override
  public NettyServerBuilder customize(NettyServerBuilder server, EnumSet<GrpcServices.Type> types) {
    if (!types.contains(GrpcServices.Type.SERVER)) {
      return server;
    }
    // The one added last is asked first: the name, then the gate.
    server.addService(definition()).intercept(admission);
    return security.secure(server);
  }

  private ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(PeerMethods.SERVICE)
        .addMethod(PeerMethods.HELLO, ServerCalls.asyncUnaryCall(this::hello))
        .addMethod(PeerMethods.PROPOSE, ServerCalls.asyncBidiStreamingCall(this::propose))
        .addMethod(PeerMethods.READ_INDEX, ServerCalls.asyncUnaryCall(this::readIndex))
        .addMethod(PeerMethods.OPEN_CHECKPOINT, ServerCalls.asyncUnaryCall(this::openCheckpoint))
        .addMethod(PeerMethods.FETCH_CHUNK, ServerCalls.asyncUnaryCall(this::fetchChunk))
        .addMethod(PeerMethods.RELEASE_CHECKPOINT, ServerCalls.asyncUnaryCall(this::release))
        .addMethod(PeerMethods.INVITE, ServerCalls.asyncUnaryCall(this::invite))
        .addMethod(PeerMethods.RECONFIGURE, ServerCalls.asyncUnaryCall(this::reconfigure))
        .build();
  }

  private void hello(HelloRequest request, StreamObserver<HelloReply> reply) {
    try {
      reply.onNext(
          HelloReply.newBuilder()
              .setVerdict(admission.receive(request.getIdentity()))
              .setIdentity(admission.identity())
              .setProgress(progress.get())
              .setWallMillis(clocks.ownMillis())
              .build());
      reply.onCompleted();
    } catch (IOException e) {
      reply.onError(failure(Status.INTERNAL, e));
    }
  }

  private StreamObserver<ProposeRequest> propose(StreamObserver<ProposeReply> replies) {
    return new Relay(replies);
  }

  /** One member's proposals for this node's log. */
  private final class Relay implements StreamObserver<ProposeRequest> {
    private final StreamObserver<ProposeReply> replies;
    private final AtomicInteger inFlight = new AtomicInteger();
    private boolean halfClosed;
    private boolean over;

    Relay(StreamObserver<ProposeReply> replies) {
      this.replies = replies;
      // Without it, an answer to a caller that is gone would throw on the log's threads.
      ((ServerCallStreamObserver<ProposeReply>) replies).setOnCancelHandler(() -> {});
    }

    @Override
    public void onNext(ProposeRequest request) {
      Proposals own = proposals;
      if (own == null) {
        answer(request, Outcome.NOT_TAKEN, "this member is starting");
        return;
      }
      if (request.getCommand().size() > Replica.COMMAND_BYTES_MAX) {
        answer(
            request,
            Outcome.REFUSED,
            "a command of "
                + request.getCommand().size()
                + " octets (expected at most "
                + Replica.COMMAND_BYTES_MAX
                + ")");
        return;
      }
      if (request.getClient().size() != 16) {
        answer(
            request,
            Outcome.REFUSED,
            "a client of " + request.getClient().size() + " octets (expected 16)");
        return;
      }
      if (inFlight.incrementAndGet() > RELAYED_MAX) {
        inFlight.decrementAndGet();
        answer(request, Outcome.OVERLOADED, "more than " + RELAYED_MAX + " in flight");
        return;
      }
      try {
        own.relay(request, Command.parseFrom(request.getCommand()), this::answerRelayed);
      } catch (InvalidProtocolBufferException e) {
        inFlight.decrementAndGet();
        answer(request, Outcome.REFUSED, "no command of this program's grammar: " + e.getMessage());
      }
    }

    private void answer(ProposeRequest request, Outcome outcome, String message) {
      send(
          ProposeReply.newBuilder()
              .setCall(request.getCall())
              .setOutcome(outcome)
              .setMessage(message)
              .build());
    }

    // Answers come from the log's threads in any order; a stream takes one at a time.
    private synchronized void send(ProposeReply reply) {
      if (!over) {
        replies.onNext(reply);
      }
    }

    private synchronized void answerRelayed(ProposeReply reply) {
      send(reply);
      if (inFlight.decrementAndGet() == 0 && halfClosed) {
        complete();
      }
    }

    private void complete() {
      if (!over) {
        over = true;
        replies.onCompleted();
      }
    }

    @Override
    public synchronized void onError(Throwable error) {
      over = true;
    }

    @Override
    public synchronized void onCompleted() {
      halfClosed = true;
      if (inFlight.get() == 0) {
        complete();
      }
    }
  }

  private void readIndex(ReadIndexRequest request, StreamObserver<ReadIndexReply> reply) {
    Identity self = admission.identity();
    if (!request.getCluster().equals(self.getCluster())
        || !request.getNode().equals(self.getNode())) {
      reply.onError(
          Status.FAILED_PRECONDITION
              .withDescription(
                  "this is "
                      + self.getNode()
                      + " of cluster "
                      + self.getCluster()
                      + " (expected "
                      + request.getNode()
                      + " of "
                      + request.getCluster()
                      + ")")
              .asRuntimeException());
      return;
    }
    Supplier<Optional<ReadIndexReply>> own = readIndexes;
    Optional<ReadIndexReply> answer = own == null ? Optional.empty() : own.get();
    if (answer.isEmpty()) {
      reply.onError(
          Status.UNAVAILABLE.withDescription("this member is starting").asRuntimeException());
      return;
    }
    reply.onNext(answer.get());
    reply.onCompleted();
  }

  private void openCheckpoint(OpenCheckpoint request, StreamObserver<Checkpoint> reply) {
    try {
      String node = request.getIdentity().getNode();
      if (node.equals(admission.identity().getNode())
          || admission.receive(request.getIdentity()) != HelloReply.Verdict.WELCOME) {
        reply.onError(
            Status.PERMISSION_DENIED
                .withDescription("no copy for " + node + ": not another member as known here")
                .asRuntimeException());
        return;
      }
      reply.onNext(checkpoints.open(request));
      reply.onCompleted();
    } catch (CheckpointSource.RefusedException e) {
      reply.onError(failure(Status.FAILED_PRECONDITION, e));
    } catch (IOException | RuntimeException e) {
      reply.onError(failure(Status.INTERNAL, e));
    }
  }

  private void fetchChunk(FetchChunk request, StreamObserver<Chunk> reply) {
    try {
      reply.onNext(checkpoints.fetch(request));
      reply.onCompleted();
    } catch (CheckpointSource.RefusedException e) {
      reply.onError(failure(Status.NOT_FOUND, e));
    } catch (IOException e) {
      reply.onError(failure(Status.INTERNAL, e));
    }
  }

  private void release(ReleaseCheckpoint request, StreamObserver<Released> reply) {
    checkpoints.release(request.getId());
    reply.onNext(Released.getDefaultInstance());
    reply.onCompleted();
  }

  private void invite(InviteRequest request, StreamObserver<InviteReply> reply) {
    InviteReply.Builder answer = InviteReply.newBuilder().setIdentity(admission.identity());
    try {
      admission.invite(request, isJoining).ifPresent(answer::setRefusal);
      reply.onNext(answer.build());
      reply.onCompleted();
    } catch (IOException e) {
      reply.onError(failure(Status.INTERNAL, e));
    }
  }

  private void reconfigure(ReconfigureRequest request, StreamObserver<ReconfigureReply> reply) {
    try {
      Membership own = membership;
      if (own == null || admission.receive(request.getIdentity()) != HelloReply.Verdict.WELCOME) {
        reply.onError(
            Status.PERMISSION_DENIED
                .withDescription(
                    "no change for "
                        + request.getIdentity().getNode()
                        + ": not another member as known here, or this one is starting")
                .asRuntimeException());
        return;
      }
      // The reply is the only one to be told.
      var unused =
          own.perform(request)
              .whenComplete(
                  (answer, failure) -> {
                    reply.onNext(answer);
                    reply.onCompleted();
                  });
    } catch (IOException e) {
      reply.onError(failure(Status.INTERNAL, e));
    }
  }

  private static RuntimeException failure(Status status, Exception cause) {
    return status
        .withDescription(cause.getMessage() == null ? cause.toString() : cause.getMessage())
        .withCause(cause)
        .asRuntimeException();
  }
}
