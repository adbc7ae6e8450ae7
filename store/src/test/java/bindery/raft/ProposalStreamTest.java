package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.peer.v1.ProposeReply;
import bindery.peer.v1.ProposeRequest;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCallStreamObserver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of proposals whose leader says nothing any more. */
class ProposalStreamTest {
  private final List<String> replies = new ArrayList<>();
  private final SilentLeader leader = new SilentLeader();

  /** Takes everything and answers nothing, like a host that has lost its power. */
  private static final class SilentLeader extends ClientCallStreamObserver<ProposeRequest> {
    private final List<Long> calls = new ArrayList<>();
    private boolean isCancelled;

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      isCancelled = true;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      // It is ready from the beginning.
    }

    @Override
    public void request(int count) {
      // It has nothing to say.
    }

    @Override
    public void setMessageCompression(boolean enable) {
      // None.
    }

    @Override
    public void disableAutoInboundFlowControl() {
      // None.
    }

    @Override
    public void onNext(ProposeRequest request) {
      calls.add(request.getCall());
    }

    @Override
    public void onError(Throwable error) {
      throw new AssertionError(error);
    }

    @Override
    public void onCompleted() {
      throw new AssertionError("half-closed, so that nothing is heard of what was sent");
    }
  }

  private ProposalStream opened() {
    ProposalStream stream =
        new ProposalStream(
            "n1",
            ByteString.EMPTY,
            (proposal, reply) -> replies.add(proposal.call() + " " + reply.getOutcome()),
            () -> {});
    stream.beforeStart(leader);
    return stream;
  }

  private static Proposal proposal(long call) {
    return new Proposal(call, true, TestCluster.barrier(), TestCluster.barrier().toByteArray());
  }

  @Test
  void abandon_withProposalsUnanswered_givesThemBackAsUnknownAtOnce() {
    ProposalStream stream = opened();
    assertThat(stream.send(proposal(1))).isTrue();
    assertThat(stream.send(proposal(2))).isTrue();

    stream.abandon();

    assertThat(leader.calls).containsExactly(1L, 2L);
    assertThat(leader.isCancelled).isTrue();
    assertThat(stream.ended()).isTrue();
    assertThat(replies).containsExactlyInAnyOrder("1 UNKNOWN", "2 UNKNOWN");
  }

  @Test
  void abandon_afterAnAnswer_tellsThatOneOnce() {
    ProposalStream stream = opened();
    assertThat(stream.send(proposal(1))).isTrue();
    stream.onNext(
        ProposeReply.newBuilder().setCall(1).setOutcome(ProposeReply.Outcome.APPLIED).build());

    stream.abandon();
    stream.abandon();

    assertThat(replies).containsExactly("1 APPLIED");
    assertThat(stream.send(proposal(2))).isFalse();
  }
}
