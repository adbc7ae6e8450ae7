package bindery.kea.ha;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Listens for Kea, by HTTP or HTTPS. Requests are read by one thread, so that they are taken in the
 * order in which they come, and never wait for the cluster. At most {@value #CONNECTIONS_MAX}
 * connections, further ones are closed at once; a request has at most {@value #BODY_BYTES_MAX}
 * octets; a connection over which nothing came for an hour is closed.
 */
// What is closed needs no one to wait for it.
@SuppressWarnings("FutureReturnValueIgnored")
final class HaEndpoint implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 128;
  // Of 2,000 leases with the relay data of two hops.
  private static final int BODY_BYTES_MAX = 4 << 20;
  private static final int BACKLOG = 128;
  private static final int IDLE_SECONDS_MAX = 3_600;

  private final EventLoopGroup loops;
  private final ChannelGroup connections;
  private final Channel listener;

  private HaEndpoint(EventLoopGroup loops, ChannelGroup connections, Channel listener) {
    this.loops = loops;
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * Listens.
   *
   * @param tls null for plain HTTP
   * @param handlers makes those of the connection of that number
   * @param gaps told of what is not let in
   * @throws IOException if the address cannot be listened on
   */
  static HaEndpoint start(
      InetSocketAddress address,
      @Nullable SslContext tls,
      LongFunction<Handlers> handlers,
      Gaps gaps)
      throws IOException {
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("kea-ha", true), NioIoHandler.newFactory());
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    AtomicLong count = new AtomicLong();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (connections.size() >= CONNECTIONS_MAX) {
                      gaps.open("more than " + CONNECTIONS_MAX + " connections at once");
                      channel.close();
                      return;
                    }
                    connections.add(channel);
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    Handlers own = handlers.apply(count.incrementAndGet());
                    channel
                        .pipeline()
                        .addLast(new IdleStateHandler(IDLE_SECONDS_MAX, 0, 0, TimeUnit.SECONDS))
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpServerKeepAliveHandler())
                        .addLast(own.gate())
                        .addLast(new Whole(gaps))
                        .addLast(own.connection());
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully();
      throw new IOException(
          "cannot listen for Kea on "
              + address
              + ": "
              + bound.cause().getMessage()
              + " (choose another by --listen, of a node by kea-ha.listen, and name it in"
              + " Kea's configuration)",
          bound.cause());
    }
    return new HaEndpoint(loops, connections, bound.channel());
  }

  /** What lets the requests of one connection in, and what answers them. */
  record Handlers(RequestGate gate, HaConnection connection) {}

  // Makes one of the parts of a request, if it is not too large.
  private static final class Whole extends HttpObjectAggregator {
    private final Gaps gaps;

    private Whole(Gaps gaps) {
      super(BODY_BYTES_MAX, true);
      this.gaps = gaps;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext reading, HttpMessage oversized)
        throws Exception {
      gaps.open("a request of more than " + BODY_BYTES_MAX + " octets");
      super.handleOversizedMessage(reading, oversized);
    }
  }

  /** Takes no further connections; those that are there go on. */
  void stopListening() {
    listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
  }

  /** Where it listens, the port taken in place of 0. */
  InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  @Override
  public void close() {
    stopListening();
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
