package bindery.node;

import bindery.bench.BenchCommand;
import bindery.cli.Commands;
import bindery.cli.Invocation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** The {@code bindery} program. */
public final class Main {
  private static final Set<String> VARIABLES = Settings.environmentNames();

  private Main() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Logging.start();
    HostLookups.forgetSoon();
    System.exit(complete(Commands.root(VARIABLES, snapshots())).execute(arguments));
  }

  /** The whole tree of commands, for who describes it. */
  public static CommandLine commands(Invocation invocation) {
    return complete(Commands.root(invocation, VARIABLES, snapshots()));
  }

  private static List<Callable<Integer>> snapshots() {
    return List.of(new SnapshotVerifyCommand(), new SnapshotRestoreCommand());
  }

  private static CommandLine complete(CommandLine root) {
    root.addSubcommand(new RecoverCommand());
    root.addSubcommand(NodeCommand.create());
    root.addSubcommand(new DevCommand());
    root.addSubcommand(BenchCommand.create());
    return root;
  }
}
