package bindery.raft;

import bindery.model.FutureFailure;
import bindery.peer.v1.ProposeReply;
import bindery.peer.v1.ProposeReply.Outcome;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** The log of this node, for the commands proposed while it leads. */
final class LocalLog {
  private final RaftServer server;
  private final RaftGroupId group;

  LocalLog(RaftServer server, RaftGroupId group) {
    this.server = server;
    this.group = group;
  }

  /**
   * Appends a command, if this node leads. Blocks until it is in the log's queue, so whoever calls
   * from one thread decides the order.
   *
   * @param client and {@code call} name the command for ever: appended already, it is not again,
   *     and the first one's answer is given
   * @return never fails
   */
  CompletableFuture<ProposeReply> append(ClientId client, long call, CommandMessage message) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(group)
            .setCallId(call)
            .setMessage(message)
            .setType(RaftClientRequest.writeRequestType())
            .build();
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = server.submitClientRequestAsync(request);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.completedFuture(failure(call, message, e));
    }
    return reply.handle((answer, error) -> reply(call, message, answer, error));
  }

  private static ProposeReply reply(
      long call,
      CommandMessage message,
      @Nullable RaftClientReply answer,
      @Nullable Throwable error) {
    if (answer == null) {
      return failure(call, message, error == null ? new IOException("no answer") : error);
    }
    if (!answer.isSuccess()) {
      return failure(call, message, answer.getException());
    }
    var octets = answer.getMessage().getContent();
    if (octets.isEmpty()) {
      return ProposeReply.newBuilder()
          .setCall(call)
          .setOutcome(Outcome.UNKNOWN)
          .setMessage("applied before a restart of the leader; its result is gone")
          .build();
    }
    return ProposeReply.newBuilder()
        .setCall(call)
        .setOutcome(Outcome.APPLIED)
        .setResult(UnsafeByteOperations.unsafeWrap(octets.asReadOnlyByteBuffer()))
        .build();
  }

  private static ProposeReply failure(long call, CommandMessage message, Throwable error) {
    Throwable cause = FutureFailure.cause(error);
    return ProposeReply.newBuilder()
        .setCall(call)
        .setOutcome(outcome(message, cause))
        .setMessage(String.valueOf(cause))
        .build();
  }

  private static Outcome outcome(CommandMessage message, Throwable cause) {
    if (message.mayBeLogged()) {
      return Outcome.UNKNOWN;
    }
    if (cause instanceof ResourceUnavailableException) {
      return Outcome.OVERLOADED;
    }
    return cause instanceof StateMachineException ? Outcome.REFUSED : Outcome.NOT_TAKEN;
  }
}
