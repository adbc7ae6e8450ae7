package bindery.feeder;

import bindery.feeder.ServerList.Effect;
import bindery.v1.AcceptSweepRequest;
import bindery.v1.AcceptSweepResponse;
import bindery.v1.FeedGrpc;
import bindery.v1.RemoveSourceRequest;
import bindery.v1.RemoveSourceResponse;
import io.grpc.Channel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Decides about sources. Every call blocks, at most its deadline for each server that it tries. Any
 * thread.
 */
public final class SourceClient {
  private final ServerList servers;
  private final Duration deadline;

  /**
   * Over those servers.
   *
   * @param deadline for one call at one server
   */
  public SourceClient(ServerList servers, Duration deadline) {
    this.servers = servers;
    this.deadline = deadline;
  }

  private FeedGrpc.FeedBlockingStub stub(Channel channel) {
    return FeedGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Lets a sweep go on that is held back.
   *
   * @throws ApiException {@code NOT_FOUND} if no sweep of that source waits
   */
  public AcceptSweepResponse acceptSweep(String source) throws ApiException, InterruptedException {
    AcceptSweepRequest request = AcceptSweepRequest.newBuilder().setSource(source).build();
    return servers.call(
        Effect.CHANGES_ONCE, deadline, channel -> stub(channel).acceptSweep(request));
  }

  /**
   * Lets go of all that a source held.
   *
   * @throws ApiException {@code NOT_FOUND} if there is no source of that name
   */
  public RemoveSourceResponse remove(String source) throws ApiException, InterruptedException {
    RemoveSourceRequest request = RemoveSourceRequest.newBuilder().setSource(source).build();
    return servers.call(
        Effect.CHANGES_ONCE, deadline, channel -> stub(channel).removeSource(request));
  }
}
