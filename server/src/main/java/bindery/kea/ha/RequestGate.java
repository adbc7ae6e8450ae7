package bindery.kea.ha;

import bindery.kea.Pace;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request of Kea in, part by part, before anything of it is kept: only from who shows the
 * credentials that are asked for, and only if it is whole within {@value #REQUEST_SECONDS_MAX} s.
 */
// What is closed needs no one to wait for it.
@SuppressWarnings("FutureReturnValueIgnored")
final class RequestGate extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(RequestGate.class);
  private static final int REQUEST_SECONDS_MAX = 30;
  private static final byte[] REFUSAL =
      "[ { \"result\": 401, \"text\": \"Unauthorized\" } ]".getBytes(StandardCharsets.UTF_8);

  private final Optional<byte[]> authorization;
  private final Pace refusals;
  private final Gaps gaps;

  // The loop's thread alone.
  private @Nullable ScheduledFuture<?> deadline;
  private boolean isRefused;

  /**
   * Of one connection.
   *
   * @param credentials what is asked for; empty for nothing
   * @param refusals how often to tell of one that is refused, over all connections
   * @param gaps told that what Kea had to say was not let in
   */
  RequestGate(Optional<Credentials> credentials, Pace refusals, Gaps gaps) {
    authorization = credentials.map(asked -> asked.header().getBytes(StandardCharsets.UTF_8));
    this.refusals = refusals;
    this.gaps = gaps;
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object part) {
    if (part instanceof HttpRequest request && !isRefused) {
      if (isAuthorized(request)) {
        Runnable giveUp = reading::close;
        deadline = reading.executor().schedule(giveUp, REQUEST_SECONDS_MAX, TimeUnit.SECONDS);
      } else {
        refuse(reading);
      }
    }
    if (part instanceof LastHttpContent) {
      endDeadline();
    }
    if (isRefused) {
      ReferenceCountUtil.release(part);
    } else {
      reading.fireChannelRead(part);
    }
  }

  private boolean isAuthorized(HttpRequest request) {
    if (authorization.isEmpty()) {
      return true;
    }
    String given = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), authorization.orElseThrow());
  }

  private void refuse(ChannelHandlerContext reading) {
    isRefused = true;
    gaps.open(
        "somebody showed no user and password, or others than expected: if that was Kea, set"
            + " its basic-auth-user and password right");
    if (refusals.allows()) {
      LOG.warn(
          "event=kea_unauthorized {} showed no user and password, or others than expected{}",
          reading.channel().remoteAddress(),
          refusals.passedOver());
    }
    FullHttpResponse refusal =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.UNAUTHORIZED, Unpooled.wrappedBuffer(REFUSAL));
    refusal
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, REFUSAL.length)
        .set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"bindery\"");
    reading.writeAndFlush(refusal).addListener(ChannelFutureListener.CLOSE);
  }

  private void endDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext gone) {
    endDeadline();
    gone.fireChannelInactive();
  }
}
