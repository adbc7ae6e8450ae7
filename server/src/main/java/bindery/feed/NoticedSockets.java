package bindery.feed;

import bindery.tls.HandshakeFault;
import bindery.tls.RefusalLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/**
 * A listening socket whose connections are written down if TLS does not come about on them, which
 * gRPC keeps to itself.
 */
final class NoticedSockets extends NioServerSocketChannel {
  private final RefusalLog refusals;

  NoticedSockets(RefusalLog refusals) {
    this.refusals = refusals;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int count = super.doReadMessages(accepted);
    for (Object each : accepted.subList(before, accepted.size())) {
      ((Channel) each).pipeline().addFirst(new Notice(refusals));
    }
    return count;
  }

  /** Stands in front until the first octets come: by then TLS has its place behind it. */
  private static final class Notice extends ChannelInboundHandlerAdapter {
    private final RefusalLog refusals;

    Notice(RefusalLog refusals) {
      this.refusals = refusals;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object octets) {
      SslHandler tls = context.pipeline().get(SslHandler.class);
      if (tls != null) {
        SocketAddress from = context.channel().remoteAddress();
        tls.handshakeFuture()
            .addListener(
                done -> {
                  Throwable failure = done.cause();
                  if (failure != null && !(failure instanceof ClosedChannelException)) {
                    refusals.write(
                        String.valueOf(from).replaceFirst("^/", ""),
                        HandshakeFault.ofServer(failure));
                  }
                });
      }
      context.pipeline().remove(this);
      context.fireChannelRead(octets);
    }
  }
}
