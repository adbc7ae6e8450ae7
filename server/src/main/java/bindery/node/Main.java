package bindery.node;

import bindery.bench.BenchCommand;
import bindery.cli.Commands;
import java.util.List;
import picocli.CommandLine;

/** The {@code bindery} program. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Logging.start();
    CommandLine root =
        Commands.root(
            Settings.environmentNames(),
            List.of(new SnapshotVerifyCommand(), new SnapshotRestoreCommand()));
    root.addSubcommand(new RecoverCommand());
    root.addSubcommand(NodeCommand.create());
    root.addSubcommand(new DevCommand());
    root.addSubcommand(BenchCommand.create());
    System.exit(root.execute(arguments));
  }
}
