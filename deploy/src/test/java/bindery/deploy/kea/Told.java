package bindery.deploy.kea;

import bindery.deploy.PackagedProgram;
import bindery.deploy.RawRequestor;
import bindery.deploy.WireData;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one node tells, however it is asked. */
final class Told {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int SILENCE_MILLIS = 10_000;
  private static final byte[] ANY_LINK = new byte[16];
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HexFormat HEX = HexFormat.of();

  private Told() {}

  /** The bindings of a link, asked for by octets. */
  static List<WireData> ofLink(Node node, String link) throws IOException {
    return ask(node, RawRequestor.byLink(Hop.address(link), false));
  }

  /** The same, asked for by {@code bindery query link}. */
  static List<WireData> ofLink(PackagedProgram program, Node node, String link) throws IOException {
    PackagedProgram.Outcome outcome =
        program.run("query", "link", link, "-o", "json", "--server", node.leasequery());
    if (outcome.exit() != 0 && outcome.exit() != 4) {
      throw new IOException(node.leasequery() + ": " + outcome.exit() + ", " + outcome.err());
    }
    List<WireData> told = new ArrayList<>();
    for (String line : outcome.out().lines().toList()) {
      JsonNode binding = MAPPER.readTree(line);
      SortedMap<String, WireData.Lifetimes> leases = new TreeMap<>();
      for (JsonNode lease : binding.get("leases")) {
        leases.put(
            key(lease),
            new WireData.Lifetimes(lease.get("preferred").asLong(), lease.get("valid").asLong()));
      }
      told.add(
          new WireData(
              binding.get("client").asText(), binding.get("clt_age").asLong(), leases, ""));
    }
    return told;
  }

  private static String key(JsonNode lease) {
    if (lease.has("address")) {
      return "address/" + HEX.formatHex(Hop.address(lease.get("address").asText())) + "/128";
    }
    String[] parts = lease.get("prefix").asText().split("/", -1);
    return "prefix/" + HEX.formatHex(Hop.address(parts[0])) + "/" + parts[1];
  }

  /** The leases of the bindings with that relay-ID, on any link. */
  static Set<String> ofRelay(Node node, String relay) throws IOException {
    return keys(ask(node, RawRequestor.byRelay(HEX.parseHex(relay), ANY_LINK, false)));
  }

  /** The leases of the bindings with that remote-ID, on any link. */
  static Set<String> ofRemote(Node node, String remote) throws IOException {
    return keys(ask(node, RawRequestor.byRemote(HEX.parseHex(remote), ANY_LINK, false)));
  }

  /** The leases of a client, on any link. */
  static Set<String> ofClient(Node node, byte[] client) throws IOException {
    return keys(ask(node, RawRequestor.byClient(client, ANY_LINK, false)));
  }

  private static Set<String> keys(List<WireData> told) {
    Set<String> keys = new TreeSet<>();
    told.forEach(data -> keys.addAll(data.leases().keySet()));
    return keys;
  }

  private static List<WireData> ask(Node node, byte[] query) throws IOException {
    RawRequestor.Answer answer =
        RawRequestor.ask(node.socket(), query, CONNECT_MILLIS, SILENCE_MILLIS);
    if (answer.status() != 0 || answer.endStatus() != 0) {
      throw new IOException(
          node.leasequery() + ": status " + answer.status() + ", at the end " + answer.endStatus());
    }
    return answer.data();
  }
}
