package bindery.admin;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the {@link HttpEndpoint}: one request, its answer, the end. Answers are made on
 * threads that may block.
 */
// What is closed needs no one to wait for it.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

  private final HttpPages pages;
  private final Executor answering;
  private final Duration requestMax;
  private boolean isAsked;

  HttpConnection(HttpPages pages, Executor answering, Duration requestMax) {
    this.pages = pages;
    this.answering = answering;
    this.requestMax = requestMax;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    var unused =
        active
            .executor()
            .schedule(
                () -> {
                  if (!isAsked) {
                    active.close();
                  }
                },
                requestMax.toMillis(),
                TimeUnit.MILLISECONDS);
    active.fireChannelActive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext reading, FullHttpRequest request) {
    if (isAsked) {
      return;
    }
    isAsked = true;
    HttpMethod method = request.method();
    String path = request.decoderResult().isSuccess() ? request.uri() : "";
    boolean isSound = request.decoderResult().isSuccess();
    try {
      answering.execute(() -> send(reading, isSound ? pages.answer(method, path) : HttpPages.BAD));
    } catch (RejectedExecutionException e) {
      send(reading, HttpPages.BUSY);
    }
  }

  private static void send(ChannelHandlerContext reading, HttpPages.Page page) {
    reading.writeAndFlush(page.response()).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    LOG.debug("event=http_failed {} {}", HttpResponseStatus.BAD_REQUEST, cause.toString());
    failed.close();
  }
}
