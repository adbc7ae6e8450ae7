package bindery.node;

import bindery.leasequery.DatagramDrop;
import bindery.leasequery.LeasequeryStats;
import bindery.leasequery.Outcome;
import bindery.leasequery.QueryCounts;
import bindery.leasequery.Transport;
import bindery.metric.ReadMetrics;
import bindery.query.Withheld;
import bindery.query.WithheldAnswers;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The metrics of the leasequery front: read from its counters when they are asked for. */
final class LeasequeryMetrics {
  private LeasequeryMetrics() {}

  static void register(
      PrometheusRegistry registry,
      LeasequeryStats stats,
      WithheldAnswers withheld,
      LongSupplier staleReads) {
    ReadMetrics own = new ReadMetrics(registry, "bindery_leasequery_");
    CounterWithCallback.builder()
        .name("bindery_leasequery_queries_total")
        .help("Queries by what they came by, type (0: not known) and outcome.")
        .labelNames("transport", "type", "outcome")
        .callback(
            callback -> {
              call(callback, Transport.TCP, stats.queries());
              call(callback, Transport.UDP, stats.datagrams().queries());
            })
        .register(registry);
    CounterWithCallback.builder()
        .name("bindery_leasequery_udp_dropped_total")
        .help("Datagrams that got no reply.")
        .labelNames("reason")
        .callback(
            callback -> {
              for (DatagramDrop reason : DatagramDrop.values()) {
                callback.call(
                    (double) stats.datagrams().dropped(reason),
                    reason.name().toLowerCase(Locale.ROOT));
              }
            })
        .register(registry);
    own.counter(
        "udp_links_left_out",
        "Links not named to a client's requestor, since no address leads to them.",
        stats.datagrams()::linksLeftOut);
    own.gauge("udp_queries", "Queries by UDP in work now.", stats.datagrams()::inWork);
    CounterWithCallback.builder()
        .name("bindery_leasequery_withheld_total")
        .help("Answers not given, since they might be wrongly taken for \"there is nothing\".")
        .labelNames("reason")
        .callback(
            callback -> {
              for (Withheld reason : Withheld.values()) {
                callback.call(
                    (double) withheld.count(reason), reason.name().toLowerCase(Locale.ROOT));
              }
            })
        .register(registry);
    own.counter("stale_reads", "Reads let through without a majority.", staleReads::getAsLong);
    own.counter("bindings", "Messages with client data that were sent.", stats::bindings);
    own.counter("bytes", "Octets of answers that were sent.", stats::bytes);
    own.counter("connections", "Connections that were accepted.", stats::accepted);
    own.counter("turned_away", "Connections of requestors not listed.", stats::turnedAway);
    own.counter("over_cap", "Connections closed over the cap.", stats::overCap);
    own.counter(
        "over_requestor_cap",
        "Connections closed over the cap of their requestor.",
        stats::overRequestorCap);
    own.counter(
        "kept_for_others",
        "Connections closed since the last slot is another requestor's.",
        stats::keptForOthers);
    own.counter(
        "guessed", "Connections closed after too many empty replies in a row.", stats::guessed);
    own.gauge("queries_held", "Queries waiting for others of theirs.", stats::queriesHeld);
    own.counter("stalled", "Connections dropped because they stalled.", stats::stalled);
    own.counter("idle_closed", "Connections closed since they were idle.", stats::idle);
    own.counter("over_time", "Answers ended since they took too long.", stats::overTime);
    own.gauge("output_bytes", "Octets of answers in memory now.", stats::outputBytes);
    own.gauge("connections_open", "Connections open now.", stats::connections);
    own.gauge("answers_open", "Answers in progress now.", stats::answersInProgress);
    own.timings(
        "first_octet_seconds",
        "From a query by TCP to the first octet of its answer that a socket took.",
        stats.firstOctets());
    own.timings(
        "answer_seconds",
        "From a query by TCP to the end of its answer, of those answered in full.",
        stats.answered());
    own.gauge("snapshots_pinned", "Snapshots held by answers.", stats::snapshotsPinned);
  }

  private static void call(
      CounterWithCallback.Callback callback, Transport transport, QueryCounts counts) {
    for (int type = 0; type < QueryCounts.TYPES; type++) {
      for (Outcome outcome : Outcome.values()) {
        callback.call(
            (double) counts.count(type, outcome),
            transport.text(),
            String.valueOf(type),
            outcome.name().toLowerCase(Locale.ROOT));
      }
    }
  }
}
