package bindery.cli;

import bindery.cli.Arguments.Name;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.feeder.SourceClient;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands that decide something about one source. */
abstract sealed class SourceCommands implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Parameters(index = "0", paramLabel = "NAME", description = "The source's name.")
  private Name name = new Name("");

  /** Asks for it; returns the job that carries it out, 0 if it is done. */
  abstract long ask(SourceClient client, String source) throws ApiException, InterruptedException;

  @Override
  public final Integer call() throws CommandException, InterruptedException {
    long job;
    try (ServerList servers = api.servers()) {
      job = ask(new SourceClient(servers, api.timeout()), name.text());
    } catch (ApiException e) {
      throw CommandException.ofChange(e, "bindery source list");
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "source "
            + name.text()
            + (job == 0 ? ": done" : ": begun; bindery status shows how far it is"));
    err.flush();
    return ExitCode.OK.number();
  }

  /** {@code bindery source accept-sweep}. */
  @Command(
      name = "accept-sweep",
      description = {
        "Lets go on what a full resync would end, though it is more than sweep-limit allows. See"
            + " first, with bindery source list, how much that is: a DHCPv6 server that came back"
            + " with an empty lease file would end all its leases."
      },
      footer = {"", "Example: bindery source accept-sweep kea1"},
      mixinStandardHelpOptions = true)
  static final class AcceptSweep extends SourceCommands {
    @Override
    long ask(SourceClient client, String source) throws ApiException, InterruptedException {
      return client.acceptSweep(source).getJob();
    }
  }

  /** {@code bindery source remove}. */
  @Command(
      name = "remove",
      description = {
        "Lets go of all that a source held, and forgets its feeders. A lease that no other source"
            + " holds ends. A feeder of it that still runs is fenced."
      },
      footer = {"", "Example: bindery source remove old-kea"},
      mixinStandardHelpOptions = true)
  static final class Remove extends SourceCommands {
    @Override
    long ask(SourceClient client, String source) throws ApiException, InterruptedException {
      return client.remove(source).getJob();
    }
  }
}
