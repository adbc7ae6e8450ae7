package bindery.cli;

import bindery.wire.ClientData;
import java.io.PrintWriter;

/**
 * Writes how much was told, and nothing of it: {@code bindings 2}, {@code addresses 2} and {@code
 * prefixes 2} in a line each, or as one object or one line of CSV.
 */
final class CountWriter extends BindingWriter {
  private final QueryFormat format;
  private final QuerySums sums;

  /** Of these sums. */
  CountWriter(PrintWriter out, QueryFormat format, QuerySums sums) {
    super(out);
    this.format = format;
    this.sums = sums;
  }

  @Override
  void write(Origin origin, ClientData data) {
    // the sums are kept elsewhere
  }

  @Override
  boolean mayRepeat() {
    return true;
  }

  @Override
  void writeEnd() {
    QuerySums.Counts counts = sums.counts();
    String shape =
        switch (format) {
          case table, routes, pcap -> "bindings %d%naddresses %d%nprefixes %d%n";
          case json -> "{\"bindings\":%d,\"addresses\":%d,\"prefixes\":%d}%n";
          case csv -> "bindings,addresses,prefixes%n%d,%d,%d%n";
        };
    out().printf(shape, counts.bindings(), counts.addresses(), counts.prefixes());
  }
}
