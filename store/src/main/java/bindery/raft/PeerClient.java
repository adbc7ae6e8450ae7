package bindery.raft;

import bindery.peer.v1.Checkpoint;
import bindery.peer.v1.Chunk;
import bindery.peer.v1.FetchChunk;
import bindery.peer.v1.HelloReply;
import bindery.peer.v1.HelloRequest;
import bindery.peer.v1.InviteReply;
import bindery.peer.v1.InviteRequest;
import bindery.peer.v1.OpenCheckpoint;
import bindery.peer.v1.ProposeReply;
import bindery.peer.v1.ProposeRequest;
import bindery.peer.v1.ReadIndexReply;
import bindery.peer.v1.ReadIndexRequest;
import bindery.peer.v1.ReconfigureReply;
import bindery.peer.v1.ReconfigureRequest;
import bindery.peer.v1.ReleaseCheckpoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ConnectivityState;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientResponseObserver;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * Calls one other member. Its host is a name for as long as it can be: each connection is made to
 * the address that the name has then. Any thread.
 */
final class PeerClient implements AutoCloseable {
  // To make the copy and to hash it: gigabytes off a disk.
  private static final Duration OPEN_MAX = Duration.ofMinutes(10);
  private static final Duration CHUNK_MAX = Duration.ofSeconds(30);
  private static final Duration RELEASE_MAX = Duration.ofSeconds(5);
  private static final int MESSAGE_BYTES_MAX = 16 << 20;
  private static final int UNANSWERED_MAX = 3; // hellos in a row

  private final ManagedChannel channel;
  private final AtomicInteger unanswered = new AtomicInteger();

  /** Connects at the first call. */
  PeerClient(String address, PeerSecurity security) {
    channel =
        security
            .secure(NettyChannelBuilder.forTarget(address))
            .disableRetry()
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .build();
  }

  /** Whether there is a connection now. */
  boolean isConnected() {
    return channel.getState(false) == ConnectivityState.READY;
  }

  /** Says who this node is. Fails with a gRPC status if the other does not answer in time. */
  CompletableFuture<HelloReply> hello(HelloRequest request, Duration patience) {
    // The channel's own back-off grows to minutes; a member that is back is to be seen at once.
    channel.resetConnectBackoff();
    return unary(PeerMethods.HELLO, request, patience)
        .whenComplete((reply, failure) -> leaveIfSwallowed(failure));
  }

  // A connection to where the member was before stays one for as long as nobody refuses it. Calls
  // that are under way on it go on; the next one looks for the member's address anew.
  private void leaveIfSwallowed(@Nullable Throwable failure) {
    boolean isUnanswered =
        failure != null && Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED;
    if (!isUnanswered) {
      unanswered.set(0);
    } else if (unanswered.incrementAndGet() >= UNANSWERED_MAX) {
      unanswered.set(0);
      channel.enterIdle();
    }
  }

  /** Opens a stream of proposals to this member. */
  void propose(ClientResponseObserver<ProposeRequest, ProposeReply> observer) {
    channel.resetConnectBackoff();
    var unused =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(PeerMethods.PROPOSE, CallOptions.DEFAULT), observer);
  }

  /** Asks how far the log is committed. Fails with a gRPC status if there is no answer in time. */
  CompletableFuture<ReadIndexReply> readIndex(ReadIndexRequest request, Duration patience) {
    return unary(PeerMethods.READ_INDEX, request, patience);
  }

  /**
   * Has a copy of the store made there. Blocks.
   *
   * @throws org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException if it cannot be had
   */
  Checkpoint openCheckpoint(OpenCheckpoint request) {
    channel.resetConnectBackoff();
    return ClientCalls.blockingUnaryCall(
        channel, PeerMethods.OPEN_CHECKPOINT, within(OPEN_MAX), request);
  }

  /**
   * Fetches the octets of a file from an offset on, at most 1 MiB of them. Blocks.
   *
   * @throws org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException if it cannot be had
   */
  Chunk fetch(FetchChunk request) {
    return ClientCalls.blockingUnaryCall(
        channel, PeerMethods.FETCH_CHUNK, within(CHUNK_MAX), request);
  }

  /** Lets the copy there be deleted. Nobody waits for it. */
  void release(long checkpoint) {
    var unused =
        unary(
            PeerMethods.RELEASE_CHECKPOINT,
            ReleaseCheckpoint.newBuilder().setId(checkpoint).build(),
            RELEASE_MAX);
  }

  /** Lets a node come in that waits for it. Fails with a gRPC status if it does not answer. */
  CompletableFuture<InviteReply> invite(InviteRequest request, Duration patience) {
    return unary(PeerMethods.INVITE, request, patience);
  }

  /** Asks for a change of members. Fails with a gRPC status if there is no answer in time. */
  CompletableFuture<ReconfigureReply> reconfigure(ReconfigureRequest request, Duration patience) {
    channel.resetConnectBackoff();
    return unary(PeerMethods.RECONFIGURE, request, patience);
  }

  private <Q, R> CompletableFuture<R> unary(
      MethodDescriptor<Q, R> method, Q request, Duration patience) {
    CompletableFuture<R> reply = new CompletableFuture<>();
    ClientCalls.asyncUnaryCall(
        channel.newCall(method, within(patience)), request, new Single<>(reply));
    return reply;
  }

  private static CallOptions within(Duration patience) {
    return CallOptions.DEFAULT.withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Drops the connection and all calls on it. */
  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static final class Single<T> implements StreamObserver<T> {
    private final CompletableFuture<T> reply;
    private @Nullable T value;

    Single(CompletableFuture<T> reply) {
      this.reply = reply;
    }

    @Override
    public void onNext(T next) {
      value = next;
    }

    @Override
    public void onError(Throwable error) {
      reply.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
      T held = value;
      if (held == null) {
        reply.completeExceptionally(new IllegalStateException("a call ended without a reply"));
      } else {
        reply.complete(held);
      }
    }
  }
}
