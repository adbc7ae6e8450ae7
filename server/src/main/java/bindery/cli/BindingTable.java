package bindery.cli;

import bindery.wire.ClientData;
import bindery.wire.LeaseOption;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A row for each lease; relays and options stand beneath the last lease of their binding. */
final class BindingTable extends BindingWriter {
  private static final int CLIENT = 0;

  private final TableWriter table;
  private final boolean tellsQuery;
  private final boolean tellsServer;

  /**
   * To that writer.
   *
   * @param columns how wide the terminal is; empty if there is none
   * @param tellsQuery whether a column says which query a lease answers
   * @param tellsServer whether one says which server told it
   */
  BindingTable(PrintWriter out, OptionalInt columns, boolean tellsQuery, boolean tellsServer) {
    super(out);
    this.tellsQuery = tellsQuery;
    this.tellsServer = tellsServer;
    List<String> headings =
        new ArrayList<>(List.of("CLIENT", "LEASE", "PREFERRED", "VALID", "LAST HEARD"));
    if (tellsQuery) {
      headings.add("ASKED FOR");
    }
    if (tellsServer) {
      headings.add("SERVER");
    }
    table = new TableWriter(out(), headings, columns, CLIENT);
  }

  @Override
  void write(Origin origin, ClientData data) {
    for (LeaseOption lease : data.leases()) {
      List<String> cells = new ArrayList<>();
      cells.add(data.client().toString());
      cells.add(lease.key().toString());
      cells.add(Durations.lifetime(lease.preferredLifetime()));
      cells.add(Durations.lifetime(lease.validLifetime()));
      cells.add(Durations.text(data.cltAge()) + " ago");
      if (tellsQuery) {
        cells.add(QueryName.of(origin.query()));
      }
      if (tellsServer) {
        cells.add(origin.server());
      }
      table.row(cells);
    }
    data.relayData().ifPresent(relay -> RelayText.lines(relay).forEach(table::beneath));
    if (!data.options().isEmpty()) {
      table.beneath(data.options().stream().map(OptionText::named).toList());
    }
  }

  @Override
  void writeHeld() {
    table.close();
  }
}
