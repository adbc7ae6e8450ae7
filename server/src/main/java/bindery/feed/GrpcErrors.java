package bindery.feed;

import bindery.log.v1.Refusal;
import bindery.model.FutureFailure;
import bindery.raft.ProposalException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;

/** The one table from failures of the cluster to gRPC statuses, as feed.proto documents them. */
public final class GrpcErrors {
  private GrpcErrors() {}

  /** The status of a proposal that brought no result. */
  static Status of(ProposalException.Kind kind) {
    return switch (kind) {
      case NO_LEADER, INDETERMINATE, STOPPING -> Status.UNAVAILABLE;
      case OVERLOADED -> Status.RESOURCE_EXHAUSTED;
      case REFUSED -> Status.INVALID_ARGUMENT;
    };
  }

  /** The status of a command, or a group of one, that was refused when it was applied. */
  static Status of(Refusal refusal) {
    Status status =
        switch (refusal.getCode()) {
          case FENCED, VERSION_MISMATCH, TOO_MANY_ROWS, CONFLICT -> Status.FAILED_PRECONDITION;
          case GAP -> Status.ABORTED;
          case NOT_FOUND -> Status.NOT_FOUND;
          case NOT_SUPPORTED -> Status.UNIMPLEMENTED;
          case CODE_UNSPECIFIED, UNRECOGNIZED -> Status.INTERNAL;
        };
    String text = refusal.getMessage();
    if (refusal.getCode() == Refusal.Code.FENCED) {
      text += (text.isEmpty() ? "" : "; ") + "held epoch " + refusal.getHeldEpoch();
    }
    return status.withDescription(text);
  }

  /** The status of any failure. */
  public static Status of(Throwable failure) {
    Throwable cause = FutureFailure.cause(failure);
    if (cause instanceof ProposalException proposal) {
      return of(proposal.kind())
          .withDescription(String.valueOf(proposal.getMessage()))
          .withCause(cause);
    }
    if (cause instanceof StatusException || cause instanceof StatusRuntimeException) {
      return Status.fromThrowable(cause);
    }
    return Status.INTERNAL.withDescription(cause.toString()).withCause(cause);
  }
}
