package bindery.feed;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A call that proposes one command, and is answered with what came of it. */
public final class OneCommand {
  private OneCommand() {}

  /**
   * Proposes the command, and ends the call with the answer or an error. Does not block.
   *
   * @param answer makes the answer of a result that is no refusal
   */
  public static <T> void propose(
      Proposals proposals,
      Command.Builder command,
      StreamObserver<T> response,
      Function<Result, T> answer) {
    var unused =
        proposals
            .propose(command.setLevel(1).build())
            .whenComplete(
                (result, failure) -> {
                  if (result == null) {
                    response.onError(error(failure));
                  } else if (result.hasRefusal()) {
                    response.onError(GrpcErrors.of(result.getRefusal()).asRuntimeException());
                  } else {
                    response.onNext(answer.apply(result));
                    response.onCompleted();
                  }
                });
  }

  /** The error that a call without a result ends with. */
  static StatusRuntimeException error(@Nullable Throwable failure) {
    return GrpcErrors.of(failure == null ? new IllegalStateException("no result") : failure)
        .asRuntimeException();
  }
}
