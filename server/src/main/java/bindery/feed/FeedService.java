package bindery.feed;

import bindery.v1.AcceptSweepRequest;
import bindery.v1.AcceptSweepResponse;
import bindery.v1.DeleteLinkRequest;
import bindery.v1.DeleteLinkResponse;
import bindery.v1.FeedGrpc;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.ListLinksRequest;
import bindery.v1.ListLinksResponse;
import bindery.v1.PutLinkRequest;
import bindery.v1.PutLinkResponse;
import bindery.v1.RemoveSourceRequest;
import bindery.v1.RemoveSourceResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The gRPC service {@code bindery.v1.Feed} of one node. Closed before the server that hosts it. */
final class FeedService extends FeedGrpc.FeedImplBase implements AutoCloseable {
  private final Proposals proposals;
  private final Links links;
  private final Sources sources;
  private final FeedLimits limits;
  private final FeedMetrics metrics;
  private final EntryGatherer gatherer;
  private final ByteBudget budget;
  private final Set<FeedSession> sessions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  FeedService(Proposals proposals, Links links, FeedLimits limits, FeedMetrics metrics) {
    this.proposals = proposals;
    this.links = links;
    sources = new Sources(proposals);
    this.limits = limits;
    this.metrics = metrics;
    gatherer = new EntryGatherer(proposals, metrics);
    budget = new ByteBudget(limits.bytesMax());
  }

  /** Octets of batches that are not acknowledged, over all streams. */
  long bytesHeld() {
    return budget.bytes();
  }

  @Override
  public StreamObserver<FeedRequest> stream(StreamObserver<FeedResponse> responses) {
    FeedSession session =
        new FeedSession(
            proposals,
            gatherer,
            budget,
            limits,
            metrics,
            Caller.current(),
            (ServerCallStreamObserver<FeedResponse>) responses,
            sessions::remove);
    sessions.add(session);
    session.begin();
    if (closed) {
      session.end(stopping());
    } else if (sessions.size() > limits.streamsMax()) {
      session.end(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "more than " + limits.streamsMax() + " streams at this node; open at another"));
    }
    return session;
  }

  private static Status stopping() {
    return Status.UNAVAILABLE.withDescription("the node is stopping; open at another");
  }

  @Override
  public void putLink(PutLinkRequest request, StreamObserver<PutLinkResponse> response) {
    links.put(request, Caller.current(), response);
  }

  @Override
  public void deleteLink(DeleteLinkRequest request, StreamObserver<DeleteLinkResponse> response) {
    links.delete(request, response);
  }

  @Override
  public void acceptSweep(
      AcceptSweepRequest request, StreamObserver<AcceptSweepResponse> response) {
    sources.acceptSweep(request, response);
  }

  @Override
  public void removeSource(
      RemoveSourceRequest request, StreamObserver<RemoveSourceResponse> response) {
    sources.remove(request, response);
  }

  @Override
  public void listLinks(ListLinksRequest request, StreamObserver<ListLinksResponse> response) {
    links.list(response);
  }

  /** Ends all streams with UNAVAILABLE, and proposes nothing more. */
  @Override
  public void close() {
    closed = true;
    sessions.forEach(session -> session.end(stopping()));
    gatherer.close();
  }
}
