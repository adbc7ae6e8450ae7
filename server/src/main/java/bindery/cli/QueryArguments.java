package bindery.cli;

import bindery.client.ClientOptions;
import bindery.client.LeasequeryClient;
import bindery.model.Duid;
import bindery.model.HostPort;
import bindery.model.OptionCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of every query. */
final class QueryArguments {
  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      split = ",",
      converter = Arguments.LeasequeryServer.class,
      defaultValue = "127.0.0.1:547",
      description =
          "The leasequery port of a node; 547 if left out, with --tls 5473 in the place of 547. May"
              + " be repeated: the next is tried when one cannot be reached. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<HostPort> servers = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description =
          "How long a connection, and then each message, may take. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How bindings are written. Default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.table;

  @Option(
      names = "--relay-data",
      description = "Ask also through which relays each client was last heard.")
  private boolean relayData;

  @Option(
      names = "--options",
      paramLabel = "CODE",
      split = ",",
      description = "Ask also for these options of each client, such as 39.")
  private List<Integer> options = new ArrayList<>();

  @Option(
      names = "--duid",
      paramLabel = "DUID",
      description = "Who asks. Default: one that is made once and kept for this user.")
  private @Nullable Duid duid;

  @Option(
      names = "--tls",
      description = "Ask over TLS (leasequery.tls-listen), with --ca, --cert and --key.")
  private boolean isSecure;

  @Mixin private TlsArguments tls = new TlsArguments();

  List<HostPort> servers() {
    return servers.stream()
        .map(
            server ->
                isSecure && server.port() == LeasequeryClient.PORT
                    ? new HostPort(server.host(), LeasequeryClient.TLS_PORT)
                    : server)
        .toList();
  }

  /**
   * How the connection behaves.
   *
   * @throws IllegalArgumentException if the time-out is out of range
   * @throws ParameterException if TLS is wanted, and its files cannot be used
   */
  ClientOptions clientOptions() {
    ClientOptions options =
        ClientOptions.DEFAULTS.withConnectTimeout(timeout).withDataTimeout(timeout);
    return isSecure ? options.withLayer(new TlsLayer(tls.readNeeded("--tls"))) : options;
  }

  OutputFormat output() {
    return output;
  }

  boolean relayData() {
    return relayData;
  }

  /** The codes of the ORO. */
  Set<Integer> requested() {
    Set<Integer> codes = new TreeSet<>(options);
    if (relayData) {
      codes.add(OptionCode.LQ_RELAY_DATA);
    }
    return codes;
  }

  /**
   * Who asks.
   *
   * @throws CommandException if a kept DUID is damaged
   */
  Duid requestor(Invocation invocation, PrintWriter err) throws CommandException {
    return duid != null ? duid : RequestorDuid.keptIn(invocation.stateFolder(), err);
  }
}
