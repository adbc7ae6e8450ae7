package bindery.cli;

import bindery.client.merge.LeaseDifference;
import bindery.client.merge.ToldLease;
import bindery.model.HostPort;
import bindery.model.LeaseKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Writes the leases of which two servers do not tell the same, as they are found.
 *
 * <pre>{@code
 * {"prefix":"3fff:0:100::/56","difference":"client",
 *  "first":{"server":"n1:547","client":"0003...","preferred":1680,"valid":3480,"clt_age":120},
 *  "second":{...}}
 * }</pre>
 *
 * {@code difference} is {@code only_first}, {@code only_second}, {@code client} or {@code end}; a
 * server that does not tell of the lease has no key.
 */
final class DifferenceWriter implements AutoCloseable {
  private final PrintWriter out;
  private final QueryFormat format;
  private final boolean count;
  private final List<HostPort> servers;
  private final TableWriter table;
  private final Map<LeaseDifference.Kind, Long> kinds = new EnumMap<>(LeaseDifference.Kind.class);
  private long compared;

  /**
   * To that writer, which stays open.
   *
   * @param format table, json or csv
   * @param count whether only sums are written
   * @param servers the two that were asked
   */
  DifferenceWriter(
      PrintWriter target,
      QueryFormat format,
      boolean count,
      OptionalInt columns,
      List<HostPort> servers) {
    this.out = new PrintWriter(new BufferedWriter(target));
    this.format = format;
    this.count = count;
    this.servers = List.copyOf(servers);
    this.table = new TableWriter(out, List.of("DIFFERENCE", "LEASE"), columns, 0);
    if (format == QueryFormat.csv && !count) {
      out.println(
          "kind,lease,difference,first_client,first_valid,first_clt_age,second_client,"
              + "second_valid,second_clt_age");
    }
  }

  /** A lease was compared. */
  void compared(Optional<LeaseDifference> difference) {
    compared++;
    difference.ifPresent(
        found -> {
          kinds.merge(found.kind(), 1L, Long::sum);
          if (!count) {
            write(found);
          }
        });
  }

  private void write(LeaseDifference found) {
    switch (format) {
      case json -> out.println(json(found));
      case csv -> out.println(csv(found));
      case table, routes, pcap -> {
        table.row(List.of(words(found.kind()), found.key().toString()));
        found.first().ifPresent(told -> table.beneath(words(told)));
        found.second().ifPresent(told -> table.beneath(words(told)));
      }
    }
  }

  private String words(LeaseDifference.Kind kind) {
    return switch (kind) {
      case ONLY_FIRST -> "only at " + servers.get(0);
      case ONLY_SECOND -> "only at " + servers.get(1);
      case CLIENT -> "other client";
      case END -> "other end";
    };
  }

  private List<String> words(ToldLease told) {
    return List.of(
        servers.get(told.server()) + ":",
        "client " + told.client(),
        "valid " + Durations.lifetime(told.lease().validLifetime()),
        "heard " + Durations.text(told.cltAge()) + " ago");
  }

  private ObjectNode json(LeaseDifference found) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put(
        found.key().kind() == LeaseKey.Kind.ADDRESS ? "address" : "prefix", found.key().toString());
    object.put("difference", found.kind().toString().toLowerCase(Locale.ROOT));
    found.first().ifPresent(told -> put(object.putObject("first"), told));
    found.second().ifPresent(told -> put(object.putObject("second"), told));
    return object;
  }

  private void put(ObjectNode object, ToldLease told) {
    object.put("server", servers.get(told.server()).toString());
    object.put("client", told.client().toString());
    object.put("preferred", told.lease().preferredLifetime());
    object.put("valid", told.lease().validLifetime());
    object.put("clt_age", told.cltAge());
  }

  private static String csv(LeaseDifference found) {
    return BindingCsv.line(
            List.of(
                found.key().kind().toString().toLowerCase(Locale.ROOT),
                found.key().toString(),
                found.kind().toString().toLowerCase(Locale.ROOT)))
        + csv(found.first())
        + csv(found.second());
  }

  private static String csv(Optional<ToldLease> told) {
    return told.map(
            lease ->
                "," + lease.client() + "," + lease.lease().validLifetime() + "," + lease.cltAge())
        .orElse(",,,");
  }

  /** How many leases differ. */
  long differences() {
    return kinds.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many leases were compared. */
  long compared() {
    return compared;
  }

  /** How many differ, and how. */
  String summary() {
    StringBuilder text = new StringBuilder();
    text.append(compared).append(" leases compared, ").append(differences()).append(" differ");
    String gap = " (";
    for (Map.Entry<LeaseDifference.Kind, Long> kind : kinds.entrySet()) {
      text.append(gap).append(kind.getValue()).append(' ').append(words(kind.getKey()));
      gap = ", ";
    }
    return text.append(kinds.isEmpty() ? "" : ")").toString();
  }

  /** Writes what is still held, and the sums if those are what is wanted. */
  @Override
  public void close() {
    table.close();
    if (count) {
      String shape =
          switch (format) {
            case table, routes, pcap -> "leases %d%ndifferences %d%n";
            case json -> "{\"leases\":%d,\"differences\":%d}%n";
            case csv -> "leases,differences%n%d,%d%n";
          };
      out.printf(shape, compared, differences());
    }
    out.flush();
  }
}
