package bindery.cli;

import bindery.feeder.ApiException;
import bindery.feeder.FeederId;
import bindery.feeder.ServerList;
import bindery.kea.ha.HaAccess;
import bindery.kea.ha.HaConnector;
import bindery.kea.ha.HaOptions;
import bindery.model.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bindery feed kea-ha}: feeds what a Kea tells its backup server. */
@Command(
    name = "kea-ha",
    description = {
      "Feeds what Kea tells a backup server of its high availability, as which Kea takes this"
          + " command: add it to Kea's configuration as a peer of role backup (docs/kea.md)."
          + " Runs until it is told to stop, on the host of Kea.",
      "Kea is answered after the commit, and after --ack-within all the same: Kea holds the truth,"
          + " and what may be missing is repaired by comparing everything with Kea, at the start,"
          + " after each gap and from time to time."
    },
    footer = {
      "",
      "Example: bindery feed kea-ha --kea http://127.0.0.1:8005/ --source kea1 --server n1 --server"
          + " n2 --server n3"
    },
    mixinStandardHelpOptions = true)
final class FeedKeaHaCommand implements Callable<Integer> {
  /** What the connector may take to end; it gives what is in flight less than that. */
  private static final Duration STOP_MAX = HaConnector.CLOSE_MAX.plusSeconds(2);

  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private FeedArguments arguments = new FeedArguments();

