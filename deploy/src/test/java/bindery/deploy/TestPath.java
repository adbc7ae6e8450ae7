package bindery.deploy;

import bindery.v1.FeedGrpc;
import bindery.v1.FeedRequest;
import bindery.v1.FeedResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A path to a node that a feeder takes for the node, and that does to its streams what it likes.
 */
abstract class TestPath extends FeedGrpc.FeedImplBase implements AutoCloseable {
  private final ManagedChannel node;
  private final Server server;

  TestPath(String target) throws IOException {
    node = NettyChannelBuilder.forTarget(target).usePlaintext().build();
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** A stream of the node behind. */
  final ClientCallStreamObserver<FeedRequest> open(StreamObserver<FeedResponse> answers) {
    return (ClientCallStreamObserver<FeedRequest>) FeedGrpc.newStub(node).stream(answers);
  }

  @Override
  public final void close() {
    server.shutdownNow();
    node.shutdownNow();
  }
}
