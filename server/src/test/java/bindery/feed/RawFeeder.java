package bindery.feed;

import bindery.model.HostPort;
import bindery.v1.Batch;
import bindery.v1.FeedGrpc;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.Item;
import bindery.v1.Open;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A feeder without manners: sends what it is told to, whenever. */
final class RawFeeder implements ClientResponseObserver<FeedRequest, FeedResponse>, AutoCloseable {
  private final ManagedChannel channel;
  private final List<FeedResponse> responses = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private @Nullable ClientCallStreamObserver<FeedRequest> requests;
  private final boolean reads;

  RawFeeder(HostPort address) {
    this(address, true);
  }

  /** One that, if it does not read, never takes a response. */
  RawFeeder(HostPort address, boolean reads) {
    this.reads = reads;
    channel =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .usePlaintext()
            .flowControlWindow(64 << 10)
            .build();
    FeedGrpc.newStub(channel).stream(this);
  }

  RawFeeder open(String source, String feeder, long epoch) {
    requests()
        .onNext(
            FeedRequest.newBuilder()
                .setOpen(Open.newBuilder().setSource(source).setFeeder(feeder).setEpoch(epoch))
                .build());
    return this;
  }

  RawFeeder batch(long firstSequence, List<Item> items) {
    requests()
        .onNext(
            FeedRequest.newBuilder()
                .setBatch(Batch.newBuilder().setFirstSequence(firstSequence).addAllItems(items))
                .build());
    return this;
  }

  void complete() {
    requests().onCompleted();
  }

  void cancel() {
    requests().cancel("a test's wish", null);
  }

  ClientCallStreamObserver<FeedRequest> requests() {
    ClientCallStreamObserver<FeedRequest> started = requests;
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started;
  }

  List<FeedResponse> responses() {
    return responses;
  }

  /** The last sequences of the acknowledgements, in the order they came. */
  List<Long> acks() {
    return responses.stream()
        .filter(FeedResponse::hasAck)
        .map(response -> response.getAck().getThroughSequence())
        .toList();
  }

  boolean isOpened() {
    return responses.stream().anyMatch(FeedResponse::hasOpened);
  }

  /** The status the stream ended with. */
  Status end() {
    return end.orTimeout(30, TimeUnit.SECONDS).join();
  }

  boolean hasEnded() {
    return end.isDone();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<FeedRequest> stream) {
    requests = stream;
    if (!reads) {
      stream.disableAutoRequestWithInitial(0);
    }
  }

  @Override
  public void onNext(FeedResponse response) {
    responses.add(response);
  }

  @Override
  public void onError(Throwable error) {
    end.complete(Status.fromThrowable(error));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
