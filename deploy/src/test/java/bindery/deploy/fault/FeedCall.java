package bindery.deploy.fault;

import bindery.v1.Ack;
import bindery.v1.Batch;
import bindery.v1.FeedGrpc;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.Open;
import bindery.v1.Opened;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A session with one node, in calls that block, 15 s at most. Not on the feeder of the product. */
final class FeedCall implements AutoCloseable {
  private static final long SECONDS_MAX = 15;

  private final ManagedChannel channel;
  private final StreamObserver<FeedRequest> requests;
  // A response, or none at the end of the stream.
  private final BlockingQueue<Optional<FeedResponse>> responses = new LinkedBlockingQueue<>();
  private volatile String end = "";

  /** Calls a node's API at {@code host:port}. */
  FeedCall(String host, int port) {
    channel = NettyChannelBuilder.forAddress(host, port).usePlaintext().build();
    requests =
        FeedGrpc.newStub(channel).stream(
            new StreamObserver<>() {
              @Override
              public void onNext(FeedResponse response) {
                responses.add(Optional.of(response));
              }

              @Override
              public void onError(Throwable failure) {
                end = Status.fromThrowable(failure).toString();
                responses.add(Optional.empty());
              }

              @Override
              public void onCompleted() {
                end = "completed";
                responses.add(Optional.empty());
              }
            });
  }

  /** Opens the session. */
  Opened open(String source, String feeder, long epoch) throws IOException, InterruptedException {
    Open open = Open.newBuilder().setSource(source).setFeeder(feeder).setEpoch(epoch).build();
    requests.onNext(FeedRequest.newBuilder().setOpen(open).build());
    FeedResponse response = receive();
    if (!response.hasOpened()) {
      throw new IOException("not opened: " + response);
    }
    return response.getOpened();
  }

  /** Sends a batch and waits for no word about it. */
  void send(Batch batch) {
    requests.onNext(FeedRequest.newBuilder().setBatch(batch).build());
  }

  /** Waits for the acknowledgement of the oldest batch that has none yet. */
  Ack awaitAck() throws IOException, InterruptedException {
    FeedResponse response = receive();
    if (!response.hasAck()) {
      throw new IOException("no acknowledgement: " + response);
    }
    return response.getAck();
  }

  private FeedResponse receive() throws IOException, InterruptedException {
    Optional<FeedResponse> response = responses.poll(SECONDS_MAX, TimeUnit.SECONDS);
    if (response == null) {
      throw new IOException("no word for " + SECONDS_MAX + " s");
    }
    return response.orElseThrow(() -> new IOException(end));
  }

  /** Breaks it off: what has no acknowledgement may be held or not. */
  @Override
  public void close() {
    channel.shutdownNow();
  }
}
