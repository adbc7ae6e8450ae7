package bindery.feed;

import bindery.log.v1.AcceptSweep;
import bindery.log.v1.Command;
import bindery.log.v1.RemoveSource;
import bindery.v1.AcceptSweepRequest;
import bindery.v1.AcceptSweepResponse;
import bindery.v1.RemoveSourceRequest;
import bindery.v1.RemoveSourceResponse;
import io.grpc.stub.StreamObserver;

/** What operators decide about sources. */
final class Sources {
  private final Proposals proposals;

  Sources(Proposals proposals) {
    this.proposals = proposals;
  }

  void acceptSweep(AcceptSweepRequest request, StreamObserver<AcceptSweepResponse> response) {
    OneCommand.propose(
        proposals,
        Command.newBuilder()
            .setAcceptSweep(AcceptSweep.newBuilder().setSource(request.getSource())),
        response,
        result ->
            AcceptSweepResponse.newBuilder()
                .setRevision(result.getRevision())
                .setJob(result.getSource().getJob())
                .build());
  }

  void remove(RemoveSourceRequest request, StreamObserver<RemoveSourceResponse> response) {
    OneCommand.propose(
        proposals,
        Command.newBuilder()
            .setRemoveSource(RemoveSource.newBuilder().setSource(request.getSource())),
        response,
        result ->
            RemoveSourceResponse.newBuilder()
                .setRevision(result.getRevision())
                .setJob(result.getSource().getJob())
                .build());
  }
}
