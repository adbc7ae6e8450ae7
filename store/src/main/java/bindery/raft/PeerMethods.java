package bindery.raft;

import bindery.peer.v1.Checkpoint;
import bindery.peer.v1.Chunk;
import bindery.peer.v1.FetchChunk;
import bindery.peer.v1.HelloReply;
import bindery.peer.v1.HelloRequest;
import bindery.peer.v1.InviteReply;
import bindery.peer.v1.InviteRequest;
import bindery.peer.v1.OpenCheckpoint;
import bindery.peer.v1.ProposeReply;
import bindery.peer.v1.ProposeRequest;
import bindery.peer.v1.ReadIndexReply;
import bindery.peer.v1.ReadIndexRequest;
import bindery.peer.v1.ReconfigureReply;
import bindery.peer.v1.ReconfigureRequest;
import bindery.peer.v1.ReleaseCheckpoint;
import bindery.peer.v1.Released;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor.MethodType;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * The methods that members call on each other: {@code peer.proto}'s messages over the gRPC that the
 * Raft engine brings along, on its port. So a member needs no further address of another.
 */
final class PeerMethods {
  /** The service's name in the path of a call. */
  static final String SERVICE = "bindery.peer.v1.Peer";

  static final MethodDescriptor<HelloRequest, HelloReply> HELLO =
      method("Hello", MethodType.UNARY, HelloRequest.parser(), HelloReply.parser());
  static final MethodDescriptor<ProposeRequest, ProposeReply> PROPOSE =
      method("Propose", MethodType.BIDI_STREAMING, ProposeRequest.parser(), ProposeReply.parser());
  static final MethodDescriptor<ReadIndexRequest, ReadIndexReply> READ_INDEX =
      method("ReadIndex", MethodType.UNARY, ReadIndexRequest.parser(), ReadIndexReply.parser());
  static final MethodDescriptor<OpenCheckpoint, Checkpoint> OPEN_CHECKPOINT =
      method("OpenCheckpoint", MethodType.UNARY, OpenCheckpoint.parser(), Checkpoint.parser());
  static final MethodDescriptor<FetchChunk, Chunk> FETCH_CHUNK =
      method("FetchChunk", MethodType.UNARY, FetchChunk.parser(), Chunk.parser());
  static final MethodDescriptor<ReleaseCheckpoint, Released> RELEASE_CHECKPOINT =
      method("ReleaseCheckpoint", MethodType.UNARY, ReleaseCheckpoint.parser(), Released.parser());
  static final MethodDescriptor<InviteRequest, InviteReply> INVITE =
      method("Invite", MethodType.UNARY, InviteRequest.parser(), InviteReply.parser());
  static final MethodDescriptor<ReconfigureRequest, ReconfigureReply> RECONFIGURE =
      method(
          "Reconfigure", MethodType.UNARY, ReconfigureRequest.parser(), ReconfigureReply.parser());

  private PeerMethods() {}

  private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> method(
      String name, MethodType type, Parser<Q> requests, Parser<R> replies) {
    return MethodDescriptor.<Q, R>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(new Octets<>(requests))
        .setResponseMarshaller(new Octets<>(replies))
        .build();
  }

  private record Octets<T extends MessageLite>(Parser<T> parser)
      implements MethodDescriptor.Marshaller<T> {
    @Override
    public InputStream stream(T value) {
      return new ByteArrayInputStream(value.toByteArray());
    }

    @Override
    public T parse(InputStream stream) {
      try {
        return parser.parseFrom(stream);
      } catch (InvalidProtocolBufferException e) {
        throw Status.INVALID_ARGUMENT
            .withDescription("no message of this method: " + e.getMessage())
            .withCause(e)
            .asRuntimeException();
      }
    }
  }
}
