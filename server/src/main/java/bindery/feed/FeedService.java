package bindery.feed;

import bindery.v1.DeleteLinkRequest;
import bindery.v1.DeleteLinkResponse;
import bindery.v1.FeedGrpc;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import bindery.v1.ListLinksRequest;
import bindery.v1.ListLinksResponse;
import bindery.v1.PutLinkRequest;
import bindery.v1.PutLinkResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The gRPC service {@code bindery.v1.Feed} of one node. Closed after its server. */
final class FeedService extends FeedGrpc.FeedImplBase implements AutoCloseable {
  /** Octets of all streams together that may wait for their commit. */
  static final long BYTES_MAX = 32L << 20;

  private final Proposals proposals;
  private final Links links;
  private final FeedMetrics metrics;
  private final EntryGatherer gatherer;
  private final ByteBudget budget = new ByteBudget(BYTES_MAX);

  FeedService(Proposals proposals, Links links, FeedMetrics metrics) {
    this.proposals = proposals;
    this.links = links;
    this.metrics = metrics;
    gatherer = new EntryGatherer(proposals, metrics);
  }

  @Override
  public StreamObserver<FeedRequest> stream(StreamObserver<FeedResponse> response) {
    FeedSession session =
        new FeedSession(
            proposals,
            gatherer,
            budget,
            metrics,
            (ServerCallStreamObserver<FeedResponse>) response);
    session.start();
    return session;
  }

  @Override
  public void putLink(PutLinkRequest request, StreamObserver<PutLinkResponse> response) {
    links.put(request, response);
  }

  @Override
  public void deleteLink(DeleteLinkRequest request, StreamObserver<DeleteLinkResponse> response) {
    links.delete(request, response);
  }

  @Override
  public void listLinks(ListLinksRequest request, StreamObserver<ListLinksResponse> response) {
    links.list(response);
  }

  @Override
  public void close() {
    gatherer.close();
  }
}
