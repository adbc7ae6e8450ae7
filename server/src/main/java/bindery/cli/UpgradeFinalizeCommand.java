package bindery.cli;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.v1.FinalizeUpgradeResponse;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bindery upgrade finalize}: the cluster follows the rules of the newer program. */
@Command(
    name = "finalize",
    description = {
      "Has the cluster follow the next level of rules, after every node was started with a program"
          + " that knows it. Until then the nodes work by the old rules, and an older program may"
          + " be started again; afterwards it stops and says so.",
      "Exit code 5 if a member cannot follow, with each by name; 0 if there is no higher level."
    },
    footer = {"", "Example: bindery upgrade finalize --server n1"},
    mixinStandardHelpOptions = true)
final class UpgradeFinalizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Override
  public Integer call() throws CommandException, InterruptedException {
    FinalizeUpgradeResponse answer;
    try (ServerList servers = api.servers()) {
      answer = new AdminClient(servers, api.timeout()).finalizeUpgrade();
    } catch (ApiException e) {
      throw CommandException.ofChange(e, "bindery status");
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(text(answer));
    err.flush();
    return ExitCode.OK.number();
  }

  private static String text(FinalizeUpgradeResponse answer) {
    if (!answer.getRaised()) {
      return "already at level "
          + answer.getLevel()
          + ", the highest the program of node "
          + answer.getNode()
          + " knows";
    }
    return "now at level "
        + answer.getLevel()
        + (answer.getLevel() < answer.getLevelSupported()
            ? "; ask again for the next, up to level " + answer.getLevelSupported()
            : "");
  }
}
