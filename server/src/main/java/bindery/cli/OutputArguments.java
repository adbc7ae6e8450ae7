package bindery.cli;

import bindery.model.OptionCode;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how answers are written. */
final class OutputArguments {
  // What Linux takes for the name of an interface, less what a shell would take for its own.
  private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_.:@-]{1,15}");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "How answers are written: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private QueryFormat format = QueryFormat.table;

  @Option(
      names = "--count",
      description = "Write only how many bindings, addresses and prefixes there are.")
  private boolean count;

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "With -o routes: the interface that the clients are behind.")
  private @Nullable String interfaceName;

  QueryFormat format() {
    return format;
  }

  boolean count() {
    return count;
  }

  /** The interface of routes; empty unless they are written. */
  String interfaceName() {
    return interfaceName == null ? "" : interfaceName;
  }

  /** The option codes without which the output could not be made. */
  Set<Integer> needed() {
    return format == QueryFormat.routes ? Set.of(OptionCode.LQ_RELAY_DATA) : Set.of();
  }

  /**
   * Checks what does not go together.
   *
   * @param isTerminal whether standard output is a terminal
   * @throws IllegalArgumentException if it does not; the message has an example
   */
  void check(ServerArguments.Mode mode, boolean isTerminal) {
    if (format == QueryFormat.routes && !count) {
      if (interfaceName == null) {
        throw new IllegalArgumentException(
            "-o routes without --interface (expected the interface that the clients are behind, for"
                + " example: -o routes --interface eth1)");
      }
      if (!INTERFACE.matcher(interfaceName).matches()) {
        throw new IllegalArgumentException(
            "--interface: \""
                + interfaceName
                + "\" (expected 1..15 of letters, digits and _.:@-, for example eth1)");
      }
    } else if (interfaceName != null) {
      throw new IllegalArgumentException(
          "--interface without -o routes (for example: -o routes --interface eth1)");
    }
    if (mode == ServerArguments.Mode.DIFF
        && (format == QueryFormat.routes || format == QueryFormat.pcap)) {
      throw new IllegalArgumentException(
          "--diff with -o " + format + " (expected table, json or csv)");
    }
    if (format == QueryFormat.pcap) {
      if (count) {
        throw new IllegalArgumentException("--count with -o pcap (expected one of them)");
      }
      if (isTerminal) {
        throw new IllegalArgumentException(
            "-o pcap writes octets, and standard output is a terminal (expected a file, for"
                + " example: -o pcap > query.pcap)");
      }
    }
  }
}
