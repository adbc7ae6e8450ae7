package bindery.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Health and metrics over HTTP, to be read by supervisors, balancers and Prometheus: {@code /livez}
 * says 200 while the process runs, {@code /readyz} 200 while it can serve and 503 with the reasons
 * otherwise, {@code /metrics} prints the Prometheus text format.
 *
 * <p>Read only. Two requests at a time, 32 more wait, further ones are refused.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 32;
  private static final int BACKLOG = 32;
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService executor;

  private HttpEndpoint(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Listens.
   *
   * @throws IOException if the address cannot be listened on; the message names it and the option
   */
  public static HttpEndpoint start(
      InetSocketAddress address, Readiness readiness, PrometheusRegistry metrics)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen for HTTP on "
              + address
              + ": "
              + e.getMessage()
              + " (choose another address or port by the option http.listen)",
          e);
    }
    ExecutorService executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            work -> {
              Thread thread = new Thread(work, "http");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(executor);
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    server.createContext("/livez", exchange -> answer(exchange, "/livez", 200, "ok\n"));
    server.createContext("/readyz", exchange -> answerReady(exchange, readiness));
    server.createContext("/metrics", exchange -> answerMetrics(exchange, writer, metrics));
    server.start();
    return new HttpEndpoint(server, executor);
  }

  /** Where it listens, the port taken in place of 0. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private static void answerReady(HttpExchange exchange, Readiness readiness) throws IOException {
    List<String> obstacles = readiness.obstacles();
    answer(
        exchange,
        "/readyz",
        obstacles.isEmpty() ? 200 : 503,
        obstacles.isEmpty() ? "ready\n" : String.join("\n", obstacles) + "\n");
  }

  private static void answerMetrics(
      HttpExchange exchange, PrometheusTextFormatWriter writer, PrometheusRegistry metrics)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out, metrics.scrape());
    send(exchange, 200, writer.getContentType(), out.toByteArray());
  }

  private static void answer(HttpExchange exchange, String path, int status, String text)
      throws IOException {
    if (exchange.getRequestURI().getPath().equals(path)) {
      send(exchange, status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    } else {
      send(exchange, 404, TEXT, "no such page\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", type);
      boolean bare = method.equals("HEAD");
      exchange.sendResponseHeaders(status, bare ? -1 : body.length);
      if (!bare) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