  @Option(
      names = "--kea",
      paramLabel = "URL",
      required = true,
      description =
          "Where Kea listens for its peers: the url of its own entry in its configuration. Of a"
              + " pair name both, by two options.")
  private List<String> keas = List.of();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8765",
      description = "Where Kea sends to. Default: ${DEFAULT-VALUE}.")
  private String listen = "127.0.0.1:8765";

  @Option(
      names = "--ack-within",
      paramLabel = "DURATION",
      defaultValue = "2s",
      description =
          "How long Kea waits for the commit at most; up to 8s, as Kea itself gives up after 10."
              + " Default: ${DEFAULT-VALUE}.")
  private Duration ackWithin = Duration.ofSeconds(2);

  @Option(
      names = "--reconcile-every",
      paramLabel = "DURATION",
      defaultValue = "1h",
      description =
          "How long after the last comparison with Kea the next one begins. It finds what expired"
              + " and what an administrator changed. Default: ${DEFAULT-VALUE}.")
  private Duration reconcileEvery = Duration.ofHours(1);

  @Option(
      names = "--page",
      paramLabel = "LEASES",
      defaultValue = "1000",
      description =
          "How many leases to ask Kea for at a time, which serves nobody meanwhile. Default:"
              + " ${DEFAULT-VALUE}.")
  private int page = 1_000;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "The folder that keeps what must outlive this program. Default: kea-ha/SOURCE/FEEDER below"
              + " $XDG_STATE_HOME/bindery, or ~/.local/state/bindery.")
  private @Nullable Path state;

  @Option(
      names = "--kea-config",
      paramLabel = "FILE",
      description =
          "Kea's configuration, such as kea-dhcp6.conf: its links are imported before the first"
              + " lease is compared, and whenever the file changes. Without it Kea itself is asked"
              + " for them (config-get), at --control-socket or else at --kea, where it may refuse.")
  private @Nullable Path configuration;

  @Option(
      names = "--control-socket",
      paramLabel = "PATH",
      description = "Kea's control socket, to ask there for its configuration.")
  private @Nullable Path controlSocket;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Whom Kea must say it is: its basic-auth-user.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file with that user's password.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--kea-user",
      paramLabel = "NAME",
      description = "Who to be to Kea, if it asks for basic authentication.")
  private @Nullable String keaUser;

  @Option(
      names = "--kea-password-file",
      paramLabel = "FILE",
      description = "A file with that user's password.")
  private @Nullable Path keaPasswordFile;

  @Option(
      names = "--kea-certificate",
      paramLabel = "FILE",
      description =
          "Listen by HTTPS, with this certificate (PEM), which is also shown to a --kea of https that"
              + " asks for one, as Kea does by itself.")
  private @Nullable Path certificate;

  @Option(
      names = "--kea-key",
      paramLabel = "FILE",
      description = "The certificate's key (PEM, PKCS #8, without a password).")
  private @Nullable Path key;

  @Option(
      names = "--client-authority",
      paramLabel = "FILE",
      description = "Take only who has a certificate of this authority (PEM).")
  private @Nullable Path clientAuthority;

  @Option(
      names = "--kea-authority",
      paramLabel = "FILE",
      description =
          "The authority of Kea's own certificate (PEM), for a --kea of https. That certificate must"
              + " name the host of the URL; Kea itself does not look at that.")
  private @Nullable Path keaAuthority;

  @Option(
      names = "--insecure",
      description = "Listen beyond this host without HTTPS, where anybody may read and change all.")
  private boolean isInsecure;

  FeedKeaHaCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    HaOptions options = options();
    PrintWriter err = spec.commandLine().getErr();
    CompletableFuture<Optional<ApiException>> over = new CompletableFuture<>();
    return UntilStopped.run(
        () -> connect(options, over, err), () -> over.complete(Optional.empty()), STOP_MAX, err);
  }

  private Integer connect(
      HaOptions options, CompletableFuture<Optional<ApiException>> over, PrintWriter err)
      throws CommandException, IOException, InterruptedException, ExecutionException {
    Optional<ApiException> end;
    try (ServerList servers = arguments.api().servers();
        ServerList asides = arguments.api().servers();
        HaConnector connector =
            HaConnector.start(
                options, servers, asides, reason -> over.complete(Optional.of(reason)))) {
      err.println(
          "listening for Kea on "
              + connector.address().getAddress().getHostAddress()
              + " port "
              + connector.address().getPort()
              + "; feeding source "
              + options.source());
      err.flush();
      end = over.get();
    }
    if (end.isEmpty()) {
      return ExitCode.OK.number();
    }
    throw new CommandException(
        CommandException.of(end.get()).exitCode(),
        end.get().getMessage()
            + (end.get().kind() == ApiException.Kind.FENCED
                ? " (another connector feeds as source "
                    + options.source()
                    + ", feeder "
                    + options.feeder()
                    + ": end one of them, or name another --feeder)"
                : ""),
        end.get());
  }

  private HaOptions options() {
    FeederId id = arguments.feederId("kea", "kea-ha");
    List<String> problems = new ArrayList<>();
    HaAccess.Given given =
        new HaAccess.Given(
            Optional.ofNullable(user),
            Optional.ofNullable(passwordFile),
            Optional.ofNullable(keaUser),
            Optional.ofNullable(keaPasswordFile),
            Optional.ofNullable(certificate),
            Optional.ofNullable(key),
            Optional.ofNullable(clientAuthority),
            Optional.ofNullable(keaAuthority));
    HaAccess access = given.read(FeedKeaHaCommand::place, problems);
    InetSocketAddress address = address(given.isHttps(), problems);
    List<URI> urls = new ArrayList<>();
    for (String kea : keas) {
      try {
        urls.add(HaOptions.url(kea));
      } catch (IllegalArgumentException e) {
        problems.add("--kea: " + e.getMessage());
      }
    }
    try {
      HaOptions options =
          new HaOptions(
              id.source(),
              id.feeder(),
              address,
              access,
              urls,
              ackWithin,
              reconcileEvery,
              page,
              state == null
                  ? invocation
                      .stateFolder()
                      .resolve("kea-ha")
                      .resolve(id.source())
                      .resolve(id.feeder())
                  : state,
              Optional.ofNullable(configuration),
              Optional.ofNullable(controlSocket));
      if (problems.isEmpty()) {
        return options;
      }
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    throw new ParameterException(spec.commandLine(), String.join("\nError: ", problems));
  }

  // --key is that of the certificate that the nodes are shown.
  private static String place(String option) {
    return switch (option) {
      case "certificate", "key" -> "--kea-" + option;
      default -> "--" + option;
    };
  }

  private InetSocketAddress address(boolean isHttps, List<String> problems) {
    try {
      HostPort given = HostPort.parse(listen);
      InetSocketAddress address = new InetSocketAddress(given.host(), given.port());
      if (address.isUnresolved()) {
        problems.add(
            "--listen: the host " + given.host() + " cannot be resolved (expected an address)");
      } else if (!isHttps && !isInsecure && !address.getAddress().isLoopbackAddress()) {
        problems.add(
            "--listen "
                + listen
                + " is open to others without HTTPS (name --kea-certificate and --kea-key, or --insecure)");
      }
      return address;
    } catch (IllegalArgumentException e) {
      problems.add("--listen: " + e.getMessage());
      return new InetSocketAddress(0);
    }
  }
}
