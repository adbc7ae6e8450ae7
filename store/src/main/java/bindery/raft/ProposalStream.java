package bindery.raft;

import bindery.peer.v1.ProposeReply;
import bindery.peer.v1.ProposeReply.Outcome;
import bindery.peer.v1.ProposeRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCallStreamObserver;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/**
 * Proposals to one leader, in order, on one stream, until it breaks or another leads. What it holds
 * is bounded by the proposals in flight at this node.
 */
final class ProposalStream implements ClientResponseObserver<ProposeRequest, ProposeReply> {
  private final String leader;
  private final ByteString client;
  private final BiConsumer<Proposal, ProposeReply> onReply;
  private final Runnable onReady;
  private final Map<Long, Proposal> outstanding = new ConcurrentHashMap<>();
  private volatile @Nullable ClientCallStreamObserver<ProposeRequest> requests;
  private volatile boolean ended;
  private boolean connected;

  /**
   * Not opened yet.
   *
   * @param onReply hears of each proposal sent, once
   * @param onReady hears when the stream can take proposals
   */
  ProposalStream(
      String leader,
      ByteString client,
      BiConsumer<Proposal, ProposeReply> onReply,
      Runnable onReady) {
    this.leader = leader;
    this.client = client;
    this.onReply = onReply;
    this.onReady = onReady;
  }

  String leader() {
    return leader;
  }

  boolean ended() {
    return ended;
  }

  /**
   * Sends a proposal. One thread only, which decides the order.
   *
   * @return false if it was not sent, since there is no connection (yet)
   */
  boolean send(Proposal proposal) {
    ClientCallStreamObserver<ProposeRequest> open = requests;
    if (ended || open == null) {
      return false;
    }
    // Before there is a connection nothing is sent, so that a proposal that fails then is known
    // not to be in any log.
    if (!connected && !open.isReady()) {
      return false;
    }
    connected = true;
    outstanding.put(proposal.call(), proposal);
    proposal.attempt(() -> true);
    try {
      open.onNext(
          ProposeRequest.newBuilder()
              .setClient(client)
              .setCall(proposal.call())
              .setCommand(UnsafeByteOperations.unsafeWrap(proposal.octets()))
              .build());
    } catch (IllegalStateException e) {
      end("the stream to " + leader + " is over: " + e.getMessage());
    }
    if (ended) {
      giveUp("the stream to " + leader + " ended");
    }
    return true;
  }

  /**
   * Ends it at once: another member leads. What was sent and not answered is unknown then, and may
   * be tried there: this leader may be one that will never answer. Same thread as sends.
   */
  void abandon() {
    ClientCallStreamObserver<ProposeRequest> open = requests;
    if (!ended) {
      end(leader + " leads no more");
      if (open != null) {
        open.cancel("another member leads", null);
      }
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ProposeRequest> open) {
    requests = open;
    open.setOnReadyHandler(onReady);
  }

  @Override
  public void onNext(ProposeReply reply) {
    Proposal proposal = outstanding.remove(reply.getCall());
    if (proposal != null) {
      onReply.accept(proposal, reply);
    }
  }

  @Override
  public void onError(Throwable error) {
    end("the stream to " + leader + " broke: " + error.getMessage());
  }

  @Override
  public void onCompleted() {
    end("the stream to " + leader + " ended");
  }

  private void end(String why) {
    ended = true;
    giveUp(why);
  }

  private void giveUp(String why) {
    for (Long call : List.copyOf(outstanding.keySet())) {
      Proposal proposal = outstanding.remove(call);
      if (proposal != null) {
        onReply.accept(
            proposal,
            ProposeReply.newBuilder()
                .setCall(call)
                .setOutcome(Outcome.UNKNOWN)
                .setMessage(why)
                .build());
      }
    }
  }
}
