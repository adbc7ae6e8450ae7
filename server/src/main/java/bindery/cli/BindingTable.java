package bindery.cli;

import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import bindery.wire.ClientData;
import bindery.wire.LeaseOption;
import bindery.wire.MalformedMessageException;
import bindery.wire.RelayData;
import bindery.wire.RelayHop;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** A row for each lease. */
final class BindingTable extends BindingWriter {
  private final TableWriter table;
  private final boolean relayData;
  private final boolean options;

  BindingTable(PrintWriter out, Set<Integer> requested) {
    super(out);
    relayData = requested.contains(OptionCode.LQ_RELAY_DATA);
    options =
        requested.stream()
            .anyMatch(code -> code != OptionCode.LQ_RELAY_DATA && code != OptionCode.LQ_BASE_TIME);
    List<String> headings =
        new ArrayList<>(List.of("CLIENT", "LEASE", "PREFERRED", "VALID", "LAST HEARD"));
    if (relayData) {
      headings.addAll(List.of("LINK-ADDRESS", "RELAYED BY"));
    }
    if (options) {
      headings.add("OPTIONS");
    }
    table = new TableWriter(out(), headings);
  }

  @Override
  void write(OptionalLong baseTime, ClientData data) {
    for (LeaseOption lease : data.leases()) {
      List<String> cells = new ArrayList<>();
      cells.add(data.client().toString());
      cells.add(lease.key().toString());
      cells.add(Durations.lifetime(lease.preferredLifetime()));
      cells.add(Durations.lifetime(lease.validLifetime()));
      cells.add(Durations.text(data.cltAge()) + " ago");
      if (relayData) {
        cells.add(data.relayData().map(BindingTable::linkAddress).orElse("-"));
        cells.add(data.relayData().map(relay -> relay.source().toString()).orElse("direct"));
      }
      if (options) {
        cells.add(
            data.options().isEmpty()
                ? "-"
                : data.options().stream().map(Object::toString).collect(Collectors.joining(",")));
      }
      table.row(cells);
    }
  }

  /** The innermost link-address that says anything: where the client is (RFC 8415 13.1). */
  private static String linkAddress(RelayData relay) {
    try {
      List<RelayHop> hops = relay.hops();
      for (int i = hops.size() - 1; i >= 0; i--) {
        if (!hops.get(i).linkAddress().isUnspecified()) {
          return hops.get(i).linkAddress().toString();
        }
      }
      return Ipv6Address.UNSPECIFIED.toString();
    } catch (MalformedMessageException e) {
      return "unreadable";
    }
  }

  @Override
  void finish() {
    table.close();
    super.finish();
  }
}
