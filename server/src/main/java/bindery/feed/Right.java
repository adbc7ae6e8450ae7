package bindery.feed;

import bindery.tls.Role;
import bindery.v1.AdminGrpc;
import bindery.v1.FeedGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What a call of the API does, and who may make it. */
enum Right {
  /** It tells how the node is: whoever has a role may ask. */
  LOOK,
  /** It reads more than that. */
  READ,
  /** It feeds, or keeps the links of what is fed; as which source is looked at there. */
  FEED,
  /** It changes something, or takes a copy of everything. */
  OPERATE;

  // What is not listed is for operators: a call that is added later is closed until it stands here.
  private static final Map<String, Right> OF_CALLS =
      Map.of(
          FeedGrpc.getStreamMethod().getFullMethodName(), FEED,
          FeedGrpc.getPutLinkMethod().getFullMethodName(), FEED,
          FeedGrpc.getListLinksMethod().getFullMethodName(), LOOK,
          AdminGrpc.getStatusMethod().getFullMethodName(), LOOK,
          HealthGrpc.getCheckMethod().getFullMethodName(), LOOK,
          HealthGrpc.getWatchMethod().getFullMethodName(), LOOK,
          AdminGrpc.getProveMethod().getFullMethodName(), READ,
          AdminGrpc.getBeginHashMethod().getFullMethodName(), READ,
          AdminGrpc.getHashMethod().getFullMethodName(), READ,
          ServerReflectionGrpc.getServerReflectionInfoMethod().getFullMethodName(), READ);

  static Right of(MethodDescriptor<?, ?> call) {
    return OF_CALLS.getOrDefault(call.getFullMethodName(), OPERATE);
  }

  boolean isOf(Role role) {
    return switch (role) {
      case NODE, OPERATOR -> true;
      case FEEDER -> this == LOOK || this == FEED;
      case VIEWER -> this == LOOK || this == READ;
    };
  }

  /** The roles that have it, for a message. */
  String roles() {
    return Arrays.stream(Role.values())
        .filter(role -> role != Role.NODE && isOf(role))
        .map(Role::text)
        .collect(Collectors.joining(" or "));
  }
}
