package bindery.client;

import bindery.client.QueryResult.Outcome;
import bindery.wire.ClientData;
import bindery.wire.LeaseQuery;
import bindery.wire.ServerMessage;
import bindery.wire.Status;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One query that was sent and how far its answer has come: REPLY, then DATA, then DONE.
 *
 * <p>One thread only.
 */
final class OutstandingQuery {
  private final LeaseQuery query;
  private final int size;
  private final AnswerReceiver receiver;
  // Not final: they follow the answer.
  private boolean replied;
  private long clientDataCount;
  private OptionalLong baseTime = OptionalLong.empty();
  private Optional<String> fault = Optional.empty();

  /**
   * Expects the REPLY.
   *
   * @param size octets of the query's frame
   */
  OutstandingQuery(LeaseQuery query, int size, AnswerReceiver receiver) {
    this.query = query;
    this.size = size;
    this.receiver = receiver;
  }

  LeaseQuery query() {
    return query;
  }

  int size() {
    return size;
  }

  /**
   * Takes one message of the answer.
   *
   * @return the result, if the answer ends with the message
   */
  Optional<QueryResult> accept(ServerMessage message) {
    if (message instanceof ServerMessage.Data data) {
      acceptData(data.baseTime(), data.clientData());
      return Optional.empty();
    }
    if (message instanceof ServerMessage.Reply reply) {
      return acceptReply(reply);
    }
    if (message instanceof ServerMessage.Done done) {
      noteBaseTime(done.baseTime());
      return Optional.of(resultOf(done));
    }
    noteFault(((ServerMessage.Discarded) message).reason());
    return Optional.empty();
  }

  private Optional<QueryResult> acceptReply(ServerMessage.Reply reply) {
    if (replied) { // S-32
      noteFault("a second LEASEQUERY-REPLY (expected one)");
      return Optional.empty();
    }
    replied = true;
    noteBaseTime(reply.baseTime());
    reply.fault().ifPresent(this::noteFault);
    if (!reply.status().isSuccess()) {
      return Optional.of(result(Outcome.REFUSED, reply.status(), ""));
    }
    if (reply.endsAnswer()) {
      return Optional.of(endedWith(Outcome.NOTHING_FOUND, reply.status()));
    }
    reply.clientData().ifPresent(this::deliver);
    return Optional.empty();
  }

  private void acceptData(OptionalLong time, ClientData data) {
    if (!replied) { // S-35
      noteFault("LEASEQUERY-DATA before a usable LEASEQUERY-REPLY");
      return;
    }
    noteBaseTime(time);
    deliver(data);
  }

  private void deliver(ClientData data) {
    clientDataCount++;
    receiver.clientData(query, baseTime, data);
  }

  private QueryResult resultOf(ServerMessage.Done done) {
    if (!replied) {
      noteFault("LEASEQUERY-DONE before a usable LEASEQUERY-REPLY");
    }
    if (!done.status().isSuccess()) {
      return result(Outcome.INCOMPLETE, done.status(), "broken off: " + done.status());
    }
    return endedWith(Outcome.COMPLETE, done.status());
  }

  /** An answer that ended well is still not complete if a message of it could not be used. */
  private QueryResult endedWith(Outcome outcome, Status status) {
    return fault
        .map(reason -> result(Outcome.INCOMPLETE, status, "a message could not be used: " + reason))
        .orElseGet(() -> result(outcome, status, ""));
  }

  /** The result if no more messages can come. */
  QueryResult breakOff(String reason) {
    String because = fault.map(first -> "; before that, " + first).orElse("");
    return result(Outcome.INCOMPLETE, Status.SUCCESS, reason + because);
  }

  private QueryResult result(Outcome outcome, Status status, String reason) {
    return new QueryResult(outcome, status, reason, baseTime, clientDataCount);
  }

  private void noteBaseTime(OptionalLong time) {
    if (time.isPresent()) {
      baseTime = time;
    }
  }

  /** The first fault is told; those after it often only follow from it. */
  private void noteFault(String reason) {
    if (fault.isEmpty()) {
      fault = Optional.of(reason);
    }
  }
}
