package bindery.node;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import bindery.raft.SnapshotRestore;
import bindery.store.StoreException;
import bindery.store.StoreVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bindery snapshot verify}: proves that a snapshot, or the rows of a stopped node, are
 * sound.
 */
@Command(
    name = "verify",
    description = {
      "Reads a snapshot whole, every file of it by its hash, or the rows of a node that is stopped:"
          + " every row, and that rows and indexes agree. It says nothing of the node's log.",
      "A snapshot is unpacked beside itself for that, and rows are copied beside their folder; both"
          + " are deleted again, and what is verified is only read."
    },
    footer = {
      "",
      "Example: bindery snapshot verify bindery.snapshot",
      "         bindery snapshot verify /var/lib/bindery"
    },
    mixinStandardHelpOptions = true)
final class SnapshotVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE|DATA", description = "The snapshot, or the folder.")
  private Path target = Path.of("");

  @Override
  public Integer call() throws CommandException, IOException {
    StoreVerifier.Report report;
    try {
      report =
          Files.isDirectory(target)
              ? SnapshotRestore.verifyFolder(target)
              : SnapshotRestore.verifySnapshot(target);
    } catch (StoreException e) {
      throw new CommandException(ExitCode.UNHEALTHY, String.valueOf(e.getMessage()), e);
    }
    tell(report, spec.commandLine().getOut());
    return report.faults().isEmpty() ? ExitCode.OK.number() : ExitCode.UNHEALTHY.number();
  }

  /** What was found, a line for each fact. */
  static void tell(StoreVerifier.Report report, PrintWriter out) {
    out.println("revision " + report.revision());
    out.println("bindings " + report.bindings());
    out.println("leases " + report.leases());
    out.println("hash " + report.contentHash().hex());
    report.faults().forEach(fault -> out.println("fault " + fault));
    out.flush();
  }
}
