package bindery.node;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import bindery.raft.SnapshotRestore;
import bindery.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery snapshot restore}: the data folder of a new cluster's first node. */
@Command(
    name = "restore",
    description = {
      "Makes of a snapshot the data folder of a new cluster's first node, in a new incarnation: every"
          + " feeder tells all it knows anew, and until a source has, nothing is answered empty by"
          + " its word.",
      "Start that node with itself as the only member; add the others with empty folders and join:"
          + " true (bindery member add, promote). No node of the old cluster may run any more: relays"
          + " know both by one DUID."
    },
    footer = {
      "",
      "Example: bindery snapshot restore bindery.snapshot --data /var/lib/bindery --node n1"
    },
    mixinStandardHelpOptions = true)
final class SnapshotRestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE", description = "The snapshot.")
  private Path file = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FOLDER",
      description = "The node's data folder; made, must be empty if it is there.")
  private Path data = Path.of("");

  @Option(names = "--node", required = true, paramLabel = "NAME", description = "The node's name.")
  private String node = "";

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description =
          "The new cluster's name, as its nodes' configuration has it. Default: that of the cluster"
              + " the snapshot was taken of.")
  private @Nullable String cluster;

  @Override
  public Integer call() throws CommandException, IOException {
    SnapshotRestore.Restored restored;
    try {
      restored =
          SnapshotRestore.restore(
              file,
              data,
              Optional.ofNullable(cluster).map(text -> name("--cluster", text)),
              name("--node", node));
      SnapshotVerifyCommand.tell(restored.report(), spec.commandLine().getOut());
    } catch (StoreException e) {
      throw new CommandException(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "restored into " + data + " for node " + node + " of cluster " + restored.cluster());
    err.flush();
    return ExitCode.OK.number();
  }

  private String name(String option, String text) {
    try {
      return Kind.TEXT_NAME.parser().apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          option + ": \"" + text + "\" (expected " + Kind.TEXT_NAME.expected() + ")",
          e);
    }
  }
}
