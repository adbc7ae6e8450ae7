package bindery.cli.cert;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bindery cert}: the commands about certificates. */
@Command(
    name = "cert",
    description = {
      "Makes a private authority for one cluster, and the certificates of its nodes and of who may"
          + " use them (docs/secure.md). Asks nobody: works on files alone."
    },
    footer = {
      "",
      "Example:",
      "  bindery cert ca --cluster edge-north",
      "  bindery cert node n1 --address 10.0.0.1",
      "  bindery cert client alice --role operator",
      "  bindery cert client kea-1 --role feeder --source kea1"
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class CertCommands {
  private CertCommands() {}

  /** The group with all of them. */
  public static CommandLine group() {
    return new CommandLine(new CertCommands())
        .addSubcommand(new CertCaCommand())
        .addSubcommand(new CertNodeCommand())
        .addSubcommand(new CertClientCommand())
        .addSubcommand(new CertRenewCommand())
        .addSubcommand(new CertShowCommand());
  }
}
