package bindery.kea.ha;

import bindery.kea.JsonText;
import bindery.kea.Pace;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of Kea: requests one after the other, each answered before the next is looked at.
 * Whatever the Host header says is fine, as Kea writes an IPv6 address there without brackets. A
 * GET of {@code /metrics} is answered too, in Prometheus's format.
 */
// What is closed needs no one to wait for it.
@SuppressWarnings("FutureReturnValueIgnored")
final class HaConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(HaConnection.class);
  private static final int PIPELINED_MAX = 16;
  private static final String JSON = "application/json";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final HaRequests requests;
  private final Supplier<String> metrics;
  private final Pace refusals;
  private final Gaps gaps;
  private final long number;

  // The loop's thread alone.
  private final Deque<Supplier<CompletableFuture<FullHttpResponse>>> waiting = new ArrayDeque<>();
  private boolean isBusy;

  /**
   * A connection of that number.
   *
   * @param metrics what to print for Prometheus
   * @param refusals how often to tell of one that is refused, over all connections
   * @param gaps told of what Kea may have said and was not understood
   */
  HaConnection(
      HaRequests requests, Supplier<String> metrics, Pace refusals, Gaps gaps, long number) {
    this.requests = requests;
    this.metrics = metrics;
    this.refusals = refusals;
    this.gaps = gaps;
    this.number = number;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext reading, FullHttpRequest request) {
    if (waiting.size() >= PIPELINED_MAX) {
      gaps.open("a connection that sends without waiting for answers");
      reading.close();
      return;
    }
    waiting.add(work(request));
    reading.channel().config().setAutoRead(false); // no more is read until this is answered
    next(reading);
  }

  private Supplier<CompletableFuture<FullHttpResponse>> work(FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      gaps.open("a request that is no HTTP");
      return () -> done(HttpResponseStatus.BAD_REQUEST, "text/plain", "not HTTP\n");
    }
    if (request.method().equals(HttpMethod.GET) && request.uri().equals("/metrics")) {
      return () -> done(HttpResponseStatus.OK, "text/plain", metrics.get());
    }
    if (!request.method().equals(HttpMethod.POST)) {
      return () ->
          done(
              HttpResponseStatus.METHOD_NOT_ALLOWED,
              "text/plain",
              "expected POST of a command of Kea, or GET /metrics\n");
    }
    byte[] body = ByteBufUtil.getBytes(request.content());
    return () ->
        answer(body)
            .handle(
                (answer, failure) -> response(HttpResponseStatus.OK, JSON, text(answer, failure)));
  }

  private static CompletableFuture<FullHttpResponse> done(
      HttpResponseStatus status, String type, String body) {
    return CompletableFuture.completedFuture(response(status, type, body));
  }

  private void next(ChannelHandlerContext reading) {
    Supplier<CompletableFuture<FullHttpResponse>> work = isBusy ? null : waiting.poll();
    if (work == null) {
      return;
    }
    isBusy = true;
    work.get()
        .whenComplete(
            (response, failure) -> reading.executor().execute(() -> answered(reading, response)));
  }

  private void answered(ChannelHandlerContext reading, FullHttpResponse response) {
    isBusy = false;
    reading.writeAndFlush(response);
    next(reading);
    if (!isBusy) {
      reading.channel().config().setAutoRead(true);
    }
  }

  private CompletableFuture<JsonNode> answer(byte[] body) {
    try {
      JsonNode request = MAPPER.readTree(JsonText.ofUtf8(body));
      return requests.answer(request == null ? MAPPER.createObjectNode() : request, number);
    } catch (JsonProcessingException e) {
      return failed("not JSON: " + JsonText.fault(e));
    } catch (CharacterCodingException e) {
      return failed("not JSON: octets that are no UTF-8");
    } catch (RuntimeException e) {
      LOG.error("event=kea_request_failed", e);
      return failed("internal error: see the connector's log");
    }
  }

  private CompletableFuture<JsonNode> failed(String text) {
    gaps.open("a request that cannot be read: " + text);
    if (refusals.allows()) {
      LOG.warn("event=kea_request_refused {}{}", text, refusals.passedOver());
    }
    return CompletableFuture.failedFuture(new IllegalArgumentException(text));
  }

  // Kea takes a list alone, and reads the length from the header alone.
  private static String text(@Nullable JsonNode answer, @Nullable Throwable failure) {
    JsonNode element =
        answer != null
            ? answer
            : MAPPER
                .createObjectNode()
                .put("result", 1)
                .put("text", failure == null ? "" : String.valueOf(failure.getMessage()));
    return MAPPER.createArrayNode().add(element).toString();
  }

  private static FullHttpResponse response(HttpResponseStatus status, String type, String body) {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(octets));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, octets.length);
    return response;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext idle, Object event) throws Exception {
    if (event instanceof IdleStateEvent) {
      idle.close();
    } else {
      super.userEventTriggered(idle, event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    Throwable beneath = cause.getCause();
    if (cause instanceof SSLException || beneath instanceof SSLException) {
      if (refusals.allows()) {
        LOG.warn(
            "event=kea_tls_refused {}: {}{}",
            failed.channel().remoteAddress(),
            String.valueOf((beneath == null ? cause : beneath).getMessage()),
            refusals.passedOver());
      }
    } else {
      LOG.debug("event=kea_connection_failed {}", cause.toString());
    }
    failed.close();
  }
}
