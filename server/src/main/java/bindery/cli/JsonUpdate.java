package bindery.cli;

import bindery.kea.JsonText;
import bindery.model.Bytes;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import bindery.v1.EndReason;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import bindery.v1.RelayHop;
import bindery.wire.DhcpOption;
import bindery.wire.MalformedMessageException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One line of {@code feed json}, checked as far as one line can be alone.
 *
 * @param client the DUID; empty only for an end by decline
 * @param cltt the instant of the exchange, seconds since 1970
 * @param lease the lease put, ended or seen; empty for a {@code seen} that names none
 * @param link the name of the client's link; empty if not told
 * @param subnetId the server's number of its subnet
 * @param relays outermost first; none if not told
 * @param relaySource 16 octets, or none if not told
 * @param options whole options, or none if not told
 */
record JsonUpdate(
    ByteString client,
    long cltt,
    Optional<LeaseUpdate> lease,
    String link,
    OptionalLong subnetId,
    List<RelayHop> relays,
    ByteString relaySource,
    ByteString options) {
  private static final List<String> KEYS =
      List.of(
          "op",
          "client",
          "address",
          "prefix",
          "iaid",
          "preferred",
          "valid",
          "cltt",
          "granted",
          "link",
          "subnet_id",
          "relays",
          "relay_source",
          "options",
          "reason",
          "hostname");
  private static final List<String> RELAY_KEYS = List.of("hop", "link", "peer", "options");

  private static final long INSTANT_MIN = DhcpTime.EPOCH_UNIX_SECONDS;
  private static final long INSTANT_MAX = DhcpTime.EPOCH_UNIX_SECONDS + 0xffff_ffffL;
  private static final long U32_MAX = 0xffff_ffffL;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Copies the list. */
  JsonUpdate {
    relays = List.copyOf(relays);
  }

  /**
   * Reads a line.
   *
   * @param octets UTF-8
   * @throws IllegalArgumentException if it is not such an object; the message says what was found
   *     and what was expected
   */
  static JsonUpdate parse(byte[] octets) {
    JsonFields fields = new JsonFields(object(octets), "", KEYS);
    Operation operation = fields.get("op", JsonUpdate::operation);
    EndReason reason =
        fields.find("reason", JsonUpdate::endReason).orElse(EndReason.END_REASON_UNSPECIFIED);
    Optional<LeaseKey> key = leaseKey(fields);
    boolean declined = operation == Operation.END && reason == EndReason.DECLINED;
    if (!declined && !fields.has("client")) {
      throw new IllegalArgumentException("client is missing (expected its DUID in hexadecimal)");
    }
    JsonUpdate update =
        new JsonUpdate(
            fields
                .find("client", text -> octets(Duid.parse(text).octets()))
                .orElse(ByteString.EMPTY),
            fields.number("cltt", INSTANT_MIN, INSTANT_MAX),
            key.map(lease -> lease(fields, operation, lease, reason)),
            fields.find("link", text -> text).orElse(""),
            fields.findNumber("subnet_id", 0, U32_MAX),
            relays(fields),
            fields.find("relay_source", JsonUpdate::address).orElse(ByteString.EMPTY),
            fields.find("options", JsonUpdate::options).orElse(ByteString.EMPTY));
    if (key.isEmpty() && operation != Operation.SEEN) {
      throw new IllegalArgumentException("no lease (expected an address or a prefix)");
    }
    if (key.isEmpty() && update.link.isEmpty() && update.relays.isEmpty()) {
      throw new IllegalArgumentException(
          "seen, but nothing named (expected an address, a prefix, a link or relays)");
    }
    return update;
  }

  private static ObjectNode object(byte[] octets) {
    try {
      JsonNode node = MAPPER.readTree(JsonText.ofUtf8(octets));
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + JsonText.fault(e), e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not JSON: octets that are no UTF-8", e);
    }
    throw new IllegalArgumentException("not a JSON object (expected { \"op\": ... })");
  }

  private static Operation operation(String text) {
    return switch (text) {
      case "put" -> Operation.PUT;
      case "end" -> Operation.END;
      case "seen" -> Operation.SEEN;
      default -> throw new IllegalArgumentException("\"" + text + "\" (expected put, end or seen)");
    };
  }

  private static EndReason endReason(String text) {
    return switch (text) {
      case "released" -> EndReason.RELEASED;
      case "declined" -> EndReason.DECLINED;
      case "expired" -> EndReason.EXPIRED;
      case "removed" -> EndReason.REMOVED;
      default ->
          throw new IllegalArgumentException(
              "\"" + text + "\" (expected released, declined, expired or removed)");
    };
  }

  private static Optional<LeaseKey> leaseKey(JsonFields fields) {
    if (fields.has("address") && fields.has("prefix")) {
      throw new IllegalArgumentException("both address and prefix (expected one lease a line)");
    }
    return fields
        .find("address", text -> LeaseKey.ofAddress(unicast(Ipv6Address.parse(text))))
        .or(() -> fields.find("prefix", text -> LeaseKey.ofPrefix(Ipv6Prefix.parse(text))));
  }

  private static Ipv6Address unicast(Ipv6Address address) {
    if (address.isUnspecified() || address.isMulticast()) {
      throw new IllegalArgumentException(address + " (expected an address that can be leased)");
    }
    return address;
  }

  // Lifetimes and the instant they run from mean nothing to an end or a seen; a feeder may repeat
  // them there all the same.
  private static LeaseUpdate lease(
      JsonFields fields, Operation operation, LeaseKey key, EndReason reason) {
    LeaseUpdate.Builder lease =
        LeaseUpdate.newBuilder()
            .setOperation(operation)
            .setKind(key.kind() == LeaseKey.Kind.PREFIX ? LeaseKind.PREFIX : LeaseKind.ADDRESS)
            .setAddress(ByteString.copyFrom(key.prefix().address().toArray()))
            .setPrefixLength(key.prefix().length())
            .setIaid((int) fields.findNumber("iaid", 0, U32_MAX).orElse(0));
    boolean put = operation == Operation.PUT;
    OptionalLong valid = fields.findNumber("valid", put ? 1 : 0, U32_MAX);
    OptionalLong preferred = fields.findNumber("preferred", 0, U32_MAX);
    OptionalLong granted = fields.findNumber("granted", INSTANT_MIN, INSTANT_MAX);
    fields.find("hostname", text -> text).ifPresent(lease::setHostname);
    if (operation == Operation.END) {
      lease.setEndReason(reason);
    }
    if (put) {
      if (valid.isEmpty() || preferred.isEmpty()) {
        throw new IllegalArgumentException(
            (valid.isEmpty() ? "valid" : "preferred") + " is missing (expected seconds)");
      }
      if (preferred.getAsLong() > valid.getAsLong()) {
        throw new IllegalArgumentException(
            "preferred is "
                + preferred.getAsLong()
                + " (expected at most valid, "
                + valid.getAsLong()
                + ")");
      }
      lease.setValid((int) valid.getAsLong()).setPreferred((int) preferred.getAsLong());
      granted.ifPresent(lease::setGranted);
    }
    return lease.build();
  }

  private static List<RelayHop> relays(JsonFields fields) {
    List<JsonNode> nodes = new ArrayList<>();
    fields.list("relays").forEach(nodes::add);
    List<RelayHop> relays = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      String place = String.format(Locale.ROOT, "relays[%d].", i);
      if (!(nodes.get(i) instanceof ObjectNode object)) {
        throw new IllegalArgumentException(
            "relays[" + i + "] is " + nodes.get(i) + " (expected {\"hop\":0,...})");
      }
      JsonFields hop = new JsonFields(object, place, RELAY_KEYS);
      relays.add(
          RelayHop.newBuilder()
              .setHopCount((int) hop.findNumber("hop", 0, 255).orElse(nodes.size() - 1L - i))
              .setLinkAddress(hop.get("link", JsonUpdate::address))
              .setPeerAddress(hop.get("peer", JsonUpdate::address))
              .setOptions(hop.find("options", JsonUpdate::options).orElse(ByteString.EMPTY))
              .build());
    }
    return relays;
  }

  private static ByteString address(String text) {
    return ByteString.copyFrom(Ipv6Address.parse(text).toArray());
  }

  private static ByteString options(String text) {
    Bytes octets = Bytes.parseHex(text);
    try {
      DhcpOption.decodeAll(octets);
    } catch (MalformedMessageException e) {
      throw new IllegalArgumentException("not whole options: " + e.getMessage(), e);
    }
    return octets(octets);
  }

  private static ByteString octets(Bytes octets) {
    return ByteString.copyFrom(octets.toArray());
  }
}
