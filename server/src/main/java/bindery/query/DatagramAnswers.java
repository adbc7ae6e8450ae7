package bindery.query;

import bindery.log.v1.Link;
import bindery.model.Ipv6Address;
import bindery.store.ReadPoint;
import bindery.store.StoreException;
import bindery.wire.Frame;
import bindery.wire.Incoming;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import bindery.wire.ReplyEncoder;
import bindery.wire.Status;
import bindery.wire.StatusCode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The maker of replies to queries by UDP (RFC 5007 4.4.1): each is one message, and tells of one
 * client on one link at most.
 *
 * <ul>
 *   <li>A client that has bindings on several links, asked for on any, gets LQ_CLIENT_LINK: an
 *       address of each link, by which to ask again (U-05, U-06). A link that no global address
 *       leads to is left out.
 *   <li>What does not fit goes without relay data; what then does not fit is UnspecFail (U-13).
 *   <li>QueryTerminated belongs to connections: here it is UnspecFail too (U-14).
 * </ul>
 *
 * <p>Any thread. No snapshot is pinned any more when a method returns.
 */
public final class DatagramAnswers {
  /** The least room for a reply: whatever carries a status fits. */
  public static final int ROOM_MIN = ReplyEncoder.STATUS_FRAME_SIZE_MAX;

  private final Answers answers;

  /** Of a node whose answers by TCP are those. */
  public DatagramAnswers(Answers answers) {
    this.answers = answers;
  }

  /**
   * The reply to a query that was admitted. Blocks on the store.
   *
   * @param scope what the requestor may be told
   * @param page overwritten; {@link Answer#PAGE_BYTES_MIN} octets, and room for a DONE behind them
   * @param room octets that the reply may have, {@link #ROOM_MIN} or more
   */
  public DatagramAnswer answer(
      LeaseQuery query, QueryScope scope, ReadPoint point, byte[] page, int room) {
    try (Answer answer = answers.begin(query, scope, point)) {
      ClientLinks links = links(query, answer);
      Optional<Link> one = Optional.empty();
      if (links.areSeveral() && query.linkAddress().isUnspecified()) {
        return clientLinks(query, links, answer.revision(), page, room);
      }
      if (links.areSeveral()) {
        one = links.nearest(query.linkAddress());
      }
      if (one.isPresent()) {
        return answer(query, scope.onLink(one.get().getName()), point, page, room);
      }
      return told(answer, query, page)
          .filter(reply -> reply.message().length <= room)
          .orElseGet(() -> less(query, scope, point, page, room));
    }
  }

  private static ClientLinks links(LeaseQuery query, Answer answer) {
    try {
      return query.key() instanceof QueryKey.ByClientId ? answer.links() : ClientLinks.NONE;
    } catch (StoreException e) {
      return ClientLinks.NONE; // the answer meets the fault again, and tells of it
    }
  }

  /** What the answer tells, in one message; empty if it takes more. */
  private Optional<DatagramAnswer> told(Answer answer, LeaseQuery query, byte[] page) {
    int size = 0;
    while (size == 0 && !answer.hasEnded()) {
      size = answer.fill(page);
    }
    if (answer.result() == Answer.Result.TERMINATED) {
      return Optional.of(terminated(query, answer.status().text(), page));
    }
    if (!answer.hasEnded() || answer.bindings() > 1) {
      return Optional.empty();
    }
    int end = Frame.PREFIX_SIZE + ((page[0] & 0xff) << 8 | (page[1] & 0xff));
    int bindings = (int) answer.bindings();
    byte[] message = Arrays.copyOfRange(page, Frame.PREFIX_SIZE, end);
    return Optional.of(
        new DatagramAnswer(
            message, answer.result(), answer.status(), bindings, 0, answer.revision()));
  }

  /** The reply where the whole one does not fit. */
  private DatagramAnswer less(
      LeaseQuery query, QueryScope scope, ReadPoint point, byte[] page, int room) {
    return query.wantsRelayData()
        ? answer(query.withoutRelayData(), scope, point, page, room)
        : tooLarge(query, "the binding", page);
  }

  private DatagramAnswer clientLinks(
      LeaseQuery query, ClientLinks links, long revision, byte[] page, int room) {
    List<Ipv6Address> addresses = links.addresses();
    int size = ROOM_MIN + addresses.size() * Ipv6Address.SIZE;
    if (addresses.isEmpty() || links.areTooMany() || size > room) {
      return tooLarge(query, "the list of the client's links", page);
    }
    int end = frames(query).writeClientLinks(page, 0, addresses);
    byte[] message = Arrays.copyOfRange(page, Frame.PREFIX_SIZE, end);
    return new DatagramAnswer(
        message, Answer.Result.ANSWERED, Status.SUCCESS, 0, links.leftOut(), revision);
  }

  private DatagramAnswer tooLarge(LeaseQuery query, String what, byte[] page) {
    return refusal(
        frames(query),
        new Status(StatusCode.UNSPEC_FAIL, what + " cannot be told in a datagram: use TCP"),
        Answer.Result.REFUSED,
        page);
  }

  /**
   * The reply to a query that cannot be answered now. Never blocks.
   *
   * @param page overwritten; {@link #ROOM_MIN} octets or more
   */
  public DatagramAnswer terminated(LeaseQuery query, String reason, byte[] page) {
    Status status = new Status(StatusCode.UNSPEC_FAIL, reason);
    return refusal(frames(query), status, Answer.Result.TERMINATED, page);
  }

  /**
   * The reply to a message that is refused as it stands. Never blocks.
   *
   * @param page overwritten; {@link #ROOM_MIN} octets or more
   */
  public DatagramAnswer refused(Incoming.Refused refused, byte[] page) {
    ReplyEncoder frames =
        answers.frames(refused.requestor(), refused.transactionId(), OptionalLong.empty());
    return refusal(frames, refused.status(), Answer.Result.REFUSED, page);
  }

  private static DatagramAnswer refusal(
      ReplyEncoder frames, Status status, Answer.Result result, byte[] page) {
    int end = frames.writeRefusal(page, 0, status);
    byte[] message = Arrays.copyOfRange(page, Frame.PREFIX_SIZE, end);
    return new DatagramAnswer(message, result, status, 0, 0, -1);
  }

  private ReplyEncoder frames(LeaseQuery query) {
    return answers.frames(query.requestor(), query.transactionId(), OptionalLong.empty());
  }
}
