package bindery.deploy;

import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A path to a node that tells batches twice: at once, or the one before once more behind the next;
 * and drops some streams after their second batch, with all that is not acknowledged. Passes on
 * what acknowledges more than was acknowledged before.
 */
final class DoublingRelay extends TestPath {
  private static final int STREAM_BATCHES_MAX = 2;

  private final int dropsMax;
  private final Random random;
  private final AtomicInteger doubled = new AtomicInteger();
  private final AtomicInteger drops = new AtomicInteger();

  DoublingRelay(String target, int dropsMax, long seed) throws IOException {
    super(target);
    this.dropsMax = dropsMax;
    random = new Random(seed);
  }

  /** Batches told twice. */
  int doubled() {
    return doubled.get();
  }

  /** Streams dropped. */
  int drops() {
    return drops.get();
  }

  private synchronized boolean oneOf(int many) {
    return random.nextInt(many) == 0;
  }

  @Override
  public StreamObserver<FeedRequest> stream(StreamObserver<FeedResponse> feeder) {
    Answers answers = new Answers(feeder);
    return new Requests(open(answers), answers);
  }

  /** From the node to the feeder. */
  private static final class Answers implements StreamObserver<FeedResponse> {
    private final StreamObserver<FeedResponse> feeder;
    private long through;
    private boolean isOver;

    Answers(StreamObserver<FeedResponse> feeder) {
      this.feeder = feeder;
    }

    @Override
    public synchronized void onNext(FeedResponse response) {
      if (isOver || (response.hasAck() && response.getAck().getThroughSequence() <= through)) {
        return;
      }
      through = Math.max(through, response.getAck().getThroughSequence());
      feeder.onNext(response);
    }

    @Override
    public synchronized void onError(Throwable error) {
      if (!isOver) {
        isOver = true;
        feeder.onError(error);
      }
    }

    @Override
    public synchronized void onCompleted() {
      if (!isOver) {
        isOver = true;
        feeder.onCompleted();
      }
    }
  }

  /** From the feeder to the node. */
  private final class Requests implements StreamObserver<FeedRequest> {
    private final ClientCallStreamObserver<FeedRequest> to;
    private final Answers answers;
    private @Nullable FeedRequest before;
    private int batches;
    private boolean isDropped;

    Requests(ClientCallStreamObserver<FeedRequest> to, Answers answers) {
      this.to = to;
      this.answers = answers;
    }

    @Override
    public void onNext(FeedRequest request) {
      if (isDropped) {
        return;
      }
      to.onNext(request);
      if (!request.hasBatch()) {
        return;
      }
      boolean isFirst = before == null;
      FeedRequest again = isFirst || oneOf(3) ? request : oneOf(3) ? before : null;
      if (again != null) {
        doubled.incrementAndGet();
        to.onNext(again);
      }
      before = request;
      if (++batches == STREAM_BATCHES_MAX && drops.getAndIncrement() < dropsMax) {
        isDropped = true;
        // What the node answers from here on is lost, though it may have been applied.
        answers.onError(Status.UNAVAILABLE.withDescription("dropped by the test").asException());
        to.cancel("dropped by the test", null);
      }
    }

    @Override
    public void onError(Throwable error) {
      to.cancel("the feeder is gone", error);
    }

    @Override
    public void onCompleted() {
      if (!isDropped) {
        to.onCompleted();
      }
    }
  }
}
