package bindery.kea.ha;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Kea's listener for its peers, over leases in a map: a page is in the order of addresses. */
public final class KeaListener implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** The leases by address; the addresses of a test are all of one length, so text will do. */
  final NavigableMap<String, ObjectNode> leases = new ConcurrentSkipListMap<>();

  /** The commands that were asked, in order. */
  final List<String> commands = new CopyOnWriteArrayList<>();

  private final HttpServer server;
  private final URI uri;
  private volatile long startedMillis = System.currentTimeMillis() - 60_000;
  private volatile boolean isFailing;
  private volatile String configuration = "";

  /** By HTTP, on a port of its own. */
  public KeaListener() throws IOException {
    this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10), "http");
  }

  private KeaListener(HttpServer server, String scheme) {
    this.server = server;
    uri = URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/");
    server.createContext("/", this::serve);
    server.start();
  }

  /** By HTTPS, and only for who shows a certificate, as Kea asks for by itself. */
  static KeaListener https(SSLContext context) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters asked = context.getDefaultSSLParameters();
            asked.setNeedClientAuth(true);
            parameters.setSSLParameters(asked);
          }
        });
    return new KeaListener(server, "https");
  }

  public URI uri() {
    return uri;
  }

  /** It was started anew some seconds from now. */
  void restart() {
    startedMillis = System.currentTimeMillis() + 30_000;
  }

  /** From now on pages fail, or no longer. */
  void failPages(boolean failing) {
    isFailing = failing;
  }

  /** From now on it tells that configuration; none until then. */
  public void configure(String dhcp6) {
    configuration = dhcp6;
  }

  public long asked(String command) {
    return commands.stream().filter(command::equals).count();
  }

  /** A lease that a client holds, of an address that ends with that number. */
  static ObjectNode lease(int number) {
    return MAPPER
        .createObjectNode()
        .put("ip-address", address(number))
        .put("type", "IA_NA")
        .put("iaid", number)
        .put(
            "duid",
            "00:03:00:01:02:00:00:00:" + String.format("%02x:%02x", number >> 8, number & 255))
        .put("subnet-id", 1)
        .put("cltt", Instant.now().getEpochSecond())
        .put("preferred-lft", 1_000)
        .put("valid-lft", 2_000)
        .put("hostname", "")
        .put("state", 0);
  }

  static String address(int number) {
    return String.format("2001:db8::%04x", number);
  }

  public void hold(int number) {
    leases.put(address(number), lease(number));
  }

  private void serve(HttpExchange exchange) throws IOException {
    JsonNode request = MAPPER.readTree(exchange.getRequestBody());
    String command = request.path("command").asText();
    commands.add(command);
    ObjectNode answer = MAPPER.createObjectNode().put("result", 0).put("text", "");
    switch (command) {
      case "ha-heartbeat" ->
          answer
              .putObject("arguments")
              .put("state", "passive-backup")
              .put(
                  "date-time",
                  DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
      case "status-get" ->
          answer
              .putObject("arguments")
              .put("uptime", (System.currentTimeMillis() - startedMillis) / 1_000);
      case "lease6-get-page" -> page(request.path("arguments"), answer);
      case "config-get" -> configuration(answer);
      default -> answer.put("result", 2);
    }
    byte[] octets =
        MAPPER.createArrayNode().add(answer).toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  private void configuration(ObjectNode answer) throws IOException {
    String told = configuration;
    if (told.isEmpty()) {
      answer.put("result", 403).put("text", "Forbidden");
    } else {
      answer.putObject("arguments").set("Dhcp6", MAPPER.readTree(told));
    }
  }

  private void page(JsonNode arguments, ObjectNode answer) {
    String from = arguments.path("from").asText();
    ArrayNode page = answer.putObject("arguments").putArray("leases");
    (from.equals("start") ? leases : leases.tailMap(padded(from), false))
        .values().stream().limit(arguments.path("limit").asInt()).forEach(page::add);
    if (isFailing) {
      answer.put("result", 1).put("text", "no pages today");
    } else if (page.isEmpty()) {
      answer.put("result", 3);
    }
  }

  // As the test writes addresses, whichever way they were asked for.
  private static String padded(String address) {
    int number = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
    return address(number);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
