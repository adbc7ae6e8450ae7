package bindery.feeder;

import bindery.feeder.ApiException.Kind;
import bindery.feeder.ServerList.Server;
import bindery.v1.FeedGrpc;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.Open;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/** One call of {@code Feed.Stream} at one server. Sends are guarded by the stream it belongs to. */
final class FeedCall implements ClientResponseObserver<FeedRequest, FeedResponse> {
  /** What a call tells its stream; called by one thread at a time for each call. */
  interface Owner {
    /** The call can take more. */
    void ready(FeedCall call);

    /** The server answered. */
    void received(FeedCall call, FeedResponse response);

    /** The call is over. */
    void ended(FeedCall call, Status status);
  }

  private final Owner owner;
  private final Server server;
  private @Nullable ClientCallStreamObserver<FeedRequest> requests;
  private boolean opened;

  FeedCall(Owner owner, Server server) {
    this.owner = owner;
    this.server = server;
  }

  /** Calls the server and asks it to open a session. */
  void start(FeederId feeder) {
    server.channel().resetConnectBackoff();
    FeedGrpc.newStub(server.channel()).stream(this);
    requests()
        .onNext(
            FeedRequest.newBuilder()
                .setOpen(
                    Open.newBuilder()
                        .setSource(feeder.source())
                        .setFeeder(feeder.feeder())
                        .setEpoch(feeder.epoch()))
                .build());
  }

  /**
   * What a status says of the stream as a whole; null if the next call may do better.
   *
   * @param epoch the feeder's own: a session that was fenced by an opening under it was fenced by
   *     an earlier call of this very stream, whose opening was committed late
   */
  static @Nullable Kind finalKind(Status status, long epoch) {
    return switch (status.getCode()) {
      case FAILED_PRECONDITION ->
          String.valueOf(status.getDescription()).endsWith("held epoch " + epoch)
              ? null
              : Kind.FENCED;
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          UNIMPLEMENTED,
          OUT_OF_RANGE ->
          Kind.REFUSED;
      case OK,
          UNAVAILABLE,
          ABORTED,
          CANCELLED,
          DEADLINE_EXCEEDED,
          RESOURCE_EXHAUSTED,
          UNKNOWN,
          INTERNAL,
          DATA_LOSS ->
          null;
    };
  }

  Server server() {
    return server;
  }

  /** Whether the server has opened the session. */
  boolean isOpened() {
    return opened;
  }

  void setOpened() {
    opened = true;
  }

  boolean isReady() {
    return opened && requests().isReady();
  }

  void send(FeedRequest request) {
    requests().onNext(request);
  }

  /** Ends the call after what was sent. */
  void complete() {
    requests().onCompleted();
  }

  /** Ends the call at once. */
  void cancel(String reason) {
    requests().cancel(reason, null);
  }

  private ClientCallStreamObserver<FeedRequest> requests() {
    ClientCallStreamObserver<FeedRequest> started = requests;
    if (started == null) {
      throw new IllegalStateException("a call that was not started");
    }
    return started;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<FeedRequest> stream) {
    requests = stream;
    stream.setOnReadyHandler(() -> owner.ready(this));
  }

  @Override
  public void onNext(FeedResponse response) {
    owner.received(this, response);
  }

  @Override
  public void onError(Throwable error) {
    owner.ended(this, Status.fromThrowable(error));
  }

  @Override
  public void onCompleted() {
    owner.ended(this, Status.UNAVAILABLE.withDescription("the server ended the stream"));
  }
}
