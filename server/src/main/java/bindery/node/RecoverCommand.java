package bindery.node;

import bindery.cli.CommandException;
import bindery.cli.ExitCode;
import bindery.raft.Recovery;
import bindery.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery recover}: a new cluster of what a majority that is lost for good has left. */
@Command(
    name = "recover",
    description = {
      "Makes of the data folder of a member that is left, and stopped, that of a new cluster's first"
          + " node, when a majority of the members is lost for good: the same rows, with all that its"
          + " log holds, the same DUID, a new incarnation, so that every feeder tells all it knows"
          + " anew. What only lost members had acknowledged is missing.",
      "Refused while a node runs on the folder, while any other member answers on its Raft address,"
          + " and as long as the cluster can still elect a leader (then: bindery member replace)."
          + " The folder is only read, and nothing is overwritten."
    },
    footer = {
      "",
      "Exit codes: 0 made, 1 refused or failed, 2 usage, 3 the rows cannot be read or do not agree.",
      "Example: bindery recover /var/lib/bindery --into /var/lib/bindery-new --node m1 --lost n2,n3"
    },
    mixinStandardHelpOptions = true)
final class RecoverCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "The data folder of the member that is left: of several, that of the highest"
              + " revision.")
  private Path data = Path.of("");

  @Option(
      names = "--into",
      required = true,
      paramLabel = "FOLDER",
      description = "The new node's data folder; made, must be empty if it is there.")
  private Path into = Path.of("");

  @Option(
      names = "--node",
      required = true,
      paramLabel = "NAME",
      description = "The new node's name: one that no member had.")
  private String node = "";

  @Option(
      names = "--lost",
      required = true,
      split = ",",
      paramLabel = "NAME",
      description = "The members that are lost for good and will never run again.")
  private List<String> lost = List.of();

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "The new cluster's name. Default: the old one's.")
  private @Nullable String cluster;

  @Override
  public Integer call() throws CommandException, IOException {
    String given = cluster;
    Recovery.Target target =
        new Recovery.Target(
            into,
            given == null ? Optional.empty() : Optional.of(name("--cluster", given)),
            name("--node", node));
    Recovery.Recovered made;
    try {
      made = Recovery.recover(data, Set.copyOf(lost), target);
    } catch (StoreException e) {
      // A copy was read, which is gone.
      String copied = into.resolve("store").toString();
      String fault = e.fault().replace(copied, data.resolve("store").toString());
      throw new CommandException(
          ExitCode.UNHEALTHY,
          fault
              + "; nothing was made, and "
              + data
              + " is as it was: keep it, and take the folder of another member, or the last"
              + " snapshot (bindery snapshot restore)",
          e);
    }
    tell(made);
    advise(made);
    return ExitCode.OK.number();
  }

  private void tell(Recovery.Recovered made) {
    PrintWriter out = spec.commandLine().getOut();
    SnapshotVerifyCommand.tell(made.report(), out);
    out.println("flushed " + made.flushedIndex());
    out.println("from-log " + made.fromLog());
    out.println("duid " + made.duid());
    out.println("incarnation-before " + made.incarnationBefore());
    out.println("incarnation " + made.incarnation());
    out.flush();
  }

  private void advise(Recovery.Recovered made) {
    PrintWriter err = spec.commandLine().getErr();
    made.warnings().forEach(warning -> err.println("Warning: " + warning));
    err.println(
        "made " + into + " for node " + node + ", up to revision " + made.report().revision());
    err.println("Of this, what the log held last may never have been acknowledged.");
    err.println("What only lost members had acknowledged is missing until feeders tell it anew.");
    err.println("Next:");
    err.println("1. See that no node of the old cluster ever runs again: both have one DUID.");
    err.println(
        "2. Start "
            + node
            + " with data: "
            + into
            + " and itself as the only member; keep "
            + data
            + " as it is.");
    err.println(
        "3. Point every feeder at it: the new incarnation has each tell all it knows; bindery source"
            + " list shows which have.");
    err.println(
        "4. For each further node: an empty data folder, a new name, join: true; then bindery member"
            + " add and promote.");
    err.flush();
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
