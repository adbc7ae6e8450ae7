package bindery.node;

import bindery.model.DaemonThreads;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bindery node}: runs one node until it is told to stop. */
@Command(
    name = "node",
    description = {
      "Runs one node until it is told to stop (SIGTERM or Ctrl-C).",
      "Without a file it is a working single node on loopback, with its data in the user's state"
          + " folder. Port 547 needs root or the capability CAP_NET_BIND_SERVICE; without them name"
          + " another, such as --leasequery-listen 127.0.0.1:15471."
    },
    footer = {
      "",
      "Every option may also stand in the file or in the environment: a flag wins over the"
          + " environment, that over the file.",
      "Exit codes: 0 stopped as asked, 1 could not start or go on, 2 wrong configuration."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class NodeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration file (YAML).")
  private @Nullable Path config;

  @Option(
      names = "--check",
      description =
          "Report every fault of the configuration and end, without starting. A member's host that"
              + " is not known yet is a warning.")
  private boolean check;

  @Option(names = "--print-sample", description = "Print a commented sample configuration and end.")
  private boolean printSample;

  private NodeCommand() {}

  /** The command with a flag for every declared option. */
  static CommandLine create() {
    CommandLine line = new CommandLine(new NodeCommand());
    CommandSpec spec = line.getCommandSpec();
    for (Setting<?> setting : Settings.ALL) {
      String fallback =
          setting.defaultText() == null ? "" : " Default: " + setting.defaultText() + ".";
      spec.addOption(
          OptionSpec.builder(setting.flag())
              .paramLabel("VALUE")
              .type(String.class)
              .description(
                  (setting.help() + fallback + " [" + setting.environment() + "]")
                      .replace("%", "%%"))
              .build());
    }
    return line;
  }

  @Override
  public Integer call() {
    if (printSample) {
      spec.commandLine().getOut().print(SampleFile.text());
      spec.commandLine().getOut().flush();
      return 0;
    }
    NodeConfig loaded;
    ConfigSource source = new ConfigSource(flags(), System.getenv(), config);
    try {
      loaded = source.load();
    } catch (ConfigException e) {
      e.problems().forEach(problem -> spec.commandLine().getErr().println("Error: " + problem));
      spec.commandLine().getErr().flush();
      return CommandLine.ExitCode.USAGE;
    }
    List<String> faults = loaded.fileProblems();
    if (!faults.isEmpty()) {
      faults.forEach(fault -> spec.commandLine().getErr().println("Error: " + fault));
      spec.commandLine().getErr().flush();
      return CommandLine.ExitCode.USAGE;
    }
    if (check) {
      loaded.warnings().forEach(w -> spec.commandLine().getErr().println("Warning: " + w));
      MemberHosts.unknown(loaded.members())
          .forEach(w -> spec.commandLine().getErr().println("Warning: " + w));
      spec.commandLine().getOut().println("OK");
      spec.commandLine().getOut().flush();
      return 0;
    }
    return run(source, loaded);
  }

  private int run(ConfigSource source, NodeConfig loaded) {
    Logging.toInfo(loaded.log());
    loaded.warnings().forEach(w -> LOG.warn("event=config_warning {}", w));
    // Beside the start: a name server that does not answer must not hold it up.
    new DaemonThreads("member-hosts")
        .newThread(
            () ->
                MemberHosts.unknown(loaded.members())
                    .forEach(w -> LOG.warn("event=member_unknown {}", w)))
        .start();
    try {
      Supervisor supervisor = Supervisor.of(System.getenv());
      Node node = Node.start(source, loaded);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, supervisor), "stop"));
      supervisor.ready();
      return node.awaitEnd();
    } catch (NodeStartException e) {
      LOG.error("event=start_failed {}", e.getMessage());
      spec.commandLine().getErr().println("Error: " + e.getMessage());
      spec.commandLine().getErr().flush();
      return CommandLine.ExitCode.SOFTWARE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  // Left to itself the JVM would end with the signal's number, as if it had been killed.
  private static void stop(Node node, Supervisor supervisor) {
    supervisor.stopping();
    node.close();
    Runtime.getRuntime().halt(node.exitCode());
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new HashMap<>();
    for (Setting<?> setting : Settings.ALL) {
      String text = spec.findOption(setting.flag()).getValue();
      if (text != null) {
        flags.put(setting.key(), text);
      }
    }
    return flags;
  }
}
