package bindery.kea.ha;

import bindery.kea.JsonText;
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
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
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
  private static final int PIPELINED_MAX = 64;
  private static final String JSON = "application/json";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final HaRequests requests;
  private final Supplier<String> metrics;
  private final Optional<byte[]> authorization;
  private final long number;

  // The loop's thread alone.
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private boolean isBusy;

  /**
   * A connection of that number.
   *
   * @param metrics what to print for Prometheus
   * @param credentials {@code USER:PASSWORD} that is asked for; empty for none
   */
  HaConnection(
      HaRequests requests, Supplier<String> metrics, Optional<String> credentials, long number) {
    this.requests = requests;
    this.metrics = metrics;
    this.number = number;
    authorization =
        credentials.map(
            text ->
                ("Basic "
                        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                    .getBytes(StandardCharsets.UTF_8));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext reading, FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      reading.writeAndFlush(response(HttpResponseStatus.BAD_REQUEST, "text/plain", "not HTTP\n"));
      reading.close();
    } else if (!isAuthorized(request)) {
      FullHttpResponse refusal =
          response(
              HttpResponseStatus.UNAUTHORIZED,
              JSON,
              "[ { \"result\": 401, \"text\": \"Unauthorized\" } ]");
      refusal.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"bindery\"");
      LOG.warn("event=kea_unauthorized {}", reading.channel().remoteAddress());
      reading.writeAndFlush(refusal);
    } else if (request.method().equals(HttpMethod.GET) && request.uri().equals("/metrics")) {
      reading.writeAndFlush(response(HttpResponseStatus.OK, "text/plain", metrics.get()));
    } else if (!request.method().equals(HttpMethod.POST)) {
      reading.writeAndFlush(
          response(
              HttpResponseStatus.METHOD_NOT_ALLOWED,
              "text/plain",
              "expected POST of a command of Kea, or GET /metrics\n"));
    } else if (waiting.size() >= PIPELINED_MAX) {
      reading.close();
    } else {
      waiting.add(ByteBufUtil.getBytes(request.content()));
      next(reading);
    }
  }

  private boolean isAuthorized(FullHttpRequest request) {
    if (authorization.isEmpty()) {
      return true;
    }
    String given = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), authorization.orElseThrow());
  }

  private void next(ChannelHandlerContext reading) {
    byte[] body = isBusy ? null : waiting.poll();
    if (body == null) {
      return;
    }
    isBusy = true;
    answer(body)
        .whenComplete(
            (answer, failure) ->
                reading
                    .executor()
                    .execute(
                        () -> {
                          isBusy = false;
                          reading.writeAndFlush(
                              response(HttpResponseStatus.OK, JSON, text(answer, failure)));
                          next(reading);
                        }));
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

  private static CompletableFuture<JsonNode> failed(String text) {
    LOG.warn("event=kea_request_refused {}", text);
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
    LOG.debug("event=kea_connection_failed {}", cause.toString());
    failed.close();
  }
}
