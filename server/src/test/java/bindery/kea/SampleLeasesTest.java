package bindery.kea;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.kea.LeaseRow.Update;
import bindery.v1.Exchange;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The whole lease file that a real Kea wrote. */
final class SampleLeasesTest {
  private static final Path SAMPLE = Path.of("../deploy/sample");

  @Test
  void leases_asARealKeaWroteThem_areReadRowByRow() throws Exception {
    List<LeaseRow> rows = Rows.read(SAMPLE.resolve("kea-leases6.csv"));

    assertThat(rows).hasSize(9_578).allMatch(row -> row instanceof Update);
    Set<String> leases = new HashSet<>();
    Set<String> live = new HashSet<>();
    int twoHops = 0;
    for (LeaseRow row : rows) {
      Exchange exchange = ((Update) row).exchange();
      LeaseUpdate lease = exchange.getLeases(0);
      String key =
          HexFormat.of().formatHex(lease.getAddress().toByteArray())
              + "/"
              + lease.getPrefixLength();
      leases.add(key);
      if (lease.getOperation() == Operation.PUT) {
        live.add(key);
      } else {
        live.remove(key);
      }
      twoHops += exchange.getRelaysCount() == 2 ? 1 : 0;
    }
    // What the sample's own page counts.
    assertThat(leases.size()).isEqualTo(9_223);
    assertThat(live.size()).isEqualTo(9_047);
    assertThat(twoHops).isGreaterThanOrEqualTo(600);
  }

  @Test
  void config_asTheRealKeaRanWithIt_isFiveLinks() throws Exception {
    List<KeaLink> links = KeaConfigReader.read(SAMPLE.resolve("kea-dhcp6.conf"), "kea");

    assertThat(links)
        .extracting(KeaLink::name)
        .containsExactly("kea/1", "kea/2", "kea/3", "kea/4", "campus");
    assertThat(links.get(4).prefixes())
        .extracting(Object::toString)
        .containsExactly("2001:db8:c:1::/64", "2001:db8:c:2::/64");
    assertThat(links.get(4).subnetIds()).containsExactly(10L, 11L);
    assertThat(links.get(0).pools()).extracting(Object::toString).containsExactly("3fff:a::/32");
  }
}
