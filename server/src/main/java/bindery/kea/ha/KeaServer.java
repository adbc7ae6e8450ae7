package bindery.kea.ha;

import bindery.kea.JsonText;
import bindery.kea.KeaRefusedException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A Kea, asked at the listener of its high availability, whose commands it allows its peers anyway.
 * One call at a time blocks for {@value #SECONDS_MAX} s at most, and takes at most {@value
 * #ANSWER_BYTES_MAX} octets. Any thread.
 */
final class KeaServer {
  private static final int SECONDS_MAX = 20;
  private static final int ANSWER_BYTES_MAX = 64 << 20;
  private static final int RESULT_EMPTY = 3;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final URI uri;
  private final Optional<String> authorization;
  private final HttpClient http;
  // One call at a time, but one that was given up may linger.
  private final ExecutorService calls =
      Executors.newCachedThreadPool(new DefaultThreadFactory("kea-ask", true));

  /**
   * At that address.
   *
   * @param access what is shown to Kea, and what Kea must show
   */
  KeaServer(URI uri, HaAccess access) {
    this.uri = uri;
    authorization = access.shown().map(Credentials::header);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5));
    SSLContext tls = access.keaTls();
    if (tls != null) {
      builder.sslContext(tls);
    }
    http = builder.build();
  }

  /**
   * What Kea says of itself.
   *
   * @param state of its high availability, such as {@code passive-backup}
   * @param clock its own, to the second
   * @param uptimeSeconds since it was started
   * @param reloadSeconds since it read its configuration
   * @param unsent updates that its partner has not been told of
   */
  record Pulse(String state, Instant clock, long uptimeSeconds, long reloadSeconds, long unsent) {}

  /** Where it is asked. */
  URI uri() {
    return uri;
  }

  /**
   * Asks how it is.
   *
   * @throws IOException if it cannot be had; the message says what was answered
   */
  Pulse pulse() throws IOException, InterruptedException {
    // Without arguments: a newer Kea refuses a name that is none of its peers'.
    JsonNode beat = ask("ha-heartbeat", null).path("arguments");
    JsonNode status = ask("status-get", null).path("arguments");
    try {
      return new Pulse(
          beat.path("state").asText(""),
          Instant.from(
              DateTimeFormatter.RFC_1123_DATE_TIME.parse(beat.path("date-time").asText(""))),
          status.path("uptime").asLong(0),
          status.path("reload").asLong(0),
          beat.path("unsent-update-count").asLong(0));
    } catch (DateTimeParseException e) {
      throw new IOException(
          uri + ": answered ha-heartbeat with no date-time as of RFC 1123: " + beat, e);
    }
  }

  /**
   * A page of its leases, in no promised order.
   *
   * @param from the address to go on behind; {@code start} for the first page
   * @return none behind the last
   * @throws IOException as {@link #pulse}
   */
  List<JsonNode> page(String from, int limit) throws IOException, InterruptedException {
    ObjectNode arguments = MAPPER.createObjectNode().put("from", from).put("limit", limit);
    JsonNode answer = ask("lease6-get-page", arguments);
    List<JsonNode> leases = new ArrayList<>();
    answer.path("arguments").path("leases").forEach(leases::add);
    return leases;
  }

  /**
   * The configuration that it goes by, as the element of its answer.
   *
   * @throws KeaRefusedException if it does not tell
   * @throws ConnectException if nobody answers there
   * @throws IOException as {@link #pulse}
   */
  JsonNode configuration() throws IOException, InterruptedException {
    return ask("config-get", null);
  }

  private JsonNode ask(String command, @Nullable ObjectNode arguments)
      throws IOException, InterruptedException {
    ObjectNode request = MAPPER.createObjectNode().put("command", command);
    request.putArray("service").add("dhcp6");
    if (arguments != null) {
      request.set("arguments", arguments);
    }
    HttpRequest.Builder post =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(request.toString()));
    authorization.ifPresent(value -> post.header("Authorization", value));
    Future<JsonNode> answer = calls.submit(() -> call(command, post.build()));
    try {
      return answer.get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          uri + ": " + command + ": no whole answer within " + SECONDS_MAX + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(uri + ": " + command + ": " + e.getCause(), e);
    } finally {
      answer.cancel(true); // which ends the connection, if it is not over
    }
  }

  private JsonNode call(String command, HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      String text = uri + ": " + (e.getMessage() == null ? "no connection" : e.getMessage());
      if (e instanceof ConnectException || e instanceof HttpConnectTimeoutException) {
        ConnectException nobody = new ConnectException(text);
        nobody.initCause(e);
        throw nobody;
      }
      throw new IOException(text, e);
    }
    try (InputStream body = response.body()) {
      return result(command, response.statusCode(), body.readNBytes(ANSWER_BYTES_MAX + 1));
    }
  }

  private JsonNode result(String command, int status, byte[] octets) throws IOException {
    String place = uri + ": " + command;
    if (octets.length > ANSWER_BYTES_MAX) {
      throw new IOException(
          place + ": an answer of more than " + ANSWER_BYTES_MAX + " octets (ask for less a page)");
    }
    try {
      JsonNode answer = MAPPER.readTree(octets);
      JsonNode first = answer.isArray() ? answer.path(0) : answer;
      int result = first.path("result").asInt(-1);
      if (status == 200 && (result == 0 || result == RESULT_EMPTY)) {
        return first;
      }
      throw new KeaRefusedException(
          place
              + ": HTTP status "
              + status
              + ", result "
              + result
              + ": "
              + first.path("text").asText("no text")
              + (status == 401 ? " (expected the user and the password that Kea asks for)" : ""));
    } catch (JsonProcessingException e) {
      throw new IOException(
          place + ": HTTP status " + status + " and no JSON: " + JsonText.fault(e), e);
    }
  }
}
