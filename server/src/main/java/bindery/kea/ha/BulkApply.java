package bindery.kea.ha;

import bindery.kea.KeaLease;
import bindery.kea.LeaseJson;
import bindery.kea.MalformedRowException;
import bindery.v1.Exchange;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What Kea tells of one transaction with a client ({@code lease6-bulk-apply}): leases deleted, then
 * leases as they stand now. A lease that was released and is kept for its client comes among the
 * latter, with a valid lifetime of 0; one that is deleted comes as it stood before.
 *
 * <pre>{@code
 * { "origin": "ha-partner", "deleted-leases": [ LEASE... ], "leases": [ LEASE... ] }
 * }</pre>
 *
 * @param exchanges leases of one client that share everything but themselves are one exchange, so
 *     that no query sees some of them alone
 * @param faults leases that cannot be taken
 * @param leases how many leases were named
 */
record BulkApply(List<Exchange> exchanges, List<Fault> faults, int leases) {
  private static final int SHOWN_MAX = 60;

  BulkApply {
    exchanges = List.copyOf(exchanges);
    faults = List.copyOf(faults);
  }

  /**
   * A lease that cannot be taken.
   *
   * @param isDeleted whether it stood among the deleted ones
   * @param address as Kea wrote it
   */
  record Fault(boolean isDeleted, String type, String address, String reason) {}

  /**
   * Reads the arguments of the command.
   *
   * @throws MalformedRowException if they are not as above at all
   */
  static BulkApply read(JsonNode arguments) throws MalformedRowException {
    List<Exchange> exchanges = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    int count = 0;
    for (String key : List.of("deleted-leases", "leases")) {
      JsonNode list = arguments.path(key);
      if (!list.isArray() && !list.isMissingNode()) {
        throw new MalformedRowException(key + " is no list (expected [ {...} ])");
      }
      boolean isDeleted = key.equals("deleted-leases");
      for (JsonNode lease : list) {
        count++;
        try {
          KeaLease read = LeaseJson.read(lease);
          if (isDeleted) {
            add(exchanges, read.removal());
          } else if (read.leftOut().isEmpty()) {
            add(exchanges, read.exchange());
          }
        } catch (MalformedRowException e) {
          faults.add(
              new Fault(
                  isDeleted,
                  shown(lease.path("type")),
                  shown(lease.path("ip-address")),
                  String.valueOf(e.getMessage())));
        }
      }
    }
    return new BulkApply(exchanges, faults, count);
  }

  private static void add(List<Exchange> exchanges, Exchange next) {
    int last = exchanges.size() - 1;
    if (last >= 0 && withoutLeases(exchanges.get(last)).equals(withoutLeases(next))) {
      exchanges.set(
          last, exchanges.get(last).toBuilder().addAllLeases(next.getLeasesList()).build());
    } else {
      exchanges.add(next);
    }
  }

  // It goes into the log and the answer.
  private static String shown(JsonNode value) {
    String text = value.asText("").replaceAll("\\p{Cntrl}", "?");
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
  }

  private static Exchange withoutLeases(Exchange exchange) {
    return exchange.toBuilder().clearLeases().build();
  }
}
