package bindery.node;

import bindery.leasequery.DatagramOptions;
import bindery.leasequery.LeasequeryLimits;
import bindery.leasequery.RequestorRule;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules that tie options to each other. A rule whose options could not be read is passed over.
 */
final class ConfigRules {
  private static final String RAFT_LISTEN_ALONE = "127.0.0.1:5471";

  private ConfigRules() {}

  static void check(ConfigReader values, Problems problems) {
    checkMembers(values, problems);
    NodeTls.check(values, problems);
    boolean isSecure = NodeTls.isWanted(values);
    checkInsecure(values, isSecure, problems);
    if (!isSecure && values.find(LeasequerySettings.TLS_LISTEN) != null) {
      problems.add(
          values.place(LeasequerySettings.TLS_LISTEN)
              + ": without TLS (expected tls.ca, tls.cert and tls.key, which bindery cert makes)");
    }
    checkPorts(values, problems);
    checkOutputMemory(values, problems);
    KeaHaConfig.check(values, problems);
  }

  /**
   * The limits of the leasequery front.
   *
   * @throws IllegalArgumentException if one does not fit another, which {@link #check} tells
   */
  static LeasequeryLimits limits(ConfigReader values) {
    return new LeasequeryLimits(
        values.get(LeasequerySettings.MAX_CONNECTIONS),
        values.get(LeasequerySettings.MAX_CONNECTIONS_PER_REQUESTOR),
        values.get(LeasequerySettings.MAX_QUERIES),
        values.get(LeasequerySettings.MAX_QUERIES_PER_REQUESTOR),
        values.get(LeasequerySettings.MAX_EMPTY_REPLIES),
        octets(values.get(LeasequerySettings.OUTPUT_MEMORY)),
        octets(values.get(LeasequerySettings.LEAST_PROGRESS)),
        values.get(LeasequerySettings.DATA_TIMEOUT),
        values.get(LeasequerySettings.IDLE_TIMEOUT),
        values.get(LeasequerySettings.MAX_ANSWER_TIME));
  }

  /** Leasequery by UDP, if an address is given. */
  static Optional<DatagramOptions> datagrams(ConfigReader values) {
    return Optional.ofNullable(values.find(LeasequerySettings.UDP_LISTEN))
        .map(
            listen ->
                new DatagramOptions(
                    listen,
                    values.get(LeasequerySettings.UDP_RELAYED),
                    values.get(LeasequerySettings.UDP_MAX_QUERIES),
                    values.get(LeasequerySettings.UDP_MAX_QUERIES_PER_REQUESTOR),
                    values.get(LeasequerySettings.UDP_MAX_RATE)));
  }

  private static int octets(long size) {
    return (int) Math.min(Integer.MAX_VALUE, size);
  }

  private static void checkOutputMemory(ConfigReader values, Problems problems) {
    Long memory = values.find(LeasequerySettings.OUTPUT_MEMORY);
    Integer queries = values.find(LeasequerySettings.MAX_QUERIES);
    if (memory == null || queries == null) {
      return;
    }
    long least = (long) queries * LeasequeryLimits.OUTPUT_BYTES_PER_QUERY_MIN;
    if (memory < least) {
      problems.add(
          values.place(LeasequerySettings.OUTPUT_MEMORY)
              + ": "
              + memory
              + " octets for "
              + queries
              + " queries (expected at least "
              + (least >> 10)
              + "KiB, or fewer queries by the option "
              + LeasequerySettings.MAX_QUERIES.key()
              + ")");
    }
  }

  static List<String> warnings(ConfigReader values) {
    List<String> warnings = new ArrayList<>();
    if (LeasequeryLimits.isShort(values.get(LeasequerySettings.DATA_TIMEOUT))) {
      warnings.add("leasequery.data-timeout is below 30s, which is not recommended (RFC 5460 5.6)");
    }
    List<RequestorRule> requestors = values.find(LeasequerySettings.REQUESTORS);
    for (RequestorRule rule : requestors == null ? List.<RequestorRule>of() : requestors) {
      if (rule.dataTimeout().filter(LeasequeryLimits::isShort).isPresent()) {
        warnings.add(
            "leasequery.requestors: the data-timeout of "
                + rule.from()
                + " is below 30s, which is not recommended (RFC 5460 5.6)");
      }
    }
    Duration election = values.get(Settings.RAFT_ELECTION_TIMEOUT).multipliedBy(2);
    if (values.get(LeasequerySettings.BARRIER_TIMEOUT).compareTo(election) < 0) {
      warnings.add(
          "leasequery.barrier-timeout is shorter than an election can take (twice"
              + " raft.election-timeout): queries will be refused while a leader is elected");
    }
    warnings.addAll(KeaHaConfig.warnings(values));
    return warnings;
  }

