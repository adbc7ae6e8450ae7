package bindery.kea;

import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The links that a configuration of kea-dhcp6 describes.
 *
 * <p>The file is JSON with Kea's liberties: comments of the forms {@code //}, {@code #} and {@code
 * /* *}{@code /}, and trailing commas. Read are {@code subnet6} and {@code shared-networks} with
 * their subnets, {@code pd-pools} and {@code relay} addresses (of the older form {@code ip-address}
 * too); everything else is left alone. One thread, one configuration.
 */
public final class KeaConfigReader {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_YAML_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String source;
  private final List<String> problems = new ArrayList<>();
  private final Map<Long, String> places = new HashMap<>();
  private final Map<Ipv6Prefix, String> prefixPlaces = new HashMap<>();

  private KeaConfigReader(String source) {
    this.source = source;
  }

  /**
   * Reads a configuration file.
   *
   * @param source the name under which that Kea feeds
   * @return in the order of the file, networks behind the subnets that are in none
   * @throws IOException if the file cannot be read
   * @throws KeaFormatException if it is no such configuration; the message names all faults, a line
   *     each
   */
  public static List<KeaLink> read(Path file, String source)
      throws IOException, KeaFormatException {
    return read(new ConfigPath(file).read(), file.toString(), source);
  }

  /**
   * Reads a configuration.
   *
   * @param place where it was had from, for messages
   * @param source the name under which that Kea feeds
   * @return as of a file
   * @throws KeaFormatException as of a file
   */
  static List<KeaLink> read(byte[] octets, String place, String source) throws KeaFormatException {
    JsonNode dhcp6 = parse(octets, place).path("Dhcp6");
    if (!dhcp6.isObject()) {
      throw new KeaFormatException(
          place + ": no object \"Dhcp6\" at the top (expected a configuration of kea-dhcp6)");
    }
    KeaConfigReader reader = new KeaConfigReader(source);
    List<KeaLink> links = reader.links(dhcp6);
    if (!reader.problems.isEmpty()) {
      throw new KeaFormatException(
          place + ": " + String.join("\n" + place + ": ", reader.problems));
    }
    return links;
  }

  private static JsonNode parse(byte[] octets, String origin) throws KeaFormatException {
    // An octet that is no UTF-8 can matter in a comment or a name only.
    String text = new String(octets, StandardCharsets.UTF_8);
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      String place = origin + ":" + line + ": ";
      if (text.lines().skip(line - 1L).findFirst().orElse("").contains("<?include")) {
        throw new KeaFormatException(
            place
                + "<?include ...?> is not followed here; import what Kea prints of the whole"
                + " configuration (its command config-get), or put the file's text in its place",
            e);
      }
      throw new KeaFormatException(place + "not JSON: " + JsonText.fault(e), e);
    }
  }

  private List<KeaLink> links(JsonNode dhcp6) {
    List<KeaLink> links = new ArrayList<>();
    each(
        dhcp6,
        "Dhcp6",
        "subnet6",
        (subnet, place) -> {
          Draft draft = new Draft();
          takeSubnet(subnet, place, draft);
          links.add(draft.link(source + "/" + draft.firstId()));
        });
    each(
        dhcp6,
        "Dhcp6",
        "shared-networks",
        (network, place) -> {
          Draft draft = new Draft();
          takeRelays(network, place, draft);
          each(network, place, "subnet6", (subnet, at) -> takeSubnet(subnet, at, draft));
          String name = network.path("name").asText("");
          if (name.isEmpty()) {
            problems.add(place + ": a shared network without a name");
          } else if (!draft.subnetIds.isEmpty()) {
            // Names of links have no blanks.
            links.add(draft.link(name.replaceAll("[\\s\\p{Cntrl}]", "-")));
          }
        });
    return links;
  }

  private void takeSubnet(JsonNode subnet, String place, Draft draft) {
    JsonNode id = subnet.path("id");
    if (id.canConvertToLong() && id.longValue() >= 1 && id.longValue() <= 0xffff_ffffL) {
      draft.subnetIds.add(id.longValue());
      String first = places.putIfAbsent(id.longValue(), place);
      if (first != null) {
        problems.add(
            place + ".id is " + id + ", as " + first + ".id is (expected another of each subnet)");
      }
    } else {
      problems.add(
          place
              + ".id is "
              + (id.isMissingNode() ? "missing" : id.toString())
              + " (expected 1..4294967295; Kea numbers a subnet without one by its place in the"
              + " file, so give it one)");
    }
    List<Ipv6Prefix> prefix = new ArrayList<>();
    take(subnet.path("subnet"), place + ".subnet", Ipv6Prefix::parse, prefix);
    for (Ipv6Prefix taken : prefix) {
      String first = prefixPlaces.putIfAbsent(taken, place);
      if (first != null) {
        problems.add(
            place
                + ".subnet is "
                + taken
                + ", as "
                + first
                + ".subnet is (expected another of each subnet)");
      }
    }
    draft.prefixes.addAll(prefix);
    each(
        subnet,
        place,
        "pd-pools",
        (pool, at) -> {
          String text = pool.path("prefix").asText() + "/" + pool.path("prefix-len").asText();
          take(text, at, Ipv6Prefix::parse, draft.pools);
        });
    takeRelays(subnet, place, draft);
  }

  private void takeRelays(JsonNode node, String place, Draft draft) {
    JsonNode relay = node.path("relay");
    List<Ipv6Address> relays = new ArrayList<>();
    if (relay.has("ip-address")) {
      take(relay.get("ip-address"), place + ".relay.ip-address", Ipv6Address::parse, relays);
    }
    each(
        relay,
        place + ".relay",
        "ip-addresses",
        (address, at) -> take(address, at, Ipv6Address::parse, relays));
    // Kea prints :: where no relay is configured.
    relays.removeIf(Ipv6Address::isUnspecified);
    draft.relays.addAll(relays);
  }

  private <T> void take(JsonNode text, String place, Function<String, T> parse, List<T> into) {
    if (text.isTextual()) {
      take(text.textValue(), place, parse, into);
    } else {
      problems.add(
          place + " is " + (text.isMissingNode() ? "missing" : text) + " (expected a text)");
    }
  }

  private <T> void take(String text, String place, Function<String, T> parse, List<T> into) {
    try {
      into.add(parse.apply(text.strip()));
    } catch (IllegalArgumentException e) {
      problems.add(place + ": " + e.getMessage());
    }
  }

  private interface Taker {
    void take(JsonNode element, String place);
  }

  private void each(JsonNode node, String place, String key, Taker taker) {
    JsonNode list = node.path(key);
    if (!list.isArray() && !list.isMissingNode()) {
      problems.add(place + "." + key + " is no list (expected [ ... ])");
    }
    for (int i = 0; list.isArray() && i < list.size(); i++) {
      taker.take(list.get(i), place + "." + key + "[" + i + "]");
    }
  }

  private static final class Draft {
    private final List<Ipv6Prefix> prefixes = new ArrayList<>();
    private final List<Ipv6Prefix> pools = new ArrayList<>();
    private final List<Ipv6Address> relays = new ArrayList<>();
    private final List<Long> subnetIds = new ArrayList<>();

    private String firstId() {
      return subnetIds.isEmpty() ? "" : String.valueOf(subnetIds.get(0));
    }

    private KeaLink link(String name) {
      return new KeaLink(name, prefixes, pools, relays, subnetIds);
    }
  }
}
