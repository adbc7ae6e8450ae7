package bindery.kea;

import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import java.util.List;

/**
 * One link as a Kea configuration describes it: a shared network, or a subnet that is in none.
 *
 * @param name of the shared network, else {@code SOURCE/SUBNET-ID}
 * @param prefixes its subnets
 * @param pools what is delegated from
 * @param relays addresses of relays on it, also those within the prefixes
 * @param subnetIds Kea's own numbers of the subnets
 */
public record KeaLink(
    String name,
    List<Ipv6Prefix> prefixes,
    List<Ipv6Prefix> pools,
    List<Ipv6Address> relays,
    List<Long> subnetIds) {
  /** Copies the lists. */
  public KeaLink {
    prefixes = List.copyOf(prefixes);
    pools = List.copyOf(pools);
    relays = List.copyOf(relays);
    subnetIds = List.copyOf(subnetIds);
  }
}
