package bindery.deploy;

import bindery.v1.Batch;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A path to a node that loses the first item of a batch of the first stream, which is a gap; breaks
 * the second stream off; and behind which from then on there is a cluster of another incarnation.
 */
final class TamperingPath extends TestPath {
  private static final int BATCHES_OF_THE_SECOND = 3;
  private static final ByteString OTHER_INCARNATION = ByteString.copyFrom(new byte[16]);

  private final AtomicInteger streams = new AtomicInteger();

  TamperingPath(String target) throws IOException {
    super(target);
  }

  @Override
  public StreamObserver<FeedRequest> stream(StreamObserver<FeedResponse> feeder) {
    int stream = streams.incrementAndGet();
    Answers answers = new Answers(feeder, stream);
    return new Requests(open(answers), stream);
  }

  /** From the node to the feeder. */
  private record Answers(StreamObserver<FeedResponse> feeder, int stream)
      implements StreamObserver<FeedResponse> {
    @Override
    public void onNext(FeedResponse response) {
      FeedResponse.Builder told = response.toBuilder();
      if (response.hasOpened() && stream > 2) {
        told.getOpenedBuilder().setIncarnation(OTHER_INCARNATION);
      }
      feeder.onNext(told.build());
    }

    @Override
    public void onError(Throwable error) {
      feeder.onError(error);
    }

    @Override
    public void onCompleted() {
      feeder.onCompleted();
    }
  }

  /** From the feeder to the node. */
  private static final class Requests implements StreamObserver<FeedRequest> {
    private final ClientCallStreamObserver<FeedRequest> to;
    private final int stream;
    private int batches;

    Requests(ClientCallStreamObserver<FeedRequest> to, int stream) {
      this.to = to;
      this.stream = stream;
    }

    @Override
    public void onNext(FeedRequest request) {
      batches += request.hasBatch() ? 1 : 0;
      Batch batch = request.getBatch();
      if (stream == 1 && batch.getItemsCount() > 1) {
        Batch.Builder rest = batch.toBuilder().setFirstSequence(batch.getFirstSequence() + 1);
        to.onNext(FeedRequest.newBuilder().setBatch(rest.removeItems(0)).build());
        return;
      }
      if (stream == 2 && batches > BATCHES_OF_THE_SECOND) {
        // Comes back by the answers' own end.
        to.cancel("broken off by the test", Status.UNAVAILABLE.asException());
        return;
      }
      to.onNext(request);
    }

    @Override
    public void onError(Throwable error) {
      to.cancel("the feeder is gone", error);
    }

    @Override
    public void onCompleted() {
      to.onCompleted();
    }
  }
}
