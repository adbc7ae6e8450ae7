package bindery.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Health and metrics over HTTP, to be read by supervisors, balancers and Prometheus: {@code /livez}
 * says 200 while the process runs, {@code /readyz} 200 while it can serve, with what is to be seen
 * to, and 503 with the reasons otherwise ({@code ?verbose}: every check by name), {@code /metrics}
 * prints the Prometheus text format, {@code /} is a page for people.
 *
 * <p>Read only, one request a connection. A request that is not there in full within 5 s is cut
 * off, and 1,024 connections may be open, so that strangers who hold theirs keep nobody else from
 * asking. Two requests are answered at a time, 64 more wait, further ones get 503.
 */
// What is closed needs no one to wait for it.
@SuppressWarnings("FutureReturnValueIgnored")
public final class HttpEndpoint implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 1_024;
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 64;
  private static final int BACKLOG = 128;
  private static final int LINE_BYTES_MAX = 4_096;
  private static final int HEADER_BYTES_MAX = 8_192;
  private static final int BODY_BYTES_MAX = 1_024;
  private static final Duration REQUEST_MAX = Duration.ofSeconds(5);

  private final EventLoopGroup loops;
  private final ExecutorService answering;
  private final ChannelGroup connections;
  private final Channel listener;

  private HttpEndpoint(
      EventLoopGroup loops, ExecutorService answering, ChannelGroup connections, Channel listener) {
    this.loops = loops;
    this.answering = answering;
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * Listens.
   *
   * @throws IOException if the address cannot be listened on; the message names it and the option
   */
  public static HttpEndpoint start(
      InetSocketAddress address, Readiness readiness, PrometheusRegistry metrics, StatusPage page)
      throws IOException {
    return start(address, readiness, metrics, page, REQUEST_MAX);
  }

  /** The same with another time within which a request must be there. */
  static HttpEndpoint start(
      InetSocketAddress address,
      Readiness readiness,
      PrometheusRegistry metrics,
      StatusPage page,
      Duration requestMax)
      throws IOException {
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
    ExecutorService answering =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            new DefaultThreadFactory("http-answer", true));
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    HttpPages pages = new HttpPages(readiness, metrics, page);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (connections.size() >= CONNECTIONS_MAX) {
                      channel.close();
                      return;
                    }
                    connections.add(channel);
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec(decoding()))
                        .addLast(new HttpObjectAggregator(BODY_BYTES_MAX, true))
                        .addLast(new HttpConnection(pages, answering, requestMax));
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully();
      answering.shutdownNow();
      throw new IOException(
          "cannot listen for HTTP on "
              + address
              + ": "
              + bound.cause().getMessage()
              + " (choose another address or port by the option http.listen)",
          bound.cause());
    }
    return new HttpEndpoint(loops, answering, connections, bound.channel());
  }

  private static HttpDecoderConfig decoding() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(LINE_BYTES_MAX)
        .setMaxHeaderSize(HEADER_BYTES_MAX);
  }

  /** Where it listens, the port taken in place of 0. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    answering.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
