package bindery.leasequery;

import bindery.tls.HandshakeFault;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * What a connection over TLS has decrypted, handed on as one without TLS would be read: for each
 * read that is asked for no more than the current frame lacks, and nothing before the certificate
 * of the other end gives it the right to ask.
 *
 * <p>Reads from the socket only when nothing is left, so it holds what one such read decrypts to: a
 * record of TLS and a read, 20 KiB. On the event loop.
 */
// What becomes of a close shows as an event of the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class SecureInput extends ChannelDuplexHandler {
  private final InetSocketAddress requestor;
  private final SecureConnections secure;
  private final LeasequeryStats stats;
  private final IntSupplier missing;
  private final Deque<ByteBuf> held = new ArrayDeque<>();

  private boolean isOpen;
  private boolean isAsked;
  private boolean isDelivering;
  private boolean isEnded;
  private boolean isEndTold;

  /**
   * Of one connection.
   *
   * @param missing asked before each piece: how many octets it may have
   */
  SecureInput(
      InetSocketAddress requestor,
      SecureConnections secure,
      LeasequeryStats stats,
      IntSupplier missing) {
    this.requestor = requestor;
    this.secure = secure;
    this.stats = stats;
    this.missing = missing;
  }

  @Override
  public void read(ChannelHandlerContext context) {
    isAsked = true;
    deliver(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object octets) {
    held.add((ByteBuf) octets);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    deliver(context);
  }

  // Whoever takes a piece asks for the next within that: a loop instead of a call within a call.
  private void deliver(ChannelHandlerContext context) {
    if (isDelivering) {
      return;
    }
    isDelivering = true;
    try {
      while (isOpen && isAsked && !held.isEmpty()) {
        isAsked = false;
        ByteBuf head = held.element();
        int size = Math.min(Math.max(1, missing.getAsInt()), head.readableBytes());
        ByteBuf piece = head.readRetainedSlice(size);
        if (!head.isReadable()) {
          held.remove().release();
        }
        context.fireChannelRead(piece);
        context.fireChannelReadComplete();
      }
      if (isOpen && isEnded && held.isEmpty() && !isEndTold) {
        isEndTold = true;
        context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      }
    } finally {
      isDelivering = false;
    }
    if (isAsked && held.isEmpty() && !isEnded) {
      context.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      shaken(context, handshake);
    } else if (event instanceof SslCloseCompletionEvent
        || event instanceof ChannelInputShutdownEvent) {
      isEnded = true;
      deliver(context);
      if (!isOpen) {
        context.close();
      }
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  private void shaken(ChannelHandlerContext context, SslHandshakeCompletionEvent handshake) {
    Optional<String> obstacle =
        handshake.isSuccess()
            ? secure.obstacle(context.pipeline().get(SslHandler.class).engine().getSession())
            : Optional.of(HandshakeFault.ofServer(handshake.cause()));
    if (obstacle.isPresent()) {
      stats.countTurnedAway();
      if (!(handshake.cause() instanceof ClosedChannelException)) { // as of whoever only looks
        secure.tellRefused(requestor, obstacle.get());
      }
      context.close();
    } else {
      isOpen = true;
      deliver(context);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!isOpen) {
      context.close(); // told by the end of the handshake
    } else if (cause instanceof DecoderException && cause.getCause() != null) {
      context.fireExceptionCaught(cause.getCause());
    } else {
      context.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    release();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    release();
  }

  private void release() {
    held.forEach(ByteBuf::release);
    held.clear();
  }
}
