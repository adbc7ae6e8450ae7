package bindery.cli;

import bindery.cli.cert.CertCommands;
import bindery.feeder.ApiException;
import bindery.model.FutureFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The tree of commands that talk to nodes over the network. */
public final class Commands {
  private Commands() {}

  /**
   * The {@code bindery} command for this process. The caller may add subcommands of its own, then
   * executes it once and exits with what that returns.
   *
   * @param variables of the environment that those subcommands take
   * @param ofFolders the commands about snapshots that work on data folders, which these here never
   *     touch
   */
  public static CommandLine root(Set<String> variables, List<Callable<Integer>> ofFolders) {
    StandardOutput output = new StandardOutput();
    return writingTo(output, root(Invocation.ofProcess(output), variables, ofFolders));
  }

  /** Has commands write there, and fail if what they wrote did not get there. */
  static CommandLine writingTo(StandardOutput output, CommandLine root) {
    root.setOut(new PrintWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8), true));
    CommandLine.IExecutionStrategy runs = root.getExecutionStrategy();
    root.setExecutionStrategy(
        parsed -> {
          int exitCode = runs.execute(parsed);
          root.getOut().flush();
          Optional<IOException> failure = output.failure();
          if (failure.isEmpty()) {
            return exitCode;
          }
          if (output.isReaderGone()) {
            return exitCode == ExitCode.OK.number() ? ExitCode.READER_GONE.number() : exitCode;
          }
          root.getErr()
              .println("Error: cannot write to standard output: " + failure.get().getMessage());
          root.getErr().flush();
          return ExitCode.ERROR.number();
        });
    return root;
  }

  /** The same for another environment and standard input. */
  public static CommandLine root(
      Invocation invocation, Set<String> variables, List<Callable<Integer>> ofFolders) {
    CommandLine root =
        new CommandLine(new Root())
            .addSubcommand(
                new CommandLine(new FeedGroup())
                    .addSubcommand(new FeedJsonCommand(invocation))
                    .addSubcommand(new FeedKeaCsvCommand(invocation))
                    .addSubcommand(new FeedKeaHaCommand(invocation)))
            .addSubcommand(
                new CommandLine(new LinkGroup())
                    .addSubcommand(new LinkListCommand())
                    .addSubcommand(new LinkPutCommand())
                    .addSubcommand(new LinkDeleteCommand())
                    .addSubcommand(new LinkImportKeaCommand()))
            .addSubcommand(
                new CommandLine(new QueryGroup())
                    .addSubcommand(new QueryCommand.ByRelay(invocation))
                    .addSubcommand(new QueryCommand.ByLink(invocation))
                    .addSubcommand(new QueryCommand.ByRemote(invocation))
                    .addSubcommand(new QueryCommand.ByClient(invocation))
                    .addSubcommand(new QueryCommand.ByAddress(invocation)))
            .addSubcommand(
                new CommandLine(new SourceGroup())
                    .addSubcommand(new SourceListCommand())
                    .addSubcommand(new SourceCommands.AcceptSweep())
                    .addSubcommand(new SourceCommands.Remove()))
            .addSubcommand(
                new CommandLine(new MemberGroup())
                    .addSubcommand(new MemberListCommand())
                    .addSubcommand(new MemberCommands.Add())
                    .addSubcommand(new MemberCommands.Promote())
                    .addSubcommand(new MemberCommands.Remove())
                    .addSubcommand(new MemberCommands.Replace()))
            .addSubcommand(new MemberCommands.MoveLeader())
            .addSubcommand(snapshots(ofFolders))
            .addSubcommand(
                new CommandLine(new SettingsGroup()).addSubcommand(new SettingsSetCommand()))
            .addSubcommand(new StatusCommand())
            .addSubcommand(new HealthCommand())
            .addSubcommand(CertCommands.group())
            .addSubcommand(new HashCommand())
            .addSubcommand(
                new CommandLine(new UpgradeGroup()).addSubcommand(new UpgradeFinalizeCommand()));
    Arguments.register(root);
    EnvironmentTwins twins = new EnvironmentTwins(invocation.environment());
    twins.install(root);
    CommandLine.IExecutionStrategy runs = new CommandLine.RunLast();
    root.setExecutionStrategy(
        parsed -> {
          twins
              .unknown(root, variables)
              .forEach(warning -> root.getErr().println("Warning: " + warning));
          return runs.execute(parsed);
        });
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setParameterExceptionHandler(Commands::tellUsage);
    root.setExecutionExceptionHandler(Commands::tellFailure);
    return root;
  }

  private static CommandLine snapshots(List<Callable<Integer>> ofFolders) {
    CommandLine group =
        new CommandLine(new SnapshotGroup()).addSubcommand(new SnapshotSaveCommand());
    ofFolders.forEach(group::addSubcommand);
    return group;
  }

  /**
   * This program's version; {@code unpackaged} where it does not run from its package.
   *
   * @throws UncheckedIOException if the package's own note of it cannot be read
   */
  public static String version() {
    try (InputStream in =
        Commands.class.getResourceAsStream("/META-INF/maven/bindery/server/pom.properties")) {
      if (in == null) {
        return "unpackaged";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unpackaged");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // What is wrong, what was meant perhaps, and where an example stands.
  private static int tellUsage(ParameterException e, String[] arguments) {
    CommandLine at = e.getCommandLine();
    PrintWriter err = at.getErr();
    err.println("Error: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Usage: " + at.getHelp().synopsis(0).strip());
    if (!at.getSubcommands().isEmpty()) {
      err.println("Commands: " + String.join(", ", at.getSubcommands().keySet()));
    }
    err.println(
        "For every option and examples: " + at.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCode.USAGE.number();
  }

  private static int tellFailure(Exception thrown, CommandLine at, ParseResult parsed) {
    PrintWriter err = at.getErr();
    ExitCode exitCode = ExitCode.ERROR;
    Throwable cause = FutureFailure.cause(thrown);
    Throwable e = cause instanceof ApiException api ? CommandException.of(api) : cause;
    if (e instanceof CommandException failure) {
      err.println("Error: " + failure.getMessage());
      exitCode = failure.exitCode();
    } else if (e instanceof InterruptedException) {
      err.println("Error: interrupted");
    } else if (e instanceof NoSuchFileException missing) {
      err.println("Error: no such file: " + missing.getFile());
    } else if (e instanceof AccessDeniedException denied) {
      err.println("Error: may not be read: " + denied.getFile());
    } else if (e instanceof IOException) {
      err.println("Error: " + e.getMessage());
    } else {
      err.println("Error: a fault in this program, please report it: " + e);
    }
    err.flush();
    return exitCode.number();
  }

  @Command(
      name = "bindery",
      description = "A replicated store of DHCPv6 bindings that answers bulk leasequery.",
      footer = {
        "",
        "An option that is left out is taken from the environment variable named beside it.",
        "Data goes to standard output, everything else to standard error.",
        "Exit codes: 0 ok, 1 error, 2 usage, 3 unhealthy, 4 nothing found, 5 refused by the server,",
        "6 incomplete answer, or a change whose outcome is not known, 7 unreachable, 8 fed with rejects,",
        "141 whoever read the output went away."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Root implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "no command given (for example: bindery status)");
    }
  }

  /** Tells picocli the version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"bindery " + version()};
    }
  }
}
