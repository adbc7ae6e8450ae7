package bindery.kea;

import bindery.model.Bytes;
import bindery.model.Ipv6Address;
import bindery.v1.RelayHop;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The relays of an exchange as Kea keeps them in a lease's user context, where it is told to by
 * {@code store-extended-info}.
 *
 * <pre>{@code
 * { "ISC": { "relay-info": [ { "hop": 0, "link": "2001:db8:100::1", "peer": "fe80::1",
 *                              "options": "0x0035000A0003000102005E100001" } ] } }
 * }</pre>
 *
 * Outermost relay first. Until 2.3.2 the key was {@code relays}. Kea also writes out {@code
 * remote-id} and {@code relay-id}, since 2.3.2; they repeat what stands in {@code options}, which
 * every version writes, so that alone is read. Other keys belong to other hooks.
 */
final class UserContext {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private UserContext() {}

  /**
   * The relays, outermost first; none if there is no context or it says nothing of relays.
   *
   * @param octets the JSON text, unescaped
   * @throws MalformedRowException if it is no JSON object, or its relays are not as above
   */
  static List<RelayHop> relays(byte[] octets) throws MalformedRowException {
    if (octets.length == 0) {
      return List.of();
    }
    return relays(read(octets));
  }

  /** The same of a context that is part of a larger text. */
  static List<RelayHop> relays(JsonNode context) throws MalformedRowException {
    JsonNode isc = context.path("ISC");
    JsonNode list = isc.has("relay-info") ? isc.get("relay-info") : isc.path("relays");
    if (list.isMissingNode()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw new MalformedRowException("user_context: the relays are no list (expected [ {...} ])");
    }
    List<RelayHop> hops = new ArrayList<>();
    for (JsonNode hop : list) {
      hops.add(hop(hop, "user_context: relay " + (hops.size() + 1)));
    }
    return hops;
  }

  private static JsonNode read(byte[] octets) throws MalformedRowException {
    try {
      JsonNode context = MAPPER.readTree(JsonText.ofUtf8(octets));
      if (context.isObject()) {
        return context;
      }
    } catch (JsonProcessingException e) {
      throw new MalformedRowException(
          "user_context: not JSON: " + JsonText.fault(e) + " (expected { \"ISC\": ... })", e);
    } catch (CharacterCodingException e) {
      throw new MalformedRowException("user_context: not JSON: octets that are no UTF-8", e);
    }
    throw new MalformedRowException("user_context: not a JSON object (expected { \"ISC\": ... })");
  }

  private static RelayHop hop(JsonNode hop, String place) throws MalformedRowException {
    JsonNode count = hop.path("hop");
    if (!count.canConvertToInt() || count.intValue() < 0 || count.intValue() > 255) {
      throw new MalformedRowException(
          place + ": hop is " + JsonText.shown(count) + " (expected a number of 0..255)");
    }
    return RelayHop.newBuilder()
        .setHopCount(count.intValue())
        .setLinkAddress(address(hop, place, "link"))
        .setPeerAddress(address(hop, place, "peer"))
        .setOptions(options(hop.path("options"), place))
        .build();
  }

  private static ByteString address(JsonNode hop, String place, String key)
      throws MalformedRowException {
    JsonNode text = hop.path(key);
    if (!text.isTextual()) {
      throw new MalformedRowException(
          place + ": " + key + " is " + JsonText.shown(text) + " (expected an IPv6 address)");
    }
    try {
      return ByteString.copyFrom(Ipv6Address.parse(text.textValue()).toArray());
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException(place + ": " + key + ": " + e.getMessage(), e);
    }
  }

  private static ByteString options(JsonNode options, String place) throws MalformedRowException {
    if (options.isMissingNode()) {
      return ByteString.EMPTY;
    }
    String text = options.asText();
    String digits = text.toLowerCase(Locale.ROOT).startsWith("0x") ? text.substring(2) : text;
    try {
      return ByteString.copyFrom(Bytes.parseHex(digits).toArray());
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException(place + ": options: " + e.getMessage(), e);
    }
  }
}
