package bindery.node;

import bindery.leasequery.DatagramOptions;
import bindery.leasequery.LeasequeryLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The rules that tie options to each other. A rule whose options could not be read is passed over.
 */
final class ConfigRules {
  private static final String RAFT_LISTEN_ALONE = "127.0.0.1:5471";
  private static final long CACHE_MIN_BYTES = 8L << 20;
  private static final long MEMTABLES_MIN_BYTES = 1L << 20;

  private static final Duration ELECTION_MIN = Duration.ofMillis(100);
  private static final Duration SNAPSHOT_MIN = Duration.ofSeconds(1);

  private ConfigRules() {}

  static void check(ConfigReader values, Problems problems) {
    checkMembers(values, problems);
    checkInsecure(values, problems);
    checkPorts(values, problems);
    checkAtLeast(values, Settings.STORE_CACHE, CACHE_MIN_BYTES, "8MiB", problems);
    checkAtLeast(values, Settings.STORE_MEMTABLES, MEMTABLES_MIN_BYTES, "1MiB", problems);
    checkAtLeast(values, Settings.RAFT_SNAPSHOT_LOG_BYTES, 1L << 20, "1MiB", problems);
    checkAtLeast(values, Settings.RAFT_ELECTION_TIMEOUT, ELECTION_MIN, problems);
    checkAtLeast(values, Settings.RAFT_SNAPSHOT_INTERVAL, SNAPSHOT_MIN, problems);
    checkLimits(values, problems);
  }

  /**
   * The limits of the leasequery front.
   *
   * @throws IllegalArgumentException if one does not fit another
   */
  static LeasequeryLimits limits(ConfigReader values) {
    return new LeasequeryLimits(
        values.get(Settings.LEASEQUERY_MAX_CONNECTIONS),
        values.get(Settings.LEASEQUERY_MAX_CONNECTIONS_PER_REQUESTOR),
        values.get(Settings.LEASEQUERY_MAX_QUERIES),
        values.get(Settings.LEASEQUERY_MAX_QUERIES_PER_REQUESTOR),
        values.get(Settings.LEASEQUERY_MAX_EMPTY_REPLIES),
        octets(values.get(Settings.LEASEQUERY_OUTPUT_MEMORY)),
        octets(values.get(Settings.LEASEQUERY_LEAST_PROGRESS)),
        values.get(Settings.LEASEQUERY_DATA_TIMEOUT),
        values.get(Settings.LEASEQUERY_IDLE_TIMEOUT),
        values.get(Settings.LEASEQUERY_MAX_ANSWER_TIME));
  }

  /**
   * Leasequery by UDP, if an address is given.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  static Optional<DatagramOptions> datagrams(ConfigReader values) {
    return Optional.ofNullable(values.find(Settings.LEASEQUERY_UDP_LISTEN))
        .map(
            listen ->
                new DatagramOptions(
                    listen,
                    values.get(Settings.LEASEQUERY_UDP_RELAYED),
                    values.get(Settings.LEASEQUERY_UDP_MAX_QUERIES),
                    values.get(Settings.LEASEQUERY_UDP_MAX_RATE)));
  }

  private static int octets(long size) {
    return (int) Math.min(Integer.MAX_VALUE, size);
  }

  private static void checkLimits(ConfigReader values, Problems problems) {
    if (!problems.isEmpty()) {
      return; // one of them may have no value
    }
    try {
      var unused = limits(values);
      var unusedToo = datagrams(values);
    } catch (IllegalArgumentException e) {
      problems.add("leasequery: " + e.getMessage());
    }
  }

  static List<String> warnings(ConfigReader values) {
    List<String> warnings = new ArrayList<>();
    if (values
            .get(Settings.LEASEQUERY_DATA_TIMEOUT)
            .compareTo(LeasequeryLimits.DATA_TIMEOUT_ADVISED)
        < 0) {
      warnings.add("leasequery.data-timeout is below 30s, which is not recommended (RFC 5460 5.6)");
    }
    Duration election = values.get(Settings.RAFT_ELECTION_TIMEOUT).multipliedBy(2);
    if (values.get(Settings.LEASEQUERY_BARRIER_TIMEOUT).compareTo(election) < 0) {
      warnings.add(
          "leasequery.barrier-timeout is shorter than an election can take (twice"
              + " raft.election-timeout): queries will be refused while a leader is elected");
    }
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
    if (members == null || node == null) {
      return;
    }
    if (!members.containsKey(node)) {
      problems.add(
          "node: \""
              + node
              + "\" is not one of the members "
              + members.keySet()
              + " (expected one of them)");
    }
    if (members.values().stream().distinct().count() < members.size()) {
      problems.add("members: two members have one address (expected an address for each)");
    }
    members.forEach(
        (name, address) -> {
          try {
            Objects.requireNonNull(Kind.ENDPOINT_ADDRESS.parser().apply(address));
          } catch (IllegalArgumentException e) {
            problems.add("members: " + name + ": " + address + ", " + e.getMessage());
          }
        });
  }

  private static void checkInsecure(ConfigReader values, Problems problems) {
    if (Boolean.TRUE.equals(values.find(Settings.INSECURE))) {
      return;
    }
    Map<String, InetSocketAddress> guarded = new HashMap<>();
    InetSocketAddress api = values.find(Settings.API_LISTEN);
    if (api != null) {
      guarded.put(Settings.API_LISTEN.key(), api);
    }
    try {
      guarded.put(Settings.RAFT_LISTEN.key(), raftListen(values));
    } catch (IllegalArgumentException e) {
      return; // told by checkMembers
    }
    guarded.forEach(
        (key, address) -> {
          if (!address.getAddress().isLoopbackAddress()) {
            problems.add(
                key
                    + ": "
                    + NodeConfig.text(address)
                    + " is not loopback, and there is no TLS (expected a loopback address, or"
                    + " insecure: true on a closed network)");
          }
        });
  }

  private static void checkPorts(ConfigReader values, Problems problems) {
    Map<Integer, String> taken = new HashMap<>();
    try {
      taken.put(raftListen(values).getPort(), raftPlace(values));
    } catch (IllegalArgumentException e) {
      taken.clear(); // told by checkMembers
    }
    for (Setting<InetSocketAddress> setting :
        List.of(Settings.API_LISTEN, Settings.HTTP_LISTEN, Settings.LEASEQUERY_LISTEN)) {
      InetSocketAddress address = values.find(setting);
      if (address != null && address.getPort() != 0) {
        String other = taken.put(address.getPort(), setting.key());
        if (other != null) {
          problems.add(
              setting.key()
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
  private static String raftPlace(ConfigReader values) {
    Map<String, String> members = values.find(Settings.MEMBERS);
    String node = values.find(Settings.NODE);
    boolean isMember = members != null && node != null && members.containsKey(node);
    return values.find(Settings.RAFT_LISTEN) == null && isMember
        ? Settings.MEMBERS.key() + ", " + node
        : Settings.RAFT_LISTEN.key();
  }

  private static void checkAtLeast(
      ConfigReader values, Setting<Long> setting, long least, String text, Problems problems) {
    Long value = values.find(setting);
    if (value != null && value < least) {
      problems.add(setting.key() + ": " + value + " octets (expected at least " + text + ")");
    }
  }

  private static void checkAtLeast(
      ConfigReader values, Setting<Duration> setting, Duration least, Problems problems) {
    Duration value = values.find(setting);
    if (value != null && value.compareTo(least) < 0) {
      problems.add(
          setting.key()
              + ": "
              + value.toMillis()
              + " ms (expected at least "
              + least.toMillis()
              + " ms)");
    }
  }
}
