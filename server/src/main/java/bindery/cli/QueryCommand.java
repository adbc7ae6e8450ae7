package bindery.cli;

import bindery.client.ClientOptions;
import bindery.client.LeasequeryClient;
import bindery.client.QueryResult;
import bindery.client.UnreachableException;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.RemoteId;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One query, from the connection to its sums. What it asks for is the subclass's. */
@Command(mixinStandardHelpOptions = true)
abstract sealed class QueryCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private QueryArguments arguments = new QueryArguments();

  private QueryCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** What is asked, without options. */
  abstract LeaseQuery query(int transactionId, Duid requestor);

  @Override
  public final Integer call() throws CommandException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      return run(err).number();
    } finally {
      err.flush();
    }
  }

  /** What is wrong with the query is told before any server is asked. */
  private LeaseQuery checkedQuery(Duid requestor, int transactionId) {
    try {
      return query(transactionId, requestor).requesting(arguments.requested());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private ClientOptions clientOptions() {
    try {
      return arguments.clientOptions();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--timeout: " + e.getMessage(), e);
    }
  }

  private ExitCode run(PrintWriter err) throws CommandException {
    long startNanos = System.nanoTime();
    // Any number will do: one query is all that this connection carries.
    int transactionId = ThreadLocalRandom.current().nextInt(LeaseQuery.TRANSACTION_ID_MAX + 1);
    LeaseQuery query = checkedQuery(arguments.requestor(invocation, err), transactionId);
    try (LeasequeryClient client = LeasequeryClient.connect(arguments.servers(), clientOptions());
        BindingWriter writer =
            BindingWriter.of(
                arguments.output(), spec.commandLine().getOut(), arguments.requested())) {
      QueryResult result = client.ask(query, writer);
      writer.finish();
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      err.println(
          String.format(
              Locale.ROOT,
              "%d bindings, %d leases, %.3f s, from %s",
              writer.bindings(),
              writer.leases(),
              seconds,
              client.server()));
      return exitCode(result, err);
    } catch (UnreachableException e) {
      throw new CommandException(ExitCode.UNREACHABLE, String.valueOf(e.getMessage()), e);
    } catch (BindingWriter.ReaderGoneException e) {
      return ExitCode.OK; // whoever reads our output has seen enough
    }
  }

  private static ExitCode exitCode(QueryResult result, PrintWriter err) {
    return switch (result.outcome()) {
      case COMPLETE -> ExitCode.OK;
      case NOTHING_FOUND -> {
        err.println("nothing found");
        yield ExitCode.NOTHING_FOUND;
      }
      case REFUSED -> {
        err.println("Error: refused: " + result.status());
        yield ExitCode.REFUSED;
      }
      case INCOMPLETE -> {
        err.println("Error: the answer is not complete: " + result.reason());
        yield ExitCode.INCOMPLETE;
      }
    };
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

    abstract QueryKey key();

    @Override
    final LeaseQuery query(int transactionId, Duid requestor) {
      LeaseQuery query = LeaseQuery.of(transactionId, requestor, key());
      return Optional.ofNullable(link).map(query::onLink).orElse(query);
    }
  }

  /** {@code bindery query relay}: what is behind a relay. */
  @Command(
      name = "relay",
      description = "Every binding of clients last heard through a relay.",
      footer = {"", "Example: bindery query relay 0003000102005e1000aa --link 2001:db8:a::1"})
  static final class ByRelay extends Limited {
    @Parameters(index = "0", paramLabel = "DUID", description = "The relay-ID, in hexadecimal.")
    private Duid relay = NOBODY;

    ByRelay(Invocation invocation) {
      super(invocation);
    }

    @Override
    QueryKey key() {
      return new QueryKey.ByRelayId(relay);
    }
  }

  /** {@code bindery query link}: what is on a link. */
  @Command(
      name = "link",
      description = "Every binding on the links that could contain an address.",
      footer = {"", "Example: bindery query link 2001:db8:a::1 -o json"})
  static final class ByLink extends QueryCommand {
    @Parameters(index = "0", paramLabel = "ADDR", description = "An address on the link.")
    private Ipv6Address link = Ipv6Address.UNSPECIFIED;

    ByLink(Invocation invocation) {
      super(invocation);
    }

    @Override
    LeaseQuery query(int transactionId, Duid requestor) {
      return LeaseQuery.byLink(transactionId, requestor, link);
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
        paramLabel = "ENT:HEX",
        description = "Enterprise number and the remote-ID's octets.")
    private @Nullable RemoteId remote;

    ByRemote(Invocation invocation) {
      super(invocation);
    }

    @Override
    QueryKey key() {
      if (remote == null) {
        throw new IllegalArgumentException("no remote-ID");
      }
      return new QueryKey.ByRemoteId(remote);
    }
  }

  /** {@code bindery query client}: what a client has. */
  @Command(
      name = "client",
      description = "The bindings of a client, one for each link that knows it.",
      footer = {"", "Example: bindery query client 0003000102005e20000b --relay-data"})
  static final class ByClient extends Limited {
    @Parameters(index = "0", paramLabel = "DUID", description = "In hexadecimal.")
    private Duid client = NOBODY;

    ByClient(Invocation invocation) {
      super(invocation);
    }

    @Override
    QueryKey key() {
      return new QueryKey.ByClientId(client);
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
    @Parameters(index = "0", paramLabel = "ADDR", description = "Any address.")
    private Ipv6Address address = Ipv6Address.UNSPECIFIED;

    ByAddress(Invocation invocation) {
      super(invocation);
    }

    @Override
    QueryKey key() {
      return new QueryKey.ByAddress(address);
    }
  }

  // In place of a parameter until it is read; picocli runs no command without it.
  private static final Duid NOBODY = Duid.parse("000000");
}
