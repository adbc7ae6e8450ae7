package bindery.deploy.kea;

import bindery.deploy.WireOption;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Kea's own word on the leases that it holds, at one instant. */
final class Truth {
  static final long INFINITE = 0xffff_ffffL;

  private static final int ACTIVE = 0;
  private static final int EMPTY = 3;
  private static final HexFormat HEX = HexFormat.of();

  private final long at;
  private final Map<String, Lease> leases = new TreeMap<>();

  /**
   * A lease in the state in which it may be told of.
   *
   * @param link an address on its link
   * @param client the DUID in hexadecimal
   * @param cltt seconds since 1970, as all instants here
   * @param preferredUntil {@link #INFINITE} for ever
   * @param relays its relay-IDs in hexadecimal
   * @param remotes its remote-IDs in hexadecimal, each with its enterprise number
   */
  record Lease(
      String link,
      String client,
      long cltt,
      long preferredUntil,
      long validUntil,
      Set<String> relays,
      Set<String> remotes) {
    /** Whom it belongs to, where. */
    String binding() {
      return client + "@" + link;
    }

    /** Whether it has not run out by then. */
    boolean lastsUntil(long instant) {
      return validUntil == INFINITE || validUntil >= instant;
    }
  }

  private Truth(long at) {
    this.at = at;
  }

  /** Asks Kea for all its leases. */
  static Truth of(Kea kea) throws IOException {
    Truth truth = new Truth(System.currentTimeMillis() / 1_000);
    JsonNode answer = kea.command("lease6-get-all");
    int result = answer.get("result").asInt();
    if (result != 0 && result != EMPTY) {
      throw new IOException("Kea does not tell its leases: " + answer);
    }
    for (JsonNode lease : answer.path("arguments").path("leases")) {
      if (lease.get("state").asInt() == ACTIVE && lease.get("valid-lft").asLong() > 0) {
        truth.leases.put(key(lease), lease(lease));
      }
    }
    return truth;
  }

  private static String key(JsonNode lease) {
    boolean isPrefix = lease.get("type").asText().equals("IA_PD");
    return (isPrefix ? "prefix/" : "address/")
        + HEX.formatHex(Hop.address(lease.get("ip-address").asText()))
        + "/"
        + (isPrefix ? lease.get("prefix-len").asInt() : 128);
  }

  private static Lease lease(JsonNode lease) {
    long cltt = lease.get("cltt").asLong();
    Set<String> relays = new HashSet<>();
    Set<String> remotes = new HashSet<>();
    for (JsonNode hop : lease.path("user-context").path("ISC").path("relays")) {
      byte[] options = HEX.parseHex(hop.get("options").asText().substring(2));
      for (WireOption option : WireOption.parse(options, 0, options.length)) {
        if (option.code() == Message.RELAY_ID) {
          relays.add(HEX.formatHex(option.data()));
        } else if (option.code() == Message.REMOTE_ID) {
          remotes.add(HEX.formatHex(option.data()));
        }
      }
    }
    return new Lease(
        KeaConfig.link(lease.get("subnet-id").asLong()),
        lease.get("duid").asText().replace(":", ""),
        cltt,
        until(cltt, lease.get("preferred-lft").asLong()),
        until(cltt, lease.get("valid-lft").asLong()),
        relays,
        remotes);
  }

  private static long until(long cltt, long lifetime) {
    return lifetime == INFINITE ? INFINITE : cltt + lifetime;
  }

  /** When it was asked, in seconds since 1970. */
  long at() {
    return at;
  }

  /** By {@code KIND/ADDRESS-HEX/LENGTH}; some may have run out since Kea last looked. */
  Map<String, Lease> leases() {
    return leases;
  }

  /** The lease of each client on each link that was told of last: what stands for its binding. */
  Map<String, Lease> newest() {
    Map<String, Lease> newest = new HashMap<>();
    for (Lease lease : leases.values()) {
      newest.merge(lease.binding(), lease, (a, b) -> b.cltt() > a.cltt() ? b : a);
    }
    return newest;
  }
}
