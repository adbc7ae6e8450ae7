package bindery.kea.ha;

import bindery.feeder.FeedStream;
import bindery.kea.MalformedRowException;
import bindery.kea.Pace;
import bindery.kea.ha.Told.Fate;
import bindery.model.Ipv6Address;
import bindery.v1.Exchange;
import bindery.v1.Item;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the commands of Kea's high availability as a backup server would. What it cannot take
 * into the cluster in time is answered as taken all the same, since Kea would not send it again
 * either way and might drop its client's query; the gap is repaired later. Any thread.
 */
final class HaRequests {
  private static final Logger LOG = LoggerFactory.getLogger(HaRequests.class);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final List<String> COMMANDS =
      List.of(
          "dhcp-disable",
          "dhcp-enable",
          "ha-heartbeat",
          "lease6-bulk-apply",
          "list-commands",
          "status-get");

  private static final int OK = 0;
  private static final int ERROR = 1;
  private static final int UNSUPPORTED = 2;

  private final LiveFeed feed;
  private final Overtakings overtakings;
  private final Gaps gaps;
  private final HaMetrics metrics;
  private final String name;
  private final InstantSource clock;
  private final Pace refusals = new Pace(20, Duration.ofMinutes(1), System::nanoTime);
  private final long startedMillis;

  /**
   * For that feed.
   *
   * @param name the peer's name that this connector goes by
   */
  HaRequests(
      LiveFeed feed,
      Overtakings overtakings,
      Gaps gaps,
      HaMetrics metrics,
      String name,
      InstantSource clock) {
    this.feed = feed;
    this.overtakings = overtakings;
    this.gaps = gaps;
    this.metrics = metrics;
    this.name = name;
    this.clock = clock;
    startedMillis = clock.millis();
  }

  /**
   * Answers a request, at the latest when the feed's time for that is over.
   *
   * @param connection tells the connections of one endpoint apart
   * @return one element, as Kea expects it
   */
  CompletableFuture<JsonNode> answer(JsonNode request, long connection) {
    String command = request.path("command").asText("");
    boolean isKnown = COMMANDS.contains(command);
    metrics.requested(isKnown ? command : "other");
    JsonNode arguments = request.path("arguments");
    return switch (command) {
      case "lease6-bulk-apply" -> apply(arguments, connection);
      case "list-commands" -> now(OK, "", MAPPER.valueToTree(COMMANDS));
      case "status-get" -> now(OK, "", status());
      case "ha-heartbeat" -> now(OK, "HA peer status returned.", heartbeat());
      case "dhcp-enable" -> now(OK, "DHCP service successfully enabled", null);
      case "dhcp-disable" -> now(OK, "DHCPv6 service disabled", null);
      default -> now(UNSUPPORTED, "'" + command + "' command not supported.", null);
    };
  }

  private CompletableFuture<JsonNode> apply(JsonNode arguments, long connection) {
    BulkApply told;
    try {
      told = BulkApply.read(arguments);
    } catch (MalformedRowException e) {
      gaps.open("a request of Kea that cannot be read: " + e.getMessage());
      LOG.warn("event=kea_request_refused {}", e.getMessage());
      return now(ERROR, String.valueOf(e.getMessage()), null);
    }
    told.faults().forEach(fault -> refuse(fault.address(), fault.reason()));
    List<Item> items =
        told.exchanges().stream()
            .map(exchange -> Item.newBuilder().setExchange(exchange).build())
            .toList();
    if (items.stream().anyMatch(item -> item.getSerializedSize() > FeedStream.ITEM_BYTES_MAX)) {
      gaps.open("a transaction of more than " + FeedStream.ITEM_BYTES_MAX + " octets");
      LOG.warn("event=kea_request_refused a transaction of {} leases is too large", told.leases());
      return now(ERROR, "too large", null);
    }
    // Noted before, for what Kea is being asked for at this moment; and behind, since what Kea says
    // when it is asked must come behind what it was asked for.
    told.exchanges().forEach(exchange -> overtakings.saw(exchange, connection));
    CompletableFuture<Told> outcome = feed.take(items);
    told.exchanges().forEach(exchange -> overtakings.saw(exchange, connection));
    return outcome.thenApply(result -> applied(told, result));
  }

  private void refuse(String address, String reason) {
    if (refusals.allows()) {
      LOG.warn("event=kea_lease_refused {}: {}{}", address, reason, refusals.passedOver());
    }
  }

  private JsonNode applied(BulkApply told, Told outcome) {
    ArrayNode failedDeleted = MAPPER.createArrayNode();
    ArrayNode failed = MAPPER.createArrayNode();
    for (BulkApply.Fault fault : told.faults()) {
      (fault.isDeleted() ? failedDeleted : failed)
          .add(failure(fault.type(), fault.address(), fault.reason()));
    }
    for (Map.Entry<Integer, String> reject : outcome.rejects().entrySet()) {
      Exchange exchange = told.exchanges().get(reject.getKey());
      for (LeaseUpdate lease : exchange.getLeasesList()) {
        String address = Ipv6Address.of(lease.getAddress().toByteArray()).toString();
        refuse(address, reject.getValue());
        String type = lease.getKind() == LeaseKind.PREFIX ? "IA_PD" : "IA_NA";
        failed.add(failure(type, address, reject.getValue()));
      }
    }
    int refused = failedDeleted.size() + failed.size();
    metrics.told("rejected", refused);
    metrics.told(text(outcome.fate()), told.leases() - refused);
    ObjectNode arguments = MAPPER.createObjectNode();
    if (!failedDeleted.isEmpty()) {
      arguments.set("failed-deleted-leases", failedDeleted);
    }
    if (!failed.isEmpty()) {
      arguments.set("failed-leases", failed);
    }
    return result(
        OK,
        "Bulk apply of " + (told.leases() - refused) + " IPv6 leases completed.",
        arguments.isEmpty() ? null : arguments);
  }

  private static String text(Fate fate) {
    return fate.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode failure(String type, String address, String reason) {
    return MAPPER
        .createObjectNode()
        .put("type", type)
        .put("ip-address", address)
        .put("result", ERROR)
        .put("error-message", reason);
  }

  private JsonNode heartbeat() {
    ObjectNode beat = MAPPER.createObjectNode().put("state", "backup");
    beat.put(
        "date-time",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)));
    beat.putArray("scopes");
    return beat.put("unsent-update-count", 0);
  }

  private JsonNode status() {
    long uptime = (clock.millis() - startedMillis) / 1_000;
    ObjectNode status =
        MAPPER
            .createObjectNode()
            .put("pid", ProcessHandle.current().pid())
            .put("uptime", uptime)
            .put("reload", uptime);
    ObjectNode relationship = status.putArray("high-availability").addObject();
    relationship.put("ha-mode", "passive-backup");
    ObjectNode local = relationship.putObject("ha-servers").putObject("local");
    local.put("role", "backup").putArray("scopes");
    local
        .put("server-name", name)
        .put("state", "backup")
        .put(
            "system-time",
            DATE_TIME.format(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)));
    return status;
  }

  private static CompletableFuture<JsonNode> now(
      int result, String text, @Nullable JsonNode arguments) {
    return CompletableFuture.completedFuture(result(result, text, arguments));
  }

  private static JsonNode result(int result, String text, @Nullable JsonNode arguments) {
    ObjectNode answer = MAPPER.createObjectNode().put("result", result).put("text", text);
    if (arguments != null) {
      answer.set("arguments", arguments);
    }
    return answer;
  }
}
