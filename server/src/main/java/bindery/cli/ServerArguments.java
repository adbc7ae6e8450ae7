package bindery.cli;

import bindery.client.ClientOptions;
import bindery.client.LeasequeryClient;
import bindery.client.Requestor;
import bindery.client.RetryOptions;
import bindery.model.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say which servers a query asks, and how patiently. */
final class ServerArguments {
  private static final Duration SLACK_DEFAULT = Duration.ofSeconds(10);

  /** What several servers are asked for. */
  enum Mode {
    /** The first that can answer. */
    FIRST,
    /** Each, and their answers are merged. */
    ALL,
    /** Two, and their answers are compared. */
    DIFF
  }

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      split = ",",
      converter = Arguments.LeasequeryServer.class,
      defaultValue = "127.0.0.1:547",
      description =
          "A server of bulk leasequery; port 547 if left out, with --tls 5473 in the place of 547."
              + " May be repeated, up to 16. Default: ${DEFAULT-VALUE}.")
  private List<HostPort> servers = List.of();

  @Option(
      names = "--first",
      description =
          "Ask the first server, and the next one what it cannot answer. This is what happens"
              + " without --all and --diff.")
  private boolean first;

  @Option(
      names = "--all",
      description =
          "Ask all servers at once and merge their answers: of each lease what the server tells"
              + " that heard its client last.")
  private boolean all;

  @Option(
      names = "--diff",
      description =
          "Ask two servers at once and show the leases of which they do not tell the same. Exit"
              + " code 1 if there are any.")
  private boolean diff;

  @Option(
      names = "--slack",
      paramLabel = "DURATION",
      description =
          "With --diff: how far apart the ends of a lease may be and count as one. Default: 10s.")
  private @Nullable Duration slack;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description =
          "How long each message of an answer may take to come. RFC 5460 names 300 s. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = "--connect-timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How long a connection may take to be made. Default: ${DEFAULT-VALUE}.")
  private Duration connectTimeout = Duration.ofSeconds(30);

  @Option(
      names = "--attempts",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How often servers are tried that do not answer, 1..1000, with 1 s between the first two"
              + " tries and twice as long each time, up to 60 s. Default: ${DEFAULT-VALUE}.")
  private int attempts = 3;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "How many queries may wait for their answers on one connection, 1..64. Default:"
              + " ${DEFAULT-VALUE}.")
  private int parallel = 4;

  @Option(
      names = "--half-close",
      description =
          "Close the sending end behind the last query, as a relay may (RFC 5460 6.6): shows whether"
              + " the server still answers. Kea does not.")
  private boolean halfClose;

  @Option(
      names = "--tls",
      description =
          "Ask over TLS, as nodes offer it by leasequery.tls-listen, with --ca, --cert and --key.")
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

  Duration slack() {
    return slack == null ? SLACK_DEFAULT : slack;
  }

  /**
   * What the servers are asked for.
   *
   * @throws IllegalArgumentException if two modes are named, or the servers do not fit the mode
   */
  Mode mode() {
    if (servers.size() > Requestor.SERVERS_MAX) {
      throw new IllegalArgumentException(
          servers.size() + " servers (expected at most " + Requestor.SERVERS_MAX + ")");
    }
    if ((first ? 1 : 0) + (all ? 1 : 0) + (diff ? 1 : 0) > 1) {
      throw new IllegalArgumentException(
          "more than one of --first, --all and --diff (expected at most one, for example: --server"
              + " a --server b --all)");
    }
    if (diff && servers.size() != 2) {
      throw new IllegalArgumentException(
          "--diff with "
              + servers.size()
              + " server"
              + (servers.size() == 1 ? "" : "s")
              + " (expected two, for example: --server a --server b --diff)");
    }
    if (slack != null && !diff) {
      throw new IllegalArgumentException(
          "--slack without --diff (for example: --server a --server b --diff --slack 30s)");
    }
    return all ? Mode.ALL : diff ? Mode.DIFF : Mode.FIRST;
  }

  /**
   * How connections behave.
   *
   * @throws IllegalArgumentException if an option is out of range; the message names it
   * @throws ParameterException if TLS is wanted, and its files cannot be used
   */
  ClientOptions clientOptions() {
    ClientOptions options =
        isSecure
            ? ClientOptions.DEFAULTS.withLayer(new TlsLayer(tls.readNeeded("--tls")))
            : ClientOptions.DEFAULTS;
    options = options.withHalfClose(halfClose);
    options = named("--connect-timeout", options::withConnectTimeout, connectTimeout);
    options = named("--timeout", options::withDataTimeout, timeout);
    return named("--parallel", options::withOutstandingMax, parallel);
  }

  /**
   * How often to try again.
   *
   * @throws IllegalArgumentException if the number is out of range; the message names the option
   */
  RetryOptions retryOptions() {
    return named("--attempts", RetryOptions.DEFAULTS::withAttempts, attempts);
  }

  private static <V, T> T named(String option, Function<V, T> changed, V value) {
    try {
      return changed.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }
}
