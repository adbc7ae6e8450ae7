package bindery.cli;

import bindery.cli.ServerArguments.Mode;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Queries of one type, from the command line to the exit code. What they ask is the subclass's. */
@Command(
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Answered; with --diff, both servers tell the same.",
      "1:An error; with --diff, the servers do not tell the same.",
      "2:The command line is wrong, or a key on standard input.",
      "4:Answered, and nothing was found.",
      "5:Refused by the server; its status says why.",
      "6:The answer is not complete, or could not be written whole.",
      "7:No server was reached.",
      "141:Whoever read standard output went away before its end."
    })
abstract sealed class QueryCommand implements Callable<Integer> {
  /** In place of a key: they stand in lines on standard input. */
  private static final String STANDARD_INPUT = "-";

  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private QueryArguments arguments = new QueryArguments();

  @Mixin private ServerArguments servers = new ServerArguments();

  @Mixin private OutputArguments output = new OutputArguments();

  private QueryCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** The parameter: a key, or {@code -}. */
  abstract String key();

  /**
   * What is asked for a key, without options.
   *
   * @throws IllegalArgumentException if the text is no key of this type
   */
  abstract LeaseQuery query(int number, Duid requestor, String key);

  @Override
  public final Integer call() throws CommandException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      return run(err).number();
    } catch (UncheckedIOException e) {
      throw new CommandException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
    } finally {
      err.flush();
    }
  }

  private ExitCode run(PrintWriter err) throws CommandException, InterruptedException {
    try {
      Mode mode = servers.mode();
      QueryPlan plan = plan(mode, err);
      return switch (mode) {
        case FIRST -> new FirstServer(plan).run();
        case ALL -> new SeveralServers(plan).merge();
        case DIFF -> new SeveralServers(plan).compare();
      };
    } catch (IllegalArgumentException | KeyLines.BadKeyException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private QueryPlan plan(Mode mode, PrintWriter err) throws CommandException {
    output.check(mode, invocation.columns().isPresent());
    boolean several = key().equals(STANDARD_INPUT);
    KeyLines lines = keys(mode, arguments.requestor(invocation, err));
    if (!lines.hasNext()) {
      throw new IllegalArgumentException("no key on standard input (expected one a line)");
    }
    return new QueryPlan(
        invocation,
        servers.servers(),
        servers.clientOptions(),
        servers.retryOptions(),
        lines,
        several,
        output,
        servers.slack(),
        spec.commandLine().getOut(),
        err);
  }

  private KeyLines keys(Mode mode, Duid requestor) {
    Set<Integer> codes = new TreeSet<>(output.needed());
    if (mode != Mode.FIRST) {
      codes.add(OptionCode.LQ_BASE_TIME); // by which the clocks of servers are told apart
    }
    KeyLines.QueryOfKey queryOfKey =
        (number, key) -> arguments.applyTo(query(number, requestor, key), codes);
    return key().equals(STANDARD_INPUT)
        ? new KeyLines(invocation.in(), queryOfKey)
        : new KeyLines(queryOfKey, key());
  }

  /** A query that may be limited to a link. */
  @Command
  private abstract static sealed class Limited extends QueryCommand {
    @Option(
        names = "--link",
        paramLabel = "ADDR",
        description = "Only on links that could contain this address.")
    private @Nullable Ipv6Address link;

    private Limited(Invocation invocation) {
      super(invocation);
    }

    abstract QueryKey queryKey(String key);

    @Override
    final LeaseQuery query(int number, Duid requestor, String key) {
      LeaseQuery query = LeaseQuery.of(number, requestor, queryKey(key));
      return Optional.ofNullable(link).map(query::onLink).orElse(query);
    }
  }

  /** {@code bindery query relay}: what is behind a relay. */
  @Command(
      name = "relay",
      description = "Every binding of clients last heard through a relay.",
      footer = {
        "",
        "Example: bindery query relay 0003000102005e1000aa --server 2001:db8::547",
        "Routes:  bindery query relay 0003000102005e1000aa -o routes --interface eth1",
        "Several: bindery query relay - < relays"
      })
  static final class ByRelay extends Limited {
    @Parameters(
        index = "0",
        paramLabel = "DUID|-",
        description = "The relay-ID, in hexadecimal; or -, for one a line on standard input.")
    private String key = "";

    ByRelay(Invocation invocation) {
      super(invocation);
    }

    @Override
    String key() {
      return key;
    }

    @Override
    QueryKey queryKey(String key) {
      return new QueryKey.ByRelayId(Arguments.duid(key));
    }
  }

  /** {@code bindery query link}: what is on a link. */
  @Command(
      name = "link",
      description = "Every binding on the links that could contain an address.",
      footer = {"", "Example: bindery query link 2001:db8:a::1 -o json"})
  static final class ByLink extends QueryCommand {
    @Parameters(
        index = "0",
        paramLabel = "ADDR|-",
        description = "An address on the link; or -, for one a line on standard input.")
    private String key = "";

    ByLink(Invocation invocation) {
      super(invocation);
    }

    @Override
    String key() {
      return key;
    }

    @Override
    LeaseQuery query(int number, Duid requestor, String key) {
      return LeaseQuery.byLink(number, requestor, Ipv6Address.parse(key));
    }
  }

  /** {@code bindery query remote}: what is behind a line. */
  @Command(
      name = "remote",
      description = "Every binding of clients last heard with a remote-ID.",
      footer = {"", "Example: bindery query remote 32473:706f72742d3137"})
  static final class ByRemote extends Limited {
    @Parameters(
        index = "0",
        paramLabel = "ENT:HEX|-",
        description =
            "Enterprise number and the remote-ID's octets; or -, for one a line on standard input.")
    private String key = "";

    ByRemote(Invocation invocation) {
      super(invocation);
    }

    @Override
    String key() {
      return key;
    }

    @Override
    QueryKey queryKey(String key) {
      return new QueryKey.ByRemoteId(Arguments.remoteId(key));
    }
  }

  /** {@code bindery query client}: what a client has. */
  @Command(
      name = "client",
      description = "The bindings of a client, one for each link that knows it.",
      footer = {"", "Example: bindery query client 0003000102005e20000b --relay-data"})
  static final class ByClient extends Limited {
    @Parameters(
        index = "0",
        paramLabel = "DUID|-",
        description = "The client's DUID, in hexadecimal; or -, for one a line on standard input.")
    private String key = "";

    ByClient(Invocation invocation) {
      super(invocation);
    }

    @Override
    String key() {
      return key;
    }

    @Override
    QueryKey queryKey(String key) {
      return new QueryKey.ByClientId(Arguments.duid(key));
    }
  }

  /** {@code bindery query address}: who has an address. */
  @Command(
      name = "address",
      description = {
        "The binding of the client that holds an address, or a delegated prefix with the address in"
            + " it."
      },
      footer = {"", "Example: bindery query address 3fff:a00::42"})
  static final class ByAddress extends Limited {
    @Parameters(
        index = "0",
        paramLabel = "ADDR|-",
        description = "Any address; or -, for one a line on standard input.")
    private String key = "";

    ByAddress(Invocation invocation) {
      super(invocation);
    }

    @Override
    String key() {
      return key;
    }

    @Override
    QueryKey queryKey(String key) {
      return new QueryKey.ByAddress(Ipv6Address.parse(key));
    }
  }
}
