package bindery.kea.ha;

import bindery.kea.KeaLease;
import bindery.kea.LeaseJson;
import bindery.kea.MalformedRowException;
import bindery.model.Ipv6Address;
import bindery.v1.EndReason;
import bindery.v1.Exchange;
import bindery.v1.Item;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;

/**
 * Asks Kea for the leases whose updates may have overtaken each other. What Kea holds is told as an
 * update, which overrules what came in whichever order. One thread.
 */
final class Rechecks {
  private final Overtakings overtakings;
  private final LiveFeed feed;
  private final Gaps gaps;
  private final HaMetrics metrics;

  Rechecks(Overtakings overtakings, LiveFeed feed, Gaps gaps, HaMetrics metrics) {
    this.overtakings = overtakings;
    this.feed = feed;
    this.gaps = gaps;
    this.metrics = metrics;
  }

  /** Asks for those that are due; blocks for that. One that cannot be asked for is a gap. */
  void run(KeaServer kea) throws InterruptedException {
    for (Exchange seen : overtakings.take()) {
      recheck(kea, seen);
    }
    overtakings.told();
  }

  private void recheck(KeaServer kea, Exchange seen) throws InterruptedException {
    metrics.rechecked();
    LeaseUpdate lease = seen.getLeases(0);
    String address = Ipv6Address.of(lease.getAddress().toByteArray()).toString();
    try {
      List<JsonNode> page = kea.page(before(lease.getAddress().toByteArray()), 1);
      Exchange held = removed(seen);
      if (!page.isEmpty()) {
        KeaLease read = LeaseJson.read(page.get(0));
        Exchange told = read.exchange();
        if (told.getLeases(0).getAddress().equals(lease.getAddress())) {
          held = told;
        }
      }
      var unused = feed.take(List.of(Item.newBuilder().setExchange(held).build()));
    } catch (IOException | MalformedRowException e) {
      gaps.open("could not ask Kea for " + address + ": " + e.getMessage());
    }
  }

  private static String before(byte[] address) {
    byte[] less = new BigInteger(1, address).subtract(BigInteger.ONE).toByteArray();
    byte[] padded = new byte[16];
    int length = Math.min(16, less.length);
    System.arraycopy(less, less.length - length, padded, 16 - length, length);
    return Ipv6Address.of(padded).toString();
  }

  private static Exchange removed(Exchange seen) {
    LeaseUpdate lease = seen.getLeases(0);
    return seen.toBuilder()
        .clearLeases()
        .addLeases(
            LeaseUpdate.newBuilder()
                .setOperation(Operation.END)
                .setKind(lease.getKind())
                .setAddress(lease.getAddress())
                .setPrefixLength(lease.getPrefixLength())
                .setEndReason(seen.getClient().isEmpty() ? EndReason.DECLINED : EndReason.REMOVED))
        .build();
  }
}
