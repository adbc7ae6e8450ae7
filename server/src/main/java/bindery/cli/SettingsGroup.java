package bindery.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bindery settings}: what the whole cluster goes by. */
@Command(
    name = "settings",
    description = "The settings that the whole cluster goes by; bindery status shows them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class SettingsGroup implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no command given (for example: bindery settings set --sweep-limit 20%)");
  }
}
