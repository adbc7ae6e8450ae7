package bindery.deploy.kea;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Kea configuration as an operator has it before Bindery: three links behind relays, one of them
 * a shared network, one with leases that run out while a test looks on.
 */
final class KeaConfig {
  private static final String EAST = "2001:db8:a::1";
  private static final String WEST = "2001:db8:b::1";
  private static final String CAMPUS = "2001:db8:c:1::1";

  // Where clients' leases last 20 seconds, behind two relays one behind the other.
  private static final long SHORT_SUBNET = 3;

  private static final String TEXT =
      """
      {
        "Dhcp6": {
          "interfaces-config": { "interfaces": [ "lo/2001:db8:ff::1" ] },
          "server-id": {
            "type": "EN", "enterprise-id": 32473, "identifier": "0A0B0C", "persist": false
          },
          "control-socket": { "socket-type": "unix", "socket-name": "/run/kea/control" },
          "lease-database": {
            "type": "memfile", "persist": true, "name": "/var/lib/kea/kea-leases6.csv",
            "lfc-interval": 5
          },
          "expired-leases-processing": { "reclaim-timer-wait-time": 2 },
          // what Bindery adds
      %s
          "preferred-lifetime": 43200,
          "valid-lifetime": 86400,
          "subnet6": [
            {
              "id": 1,
              "subnet": "2001:db8:a::/48",
              "relay": { "ip-addresses": [ "2001:db8:a::1" ] },
              "rapid-commit": true,
              "pools": [ { "pool": "2001:db8:a:1::/64" } ],
              "pd-pools": [ { "prefix": "3fff:a::", "prefix-len": 32, "delegated-len": 56 } ]
            },
            {
              "id": 3,
              "subnet": "2001:db8:b::/48",
              "relay": { "ip-addresses": [
                "2001:db8:b::1", "2001:db8:b::2", "2001:db8:b::3", "2001:db8:bb::1"
              ] },
              "rapid-commit": true,
              "preferred-lifetime": 10,
              "valid-lifetime": 20,
              "pools": [ { "pool": "2001:db8:b:1::/64" } ],
              "pd-pools": [ { "prefix": "3fff:b::", "prefix-len": 32, "delegated-len": 60 } ]
            }
          ],
          "shared-networks": [
            {
              "name": "campus",
              "relay": { "ip-addresses": [ "2001:db8:cc::1" ] },
              "rapid-commit": true,
              "subnet6": [
                {
                  "id": 10,
                  "subnet": "2001:db8:c:1::/64",
                  "pools": [ { "pool": "2001:db8:c:1::100-2001:db8:c:1::1ff" } ],
                  "pd-pools": [ { "prefix": "3fff:c::", "prefix-len": 48, "delegated-len": 56 } ]
                },
                {
                  "id": 11,
                  "subnet": "2001:db8:c:2::/64",
                  "preferred-lifetime": 4294967295,
                  "valid-lifetime": 4294967295,
                  "pools": [ { "pool": "2001:db8:c:2::/64" } ],
                  "pd-pools": [
                    { "prefix": "3fff:c:8000::", "prefix-len": 36, "delegated-len": 56 }
                  ]
                }
              ]
            }
          ],
          "loggers": [
            {
              "name": "kea-dhcp6",
              "severity": "WARN",
              "output_options": [ { "output": "stdout" } ]
            },
            {
              "name": "kea-dhcp6.dhcp6",
              "severity": "INFO",
              "output_options": [ { "output": "stdout" } ]
            },
            {
              "name": "kea-dhcp6.dhcpsrv",
              "severity": "INFO",
              "output_options": [ { "output": "stdout" } ]
            }
          ]
        }
      }
      """;

  private KeaConfig() {}

  /**
   * The configuration with further lines in it.
   *
   * @param lines members of {@code Dhcp6}, each with its comma; may be empty
   */
  static String with(String lines) {
    return TEXT.formatted(lines);
  }

  /** The lines that have relay data stored; and those by which a test asks for all leases. */
  static String stored() throws IOException {
    return """
    "store-extended-info": true,
    "hooks-libraries": [ { "library": "%s" } ],
    """
        .formatted(hooks().resolve("libdhcp_lease_cmds.so"));
  }

  /**
   * The lines that have relay data stored and Bindery told of each exchange.
   *
   * @param isWaiting whether a client is answered only when Bindery has acknowledged
   */
  static String backedUp(boolean isWaiting) throws IOException {
    Path hooks = hooks();
    return """
    "store-extended-info": true,
    "multi-threading": { "enable-multi-threading": true, "thread-pool-size": 4 },
    "hooks-libraries": [
      { "library": "%s" },
      { "library": "%s", "parameters": { "high-availability": [ {
        "this-server-name": "kea1", "mode": "passive-backup", "wait-backup-ack": %s,
        "multi-threading": {
          "enable-multi-threading": true, "http-dedicated-listener": true,
          "http-listener-threads": 4, "http-client-threads": 4
        },
        "peers": [
          { "name": "kea1", "url": "http://127.0.0.1:8005/", "role": "primary" },
          { "name": "bindery", "url": "http://127.0.0.1:8765/", "role": "backup" }
        ]
      } ] } }
    ],
    """
        .formatted(
            hooks.resolve("libdhcp_lease_cmds.so"), hooks.resolve("libdhcp_ha.so"), isWaiting);
  }

  /** An address on the link of a subnet. */
  static String link(long subnet) {
    return subnet == 1 ? EAST : subnet == SHORT_SUBNET ? WEST : CAMPUS;
  }

  /** An address on each link. */
  static List<String> links() {
    return List.of(EAST, WEST, CAMPUS);
  }

  /** Debian keeps the hooks in a folder that names the machine's kind. */
  static Path hooks() throws IOException {
    try (Stream<Path> kinds = Files.list(Path.of("/usr/lib"))) {
      return kinds
          .map(kind -> kind.resolve("kea/hooks"))
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow(() -> new IOException("no hooks of Kea's in /usr/lib/*/kea/hooks"));
    }
  }
}
