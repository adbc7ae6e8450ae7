package bindery.admin;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered under each path. May block on the store. Any thread. */
final class HttpPages {
  /** For what is no HTTP, or more of it than is read. */
  static final Page BAD = text(HttpResponseStatus.BAD_REQUEST, "not a request\n", false);

  /** For a request that finds too many before it. */
  static final Page BUSY =
      text(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many requests at once\n", false);

  private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Readiness readiness;
  private final PrometheusRegistry metrics;
  private final StatusPage statusPage;
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  HttpPages(Readiness readiness, PrometheusRegistry metrics, StatusPage statusPage) {
    this.statusPage = statusPage;
    this.readiness = readiness;
    this.metrics = metrics;
  }

  /**
   * An answer.
   *
   * @param body left out of the answer to a HEAD, which has its length all the same
   */
  record Page(HttpResponseStatus status, String type, String body, boolean isHead) {
    FullHttpResponse response() {
      byte[] octets = body.getBytes(StandardCharsets.UTF_8);
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              status,
              isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(octets));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, type)
          .set(HttpHeaderNames.CONTENT_LENGTH, octets.length)
          .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
          .set(
              HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'self'; frame-ancestors 'none'")
          .set("x-content-type-options", "nosniff")
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
        response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
      }
      return response;
    }
  }

  private static Page text(HttpResponseStatus status, String body, boolean isHead) {
    return new Page(status, TEXT, body, isHead);
  }

  /** The answer to a request for that path, with or without a query behind it. */
  Page answer(HttpMethod method, String uri) {
    boolean isHead = method.equals(HttpMethod.HEAD);
    if (!isHead && !method.equals(HttpMethod.GET)) {
      return text(HttpResponseStatus.METHOD_NOT_ALLOWED, "read only\n", false);
    }
    int query = uri.indexOf('?');
    try {
      return query < 0
          ? page(uri, "", isHead)
          : page(uri.substring(0, query), uri.substring(query + 1), isHead);
    } catch (IOException | RuntimeException e) {
      LOG.warn("event=http_answer_failed {}", uri, e);
      return text(HttpResponseStatus.INTERNAL_SERVER_ERROR, "failed: see the log\n", isHead);
    }
  }

  private Page page(String path, String query, boolean isHead) throws IOException {
    return switch (path) {
      case "/" -> file("index.html", "text/html", isHead);
      case "/status.css" -> file("status.css", "text/css", isHead);
      case "/status.js" -> file("status.js", "text/javascript", isHead);
      case "/status.json" ->
          statusPage
              .json()
              .map(json -> new Page(HttpResponseStatus.OK, "application/json", json, isHead))
              .orElseGet(
                  () -> text(HttpResponseStatus.SERVICE_UNAVAILABLE, "the node starts\n", isHead));
      case "/livez" -> text(HttpResponseStatus.OK, "ok\n", isHead);
      case "/readyz" -> ready(List.of(query.split("&", -1)).contains("verbose"), isHead);
      case "/metrics" -> {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out, metrics.scrape());
        yield new Page(
            HttpResponseStatus.OK,
            writer.getContentType(),
            out.toString(StandardCharsets.UTF_8),
            isHead);
      }
      default -> text(HttpResponseStatus.NOT_FOUND, "no such page\n", isHead);
    };
  }

  private static Page file(String name, String type, boolean isHead) throws IOException {
    return new Page(HttpResponseStatus.OK, type + "; charset=utf-8", StatusPage.file(name), isHead);
  }

  // A line for each check that is not well; verbose: for every one, and the verdict behind them.
  private Page ready(boolean isVerbose, boolean isHead) {
    List<HealthCheck> checks = readiness.checks();
    boolean isReady =
        checks.stream().noneMatch(check -> check.verdict() == HealthCheck.Verdict.FAILED);
    HttpResponseStatus status =
        isReady ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
    String verdict = isReady ? "ready\n" : "not ready\n";
    if (isVerbose) {
      return text(status, lines(checks) + verdict, isHead);
    }
    return text(
        status, verdict + lines(checks.stream().filter(check -> !check.isOk()).toList()), isHead);
  }

  private static String lines(List<HealthCheck> checks) {
    return checks.stream().map(check -> check.line() + "\n").collect(Collectors.joining());
  }
}
