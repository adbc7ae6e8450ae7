package bindery.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bindery bench}: measures a cluster, a JSON object on stdout for each figure. */
@Command(
    name = "bench",
    description = "Measures a cluster; prints a JSON object for each figure.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private BenchCommand() {}

  /** The command with its subcommands. */
  public static CommandLine create() {
    return new CommandLine(new BenchCommand())
        .addSubcommand(new FeedBench())
        .addSubcommand(new QueryBench())
        .addSubcommand(new ScanBench())
        .addSubcommand(new StoreBench());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no benchmark given (for example: bindery bench feed)");
  }
}
