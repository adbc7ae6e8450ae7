package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeaConfigReaderTest {
  private final Path file;

  KeaConfigReaderTest(@TempDir Path folder) {
    file = folder.resolve("kea.conf");
  }

  private List<KeaLink> read(String text) throws Exception {
    Files.writeString(file, text);
    return KeaConfigReader.read(file, "east");
  }

  @Test
  void read_subnetOfItsOwn_isALinkNamedBySourceAndId() throws Exception {
    List<KeaLink> links =
        read(
            """
            { "Dhcp6": { "subnet6": [ {
                "id": 7, "subnet": "2001:db8:a::/64",
                "pd-pools": [ { "prefix": "3fff:a00::", "prefix-len": 32, "delegated-len": 56 } ],
                "relay": { "ip-addresses": [ "2001:db8:a::1", "fe80::7" ] } } ] } }
            """);

    assertThat(links).hasSize(1);
    KeaLink link = links.get(0);
    assertThat(link.name()).isEqualTo("east/7");
    assertThat(link.prefixes()).extracting(Object::toString).containsExactly("2001:db8:a::/64");
    assertThat(link.pools()).extracting(Object::toString).containsExactly("3fff:a00::/32");
    assertThat(link.relays())
        .extracting(Object::toString)
        .containsExactly("2001:db8:a::1", "fe80::7");
    assertThat(link.subnetIds()).containsExactly(7L);
  }

  @Test
  void read_sharedNetwork_isOneLinkWithAllItsSubnets() throws Exception {
    List<KeaLink> links =
        read(
            """
            { "Dhcp6": { "shared-networks": [ { "name": "metro east",
                "relay": { "ip-address": "fe80::1" },
                "subnet6": [ { "id": 1, "subnet": "2001:db8:c::/64" },
                             { "id": 2, "subnet": "2001:db8:d::/64" } ] } ] } }
            """);

    assertThat(links).singleElement().extracting(KeaLink::name).isEqualTo("metro-east");
    assertThat(links.get(0).prefixes()).hasSize(2);
    assertThat(links.get(0).subnetIds()).containsExactly(1L, 2L);
    assertThat(links.get(0).relays()).extracting(Object::toString).containsExactly("fe80::1");
  }

  @Test
  void read_commentsTrailingCommasAndPlaceholders_areKeasLiberties() throws Exception {
    List<KeaLink> links =
        read(
            """
            // one
            # two
            /* three
               lines */
            { "Dhcp6": { "subnet6": [
              { "id": 1, "subnet": "2001:db8::/64", "relay": { "ip-addresses": [ "::" ], }, }, ],
            }, }
            """);

    assertThat(links).hasSize(1);
    assertThat(links.get(0).relays()).isEmpty(); // what Kea prints for "no relay"
  }

  @Test
  void read_include_saysWhatToDoInstead() {
    assertThatThrownBy(() -> read("{ \"Dhcp6\":\n  <?include \"subnets.json\"?> }"))
        .isInstanceOf(KeaFormatException.class)
        .hasMessageContaining(file + ":2: <?include")
        .hasMessageContaining("config-get");
  }

  @Test
  void read_notJson_namesTheLine() {
    assertThatThrownBy(() -> read("{ \"Dhcp6\": {\n  \"subnet6\": [ }"))
        .hasMessageContaining(file + ":2: not JSON");
  }

  @Test
  void read_aKeyTwice_isRefused() {
    assertThatThrownBy(() -> read("{ \"Dhcp6\": { \"subnet6\": [], \"subnet6\": [] } }"))
        .hasMessageContaining("subnet6");
  }

  @Test
  void read_dhcp4_isRefused() {
    assertThatThrownBy(() -> read("{ \"Dhcp4\": {} }")).hasMessageContaining("no object \"Dhcp6\"");
  }

  @Test
  void read_manyFaults_areToldTogetherWithTheirPlaces() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    { "Dhcp6": {
                      "subnet6": [ { "subnet": "2001:db8::/64" },
                                   { "id": 2, "subnet": "2001:db8::1/64" },
                                   { "id": 3, "subnet": "2001:db8:3::/64",
                                     "pd-pools": [ { "prefix": "3fff::" } ],
                                     "relay": { "ip-addresses": [ "10.0.0.1" ] } } ],
                      "shared-networks": [ { "subnet6": {} } ] } }
                    """))
        .hasMessageContaining("Dhcp6.subnet6[0].id is missing")
        .hasMessageContaining("Dhcp6.subnet6[1].subnet: bits set beyond")
        .hasMessageContaining("Dhcp6.subnet6[2].pd-pools[0]: not an IPv6 prefix")
        .hasMessageContaining("Dhcp6.subnet6[2].relay.ip-addresses[0]: not an IPv6 address")
        .hasMessageContaining("Dhcp6.shared-networks[0].subnet6 is no list")
        .hasMessageContaining("Dhcp6.shared-networks[0]: a shared network without a name");
  }

  @Test
  void read_idOrPrefixOfTwoSubnets_isRefusedAndBothAreNamed() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    { "Dhcp6": { "subnet6": [
                        { "id": 5, "subnet": "2001:db8:a::/64" },
                        { "id": 5, "subnet": "2001:db8:b::/64" },
                        { "id": 6, "subnet": "2001:db8:a::/64" } ] } }
                    """))
        .isInstanceOf(KeaFormatException.class)
        .hasMessageContaining("Dhcp6.subnet6[1].id is 5, as Dhcp6.subnet6[0].id is")
        .hasMessageContaining(
            "Dhcp6.subnet6[2].subnet is 2001:db8:a::/64, as Dhcp6.subnet6[0].subnet is");
  }
}