  /** Where this node listens for Raft: as given, else its address among the members. */
  static InetSocketAddress raftListen(ConfigReader values) {
    InetSocketAddress given = values.find(Settings.RAFT_LISTEN);
    Map<String, String> members = values.find(Settings.MEMBERS);
    String node = values.find(Settings.NODE);
    if (given != null) {
      return given;
    }
    String own = members == null || node == null ? null : members.get(node);
    return Kind.ENDPOINT_ADDRESS.parser().apply(own == null ? RAFT_LISTEN_ALONE : own);
  }

  private static void checkMembers(ConfigReader values, Problems problems) {
    Map<String, String> members = values.find(Settings.MEMBERS);
    String node = values.find(Settings.NODE);
    if (Boolean.TRUE.equals(values.find(Settings.JOIN))
        && (members == null || members.size() < 2)) {
      problems.add(
          values.place(Settings.JOIN)
              + ": true, and no member but this node is named (expected members of the cluster that"
              + " it is to join)");
    }
    if (members == null || node == null) {
      return;
    }
    if (!members.containsKey(node)) {
      problems.add(
          values.place(Settings.NODE)
              + ": \""
              + node
              + "\" is not one of the members "
              + members.keySet()
              + " (expected one of them)");
    }
    if (members.values().stream().distinct().count() < members.size()) {
      problems.add(
          values.place(Settings.MEMBERS)
              + ": two members have one address (expected an address for each)");
    }
    // The others' names may come later, and are looked up whenever they are called.
    if (values.find(Settings.RAFT_LISTEN) == null) {
      checkOwnAddress(values, node, members.get(node), problems);
    }
  }

  private static void checkOwnAddress(
      ConfigReader values, String node, @Nullable String address, Problems problems) {
    if (address == null) {
      return;
    }
    try {
      Objects.requireNonNull(Kind.ENDPOINT_ADDRESS.parser().apply(address));
    } catch (IllegalArgumentException e) {
      problems.add(
          values.place(Settings.MEMBERS)
              + ": "
              + node
              + "="
              + address
              + ": "
              + e.getMessage()
              + ", and this node listens there (expected an address of this host, or "
              + Settings.RAFT_LISTEN.key()
              + " with one, such as [::]:5471)");
    }
  }

  private static void checkInsecure(ConfigReader values, boolean isSecure, Problems problems) {
    if (isSecure || Boolean.TRUE.equals(values.find(Settings.INSECURE))) {
      return;
    }
    Map<Setting<?>, InetSocketAddress> guarded = new LinkedHashMap<>();
    InetSocketAddress api = values.find(Settings.API_LISTEN);
    if (api != null) {
      guarded.put(Settings.API_LISTEN, api);
    }
    try {
      guarded.put(raftSetting(values), raftListen(values));
    } catch (IllegalArgumentException e) {
      return; // told by checkMembers
    }
    guarded.forEach(
        (setting, address) -> {
          if (!address.getAddress().isLoopbackAddress()) {
            problems.add(
                values.place(setting)
                    + ": "
                    + NodeConfig.text(address)
                    + " is not loopback, and there is no TLS (expected tls.ca, tls.cert and tls.key,"
                    + " which bindery cert makes; or a loopback address; or insecure: true on a"
                    + " closed network)");
          }
        });
  }

  private static void checkPorts(ConfigReader values, Problems problems) {
    Map<Integer, String> taken = new HashMap<>();
    try {
      taken.put(raftListen(values).getPort(), raftSetting(values).key());
    } catch (IllegalArgumentException e) {
      taken.clear(); // told by checkMembers
    }
    for (Setting<InetSocketAddress> setting :
        List.of(
            Settings.API_LISTEN,
            Settings.HTTP_LISTEN,
            LeasequerySettings.LISTEN,
            LeasequerySettings.TLS_LISTEN,
            KeaHaSettings.LISTEN)) {
      InetSocketAddress address = values.find(setting);
      if (address != null && address.getPort() != 0) {
        String other = taken.put(address.getPort(), setting.key());
        if (other != null) {
          problems.add(
              values.place(setting)
                  + ": port "
                  + address.getPort()
                  + " is also that of "
                  + other
                  + " (expected a port for each)");
        }
      }
    }
  }

  /** What {@link #raftListen} is taken from. */
  private static Setting<?> raftSetting(ConfigReader values) {
    Map<String, String> members = values.find(Settings.MEMBERS);
    String node = values.find(Settings.NODE);
    boolean isMember = members != null && node != null && members.containsKey(node);
    return values.find(Settings.RAFT_LISTEN) == null && isMember
        ? Settings.MEMBERS
        : Settings.RAFT_LISTEN;
  }
}
