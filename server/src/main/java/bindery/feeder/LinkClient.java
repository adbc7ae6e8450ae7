package bindery.feeder;

import bindery.feeder.ServerList.Effect;
import bindery.v1.DeleteLinkRequest;
import bindery.v1.DeleteLinkResponse;
import bindery.v1.FeedGrpc;
import bindery.v1.Link;
import bindery.v1.ListLinksRequest;
import bindery.v1.ListLinksResponse;
import bindery.v1.PutLinkRequest;
import bindery.v1.PutLinkResponse;
import io.grpc.Channel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Puts, deletes and lists links. Every call blocks, at most its deadline for each server that it
 * tries. Any thread.
 */
public final class LinkClient {
  private final ServerList servers;
  private final Duration deadline;

  /**
   * Over those servers.
   *
   * @param deadline for one call at one server
   */
  public LinkClient(ServerList servers, Duration deadline) {
    this.servers = servers;
    this.deadline = deadline;
  }

  private FeedGrpc.FeedBlockingStub stub(Channel channel) {
    return FeedGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Makes or replaces the link of that name.
   *
   * @param expectedVersion the version the link must have now, 0 for "there is none"; empty to put
   *     it unconditionally
   * @throws ApiException {@code REFUSED} if a field is at fault, the version is another, or too
   *     many bindings would move; {@code UNKNOWN_OUTCOME} if no answer came in time, or a
   *     conditional put was broken off
   */
  public PutLinkResponse put(Link link, OptionalLong expectedVersion)
      throws ApiException, InterruptedException {
    PutLinkRequest.Builder request = PutLinkRequest.newBuilder().setLink(link);
    expectedVersion.ifPresent(request::setExpectedVersion);
    return servers.call(
        expectedVersion.isEmpty() ? Effect.CHANGES : Effect.CHANGES_ONCE,
        deadline,
        channel -> stub(channel).putLink(request.build()));
  }

  /**
   * Removes a link.
   *
   * @param expectedVersion the version the link must have now; empty to remove any
   * @throws ApiException {@code NOT_FOUND} if there is none of that name; otherwise as {@link #put}
   */
  public DeleteLinkResponse delete(String name, OptionalLong expectedVersion)
      throws ApiException, InterruptedException {
    DeleteLinkRequest.Builder request = DeleteLinkRequest.newBuilder().setName(name);
    expectedVersion.ifPresent(request::setExpectedVersion);
    return servers.call(
        Effect.CHANGES_ONCE, deadline, channel -> stub(channel).deleteLink(request.build()));
  }

  /**
   * All links, by name; every put acknowledged before is in it.
   *
   * @throws ApiException if no server could tell
   */
  public ListLinksResponse list() throws ApiException, InterruptedException {
    return servers.call(
        Effect.READS,
        deadline,
        channel -> stub(channel).listLinks(ListLinksRequest.getDefaultInstance()));
  }
}
