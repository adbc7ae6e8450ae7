package bindery.leasequery;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection whose last answer is written: sends FIN, then takes and drops what still
 * comes until the requestor's own FIN, for at most 5 s, and closes. Over TLS its end is told before
 * the FIN.
 *
 * <p>A socket closed with unread octets in it is reset, and the reset would destroy the answer that
 * is on its way. Stands in the place of {@link FrameDecoder}; on the event loop.
 */
// What becomes of a close shows as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class Linger extends ChannelInboundHandlerAdapter {
  /** Octets that one read drops. */
  static final int DROP_BYTES = 4_096;

  private static final long LINGER_SECONDS = 5;

  private @Nullable ScheduledFuture<?> end;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    end = context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls == null) {
      sendFin(context);
    } else {
      tls.closeOutbound().addListener(told -> sendFin(context));
    }
    context.read();
  }

  private static void sendFin(ChannelHandlerContext context) {
    ((DuplexChannel) context.channel())
        .shutdownOutput()
        .addListener(
            future -> {
              if (!future.isSuccess()) {
                context.close();
              }
            });
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object octets) {
    ReferenceCountUtil.release(octets);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      context.close();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (end != null) {
      end.cancel(false);
    }
  }
}
