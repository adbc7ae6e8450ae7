package bindery.kea.ha;

import static org.assertj.core.api.Assertions.assertThat;

import bindery.v1.EndReason;
import bindery.v1.Exchange;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate.Operation;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Requests as a real Kea 2.2.0 sent them. */
class BulkApplyTest {
  private static BulkApply read(String name) throws Exception {
    try (InputStream in = BulkApplyTest.class.getResourceAsStream("/kea/" + name + ".json")) {
      return BulkApply.read(
          JsonMapper.builder().build().readTree(Objects.requireNonNull(in)).path("arguments"));
    }
  }

  @Test
  void grant_addressAndPrefixByTwoRelays_isOneExchange() throws Exception {
    BulkApply told = read("ha-grant");
    assertThat(told.faults()).isEmpty();
    assertThat(told.leases()).isEqualTo(2);
    Exchange exchange = told.exchanges().get(0);
    assertThat(told.exchanges()).hasSize(1);
    assertThat(exchange.getCltt()).isEqualTo(1_795_872_148L - 600);
    assertThat(exchange.getSubnetId()).isEqualTo(3);
    assertThat(exchange.getRelaysList()).hasSize(2);
    assertThat(exchange.getRelays(0).getHopCount()).isEqualTo(1);
    assertThat(exchange.getLeasesList())
        .extracting(lease -> lease.getOperation())
        .containsOnly(Operation.PUT);
    assertThat(exchange.getLeases(1).getKind()).isEqualTo(LeaseKind.PREFIX);
    assertThat(exchange.getLeases(1).getPrefixLength()).isEqualTo(60);
  }

  // A release comes as a deletion, with the lease as it stood before.
  @Test
  void release_isAnEndAtTheInstantOfTheLease() throws Exception {
    Exchange grant = read("ha-renew").exchanges().get(0);
    Exchange release = read("ha-release").exchanges().get(0);
    assertThat(release.getCltt()).isEqualTo(grant.getCltt());
    assertThat(release.getLeasesList())
        .allSatisfy(
            lease -> {
              assertThat(lease.getOperation()).isEqualTo(Operation.END);
              assertThat(lease.getEndReason()).isEqualTo(EndReason.REMOVED);
            });
  }

  @Test
  void decline_withoutAClient_endsTheAddressWhoeverHoldsIt() throws Exception {
    Exchange decline = read("ha-decline").exchanges().get(0);
    assertThat(decline.getClient().isEmpty()).isTrue();
    assertThat(decline.getLeases(0).getEndReason()).isEqualTo(EndReason.DECLINED);
  }
}
