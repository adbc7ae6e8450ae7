package bindery.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a Kea's configuration and lease file say, worked out by the rules of the standards alone:
 * the expected content of every answer.
 */
final class KeaOracle {
  static final long INFINITE = 0xffff_ffffL;

  private static final HexFormat HEX = HexFormat.of();
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .configure(JsonParser.Feature.ALLOW_COMMENTS, true)
          .configure(JsonParser.Feature.ALLOW_YAML_COMMENTS, true)
          .build();

  /** A link of the configuration. */
  record Link(String name, List<String> prefixes) {}

  /** A live lease; instants in seconds since 1970, infinite ones {@link #INFINITE}. */
  record Lease(long preferredUntil, long validUntil) {}

  /** One client on one link. */
  static final class Binding {
    final String client;
    final String link;
    long cltt;
    String relayData = "";
    SortedSet<String> relayIds = new TreeSet<>();
    SortedSet<String> remoteIds = new TreeSet<>();
    final SortedMap<String, Lease> leases = new TreeMap<>();

    Binding(String client, String link) {
      this.client = client;
      this.link = link;
    }
  }

  private final Map<Long, String> linkOfSubnet = new HashMap<>();
  private final Map<String, Link> links = new TreeMap<>();
  private final Map<String, Binding> bindings = new TreeMap<>();

  private KeaOracle() {}

  static KeaOracle read(Path config, Path leases) throws IOException {
    KeaOracle oracle = new KeaOracle();
    JsonNode dhcp6 = MAPPER.readTree(Files.readString(config)).get("Dhcp6");
    dhcp6.path("subnet6").forEach(subnet -> oracle.takeSubnet(subnet, null));
    for (JsonNode network : dhcp6.path("shared-networks")) {
      network
          .path("subnet6")
          .forEach(subnet -> oracle.takeSubnet(subnet, network.get("name").asText()));
    }
    oracle.takeRows(Files.readAllLines(leases, StandardCharsets.UTF_8));
    return oracle;
  }

  private void takeSubnet(JsonNode subnet, @org.jspecify.annotations.Nullable String network) {
    long id = subnet.get("id").asLong();
    String name = network == null ? "kea/" + id : network;
    linkOfSubnet.put(id, name);
    links
        .computeIfAbsent(name, n -> new Link(n, new ArrayList<>()))
        .prefixes()
        .add(subnet.get("subnet").asText());
  }

  private void takeRows(List<String> lines) throws IOException {
    List<String> names = List.of(lines.get(0).split(",", -1));
    // Who holds an address: the lease key leads to its binding.
    Map<String, Binding> holders = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < names.size() && i < cells.length; i++) {
        row.put(names.get(i), cells[i]);
      }
      takeRow(row, holders);
    }
    bindings.values().removeIf(binding -> binding.leases.isEmpty());
  }

  private void takeRow(Map<String, String> row, Map<String, Binding> holders) throws IOException {
    boolean prefix = row.get("lease_type").equals("2");
    byte[] address = InetAddress.getByName(row.get("address")).getAddress();
    String key =
        prefix
            ? "prefix/" + HEX.formatHex(address) + "/" + row.get("prefix_len")
            : "address/" + HEX.formatHex(address) + "/128";
    long valid = Long.parseLong(row.get("valid_lifetime"));
    long preferred = Long.parseLong(row.get("pref_lifetime"));
    long expire = Long.parseLong(row.get("expire"));
    long cltt = expire - valid;
    int state = Integer.parseInt(row.get("state"));
    Binding holder = holders.remove(key);
    if (holder != null) {
      holder.leases.remove(key);
    }
    String client = row.get("duid").replace(":", "");
    if (state == 1 || client.length() < 6) {
      return; // declined: an end of the address, told of no client
    }
    String link = linkOfSubnet.get(Long.parseLong(row.get("subnet_id")));
    Binding binding = bindings.computeIfAbsent(client + "@" + link, k -> new Binding(client, link));
    if (cltt >= binding.cltt) {
      binding.cltt = cltt;
      takeRelays(binding, row.getOrDefault("user_context", ""));
    }
    if (state == 0 && valid > 0) {
      binding.leases.put(
          key,
          new Lease(
              preferred == INFINITE ? INFINITE : cltt + preferred,
              valid == INFINITE ? INFINITE : expire));
      holders.put(key, binding);
    }
  }

  private static void takeRelays(Binding binding, String escaped) throws IOException {
    binding.relayData = "";
    if (escaped.isEmpty()) {
      return;
    }
    JsonNode isc = MAPPER.readTree(unescape(escaped)).path("ISC");
    JsonNode relays = isc.has("relay-info") ? isc.get("relay-info") : isc.path("relays");
    if (relays.isEmpty()) {
      return;
    }
    binding.relayIds = new TreeSet<>();
    binding.remoteIds = new TreeSet<>();
    byte[] message = new byte[0];
    for (int i = relays.size() - 1; i >= 0; i--) {
      message = takeHop(binding, relays.get(i), message);
    }
    byte[] source = InetAddress.getByName(relays.get(0).path("link").asText("::")).getAddress();
    binding.relayData = HEX.formatHex(source) + HEX.formatHex(message);
  }

  private static byte[] takeHop(Binding binding, JsonNode hop, byte[] inner) throws IOException {
    String text = hop.path("options").asText("");
    byte[] options = HEX.parseHex(text.startsWith("0x") ? text.substring(2) : text);
    for (WireOption option : WireOption.parse(options, 0, options.length)) {
      if (option.code() == 53) {
        binding.relayIds.add(HEX.formatHex(option.data()));
      } else if (option.code() == 37) {
        binding.remoteIds.add(HEX.formatHex(option.data()));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(12);
    out.write(hop.get("hop").asInt());
    out.write(InetAddress.getByName(hop.get("link").asText()).getAddress());
    out.write(InetAddress.getByName(hop.get("peer").asText()).getAddress());
    out.write(options);
    if (inner.length > 0) {
      out.write(ByteBuffer.allocate(4).putShort((short) 9).putShort((short) inner.length).array());
      out.write(inner);
    }
    return out.toByteArray();
  }

  /** Kea's escape: {@code &#x} and two digits, no semicolon. */
  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("&#x", at)) {
        plain.append((char) Integer.parseInt(text.substring(at + 3, at + 5), 16));
        at += 5;
      } else {
        plain.append(text.charAt(at++));
      }
    }
    return plain.toString();
  }

  /** Every binding that has a live lease. */
  List<Binding> bindings() {
    return List.copyOf(bindings.values());
  }

  /** Those of them that meet a condition. */
  List<Binding> where(Predicate<Binding> condition) {
    return bindings.values().stream().filter(condition).toList();
  }

  List<Link> links() {
    return List.copyOf(links.values());
  }

  /** All relay-IDs of bindings, in hexadecimal. */
  SortedSet<String> relayIds() {
    SortedSet<String> all = new TreeSet<>();
    bindings.values().forEach(binding -> all.addAll(binding.relayIds));
    return all;
  }

  /** All remote-IDs of bindings, in hexadecimal with their enterprise number. */
  SortedSet<String> remoteIds() {
    SortedSet<String> all = new TreeSet<>();
    bindings.values().forEach(binding -> all.addAll(binding.remoteIds));
    return all;
  }
}
