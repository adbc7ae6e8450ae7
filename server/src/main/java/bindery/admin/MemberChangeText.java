package bindery.admin;

import bindery.feed.GrpcErrors;
import bindery.model.FutureFailure;
import bindery.model.HostPort;
import bindery.raft.Member;
import bindery.raft.MemberChange;
import bindery.raft.ProposalException;
import bindery.v1.ChangeMembersRequest;
import bindery.v1.MemberAddress;
import io.grpc.Status;

/** From what a call asks for to the change of members that it means, and back to its end. */
final class MemberChangeText {
  private MemberChangeText() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException naming what is missing or malformed, and what was expected
   */
  static MemberChange read(ChangeMembersRequest request) {
    return switch (request.getChangeCase()) {
      case ADD -> new MemberChange.Add(name(request.getAdd().getName()), address(request.getAdd()));
      case PROMOTE -> new MemberChange.Promote(name(request.getPromote()));
      case REMOVE -> new MemberChange.Remove(name(request.getRemove()));
      case REPLACE -> {
        MemberAddress newcomer = request.getReplace().getNewcomer();
        yield new MemberChange.Replace(
            name(request.getReplace().getName()), name(newcomer.getName()), address(newcomer));
      }
      case MOVE_LEADER ->
          new MemberChange.MoveLeader(
              request.getMoveLeader().isEmpty() ? "" : name(request.getMoveLeader()));
      case CHANGE_NOT_SET ->
          throw new IllegalArgumentException(
              "no change (expected add, promote, remove, replace or move_leader)");
    };
  }

  private static String name(String text) {
    if (!Member.isName(text)) {
      throw new IllegalArgumentException(
          "a member's name \"" + text + "\" (expected 1..64 of A-Z a-z 0-9 . _ -, such as n4)");
    }
    return text;
  }

  private static String address(MemberAddress member) {
    return HostPort.parse(member.getRaftAddress()).toString();
  }

  /** Why it was not done. Where nobody led, nothing was changed, and that is told apart. */
  static Status failure(Throwable failure) {
    return FutureFailure.cause(failure) instanceof ProposalException refused
            && refused.kind() == ProposalException.Kind.NO_LEADER
        ? Status.FAILED_PRECONDITION.withDescription(refused.getMessage())
        : GrpcErrors.of(failure);
  }
}
