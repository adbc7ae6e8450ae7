package bindery.node;

import bindery.cli.Invocation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bindery dev}: a cluster on this machine, a real process for each node. */
@Command(
    name = "dev",
    description = {
      "Runs a cluster on this machine until Ctrl-C: a real process for each node, on loopback.",
      "Node i listens at BASE+10(i-1)+1 leasequery, +2 API, +3 Raft, +4 HTTP."
    },
    footer = {
      "",
      "Options of nodes pass through the environment, such as BINDERY_RAFT_SNAPSHOT_INTERVAL=10s.",
      "A node that was killed is started again with: bindery node --config DIR/nI/bindery.yaml"
    },
    mixinStandardHelpOptions = true)
final class DevCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--nodes",
      defaultValue = "3",
      description = "How many nodes, 1..9. Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the nodes keep their files; kept between runs. Default: dev in the user's state"
              + " folder.")
  private @Nullable Path dir;

  @Option(
      names = "--base-port",
      paramLabel = "PORT",
      defaultValue = "15470",
      description = "The base of the ports. Default: ${DEFAULT-VALUE}.")
  private int basePort;

  @Override
  public Integer call() throws InterruptedException {
    if (nodes < 1 || nodes > DevLayout.NODES_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--nodes " + nodes + " (expected 1.." + DevLayout.NODES_MAX + ", such as --nodes 3)");
    }
    Path folder =
        dir == null ? Invocation.stateFolder(System.getenv()).resolve("dev") : dir.toAbsolutePath();
    DevLayout layout = new DevLayout(folder.normalize(), nodes, basePort);
    if (basePort < 1 || layout.portMax() > 65_535) {
      throw new ParameterException(
          spec.commandLine(),
          "--base-port " + basePort + " (expected one whose ports lie within 1..65535)");
    }
    PrintWriter err = spec.commandLine().getErr();
    try (DevCluster cluster = DevCluster.start(layout, err)) {
      cluster.awaitReady();
      return cluster.awaitEnd();
    } catch (IOException e) {
      err.println("Error: " + e.getMessage());
      err.flush();
      return CommandLine.ExitCode.SOFTWARE;
    }
  }
}
